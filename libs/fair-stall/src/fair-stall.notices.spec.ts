import type { Notice } from '#case-kit';
import { fairStall } from './fair-stall.case-type.js';
import { ASHA, BINA, CHAND, OFFICER, OPERATOR, playUntil, SYSTEM, type FairPlay } from './fair-stall.fixture.js';

/** Notices of the newest act of a play. */
function noticesOf(play: FairPlay): readonly Notice[] {
  const act = play.acts.at(-1);
  if (act === undefined) throw new Error('nothing has happened');
  return fairStall.notices(act, play.row, play.parties);
}

const told = (notices: readonly Notice[]): string[] =>
  notices.flatMap((notice) => (notice.kind === 'notice' ? [`${notice.to} ${notice.template}`] : []));

describe('the notices of the fair stall', () => {
  it('announce the publication and the allotment to the public', () => {
    const play = playUntil('draft');
    expect(noticesOf(play)).toEqual([]);
    play.mustGive('PUBLISH', OFFICER);
    expect(told(noticesOf(play))).toEqual(['public fair-stall.published']);
    expect(told(noticesOf(playUntil('allotted')))).toEqual(['public fair-stall.allotted']);
  });

  it('confirm an application and its withdrawal to the applicant alone, without the offer', () => {
    const play = playUntil('applications');
    play.mustGive('APPLY', ASHA, { offer: '777777.00' });
    expect(told(noticesOf(play))).toEqual(['org:asha-traders fair-stall.application-received']);
    expect(JSON.stringify(noticesOf(play))).not.toContain('777777');
    play.mustGive('WITHDRAW', ASHA);
    expect(told(noticesOf(play))).toEqual(['org:asha-traders fair-stall.application-withdrawn']);
  });

  it('call the committee to the opening when the clock has closed the applications', () => {
    const play = playUntil('applications');
    play.at = play.row.context.applicationsCloseAt;
    play.mustGive('CLOSE_APPLICATIONS', SYSTEM);
    expect(told(noticesOf(play))).toEqual([
      'role:evaluation-chair fair-stall.opening-awaited',
      'role:evaluation-chair@OD fair-stall.opening-awaited',
    ]);
  });

  it('tell each trader his own alias when the calling begins, and the others nothing of it', () => {
    const play = playUntil('calling');
    const notices = noticesOf(play);
    expect(told(notices).sort()).toEqual(
      [ASHA, BINA, CHAND].map((who) => `org:${who.organisationId} fair-stall.calling-begins`),
    );
    for (const notice of notices) {
      if (notice.kind !== 'notice') continue;
      const party = play.parties.find(({ organisationId }) => notice.to === `org:${organisationId}`);
      expect(notice.data['alias']).toBe(party?.alias);
      for (const { organisationId } of [ASHA, BINA, CHAND])
        expect(JSON.stringify(notice.data)).not.toContain(organisationId);
    }
  });

  it('say nothing of single calls: the live page does', () => {
    const play = playUntil('calling');
    play.mustGive('CALL', ASHA, { offer: '1550.00' });
    expect(noticesOf(play)).toEqual([]);
  });

  it('open the inspection as a child case when the calling closes', () => {
    const play = playUntil('settling');
    expect(noticesOf(play)).toContainEqual({
      kind: 'open',
      caseType: 'stall-inspection',
      form: { stallName: 'Corner stall', jurisdiction: 'OD' },
      child: true,
    });
    expect(told(noticesOf(play))).toContain('org:asha-traders fair-stall.payment-due');
    play.mustGive('PAY', OPERATOR, { reference: 'UTR 1', amount: '1600.00' });
    expect(noticesOf(play)).toEqual([]);
  });

  it('give the reason of an annulment, and none to the public of a draft', () => {
    const play = playUntil('calling');
    play.mustGive('ANNUL', OFFICER, { reason: 'The ground is under water.' });
    expect(noticesOf(play)).toEqual([
      {
        kind: 'notice',
        to: 'public',
        template: 'fair-stall.annulled',
        data: { stall: 'Corner stall', reason: 'The ground is under water.' },
      },
    ]);
    const draft = playUntil('draft');
    draft.mustGive('ANNUL', OFFICER, { reason: 'The ground is under water.' });
    expect(noticesOf(draft)).toEqual([]);
  });

  it('ask the second person of a proposal, and nobody after a refusal', () => {
    const play = playUntil('opening');
    const act = { ...play.acts[0], command: 'OPEN_ENVELOPES', from: 'opening', to: 'opening' } as (typeof play.acts)[0];
    const proposed = fairStall.notices({ ...act, kind: 'proposed' }, play.row, play.parties);
    expect(told(proposed)).toContain('role:evaluation-member fair-stall.confirmation-awaited');
    const annul = fairStall.notices({ ...act, kind: 'proposed', command: 'ANNUL' }, play.row, play.parties);
    expect(told(annul)).toContain('role:approving-officer@OD fair-stall.confirmation-awaited');
    expect(fairStall.notices({ ...act, kind: 'refused' }, play.row, play.parties)).toEqual([]);
  });
});
