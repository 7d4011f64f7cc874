import { planReplayDates } from './replay-dates.js';

describe('the dates of a replay', () => {
  it('are the published ones of notice and second round, with the study period of the law between them', () => {
    const dates = planReplayDates({ noticeOn: '2019-12-06', decidedOn: '2020-02-08' }, 30);
    expect(dates).toMatchObject({
      noticeOn: '2019-12-06',
      draftedAt: '2019-12-06T10:00:00+05:30',
      tender: { studyEndsAt: '2020-01-05T17:00:00+05:30', bidsDueAt: '2020-01-08T17:00:00+05:30' },
      pricesOpenedAt: '2020-02-06T11:00:00+05:30',
      roundStartsAt: '2020-02-08T11:00:00+05:30',
    });
    expect(dates.filledIn).toEqual([
      'every date and time between the notice and the second round, and the times of its offers',
    ]);
  });

  it('are filled in where they were published as a month, as a year or not at all, and marked', () => {
    const month = planReplayDates({ noticeOn: '2021-07', decidedOn: '2021-09-18' }, 30);
    expect([month.noticeOn, month.filledIn[0]]).toEqual(['2021-07-15', 'the date of the notice, 2021-07-15']);
    const year = planReplayDates({ noticeOn: null, decidedOn: '2017' }, 30);
    expect([year.noticeOn, year.roundStartsAt]).toEqual(['2017-04-28', '2017-07-01T11:00:00+05:30']);
    expect(year.filledIn.slice(0, 2)).toEqual([
      'the day of the second round, 2017-07-01',
      'the date of the notice, 2017-04-28',
    ]);
    const open = planReplayDates({ noticeOn: '2019-12-06', decidedOn: null }, 30);
    expect(open.roundStartsAt).toBe('2020-02-08T11:00:00+05:30');
  });

  it('move a notice that leaves no room for the study period of the law, and say so', () => {
    const dates = planReplayDates({ noticeOn: '2020-01-20', decidedOn: '2020-02-08' }, 30);
    expect(dates.noticeOn).toBe('2019-12-31');
    expect(dates.filledIn[0]).toContain('leaves no 30 days of study');
  });

  it('cannot be made of nothing', () => {
    expect(() => planReplayDates({ noticeOn: null, decidedOn: null }, 30)).toThrow('neither the notice');
  });
});
