import { readFileSync } from 'node:fs';
import { ROLES } from './actor.js';
import { parseInstant } from './local-date.js';
import { sayTerritory } from './territories.js';
import { sayCode, sayCount, sayDay, sayInstant, sayList, sayRoles } from './words.js';

describe('words for people', () => {
  it('name days and instants in Indian standard time, to the millisecond where it matters', () => {
    expect(sayDay('2027-01-05')).toBe('5 January 2027');
    expect(() => sayDay('2027-02-30')).toThrow();
    const said = {
      '2027-01-05T17:00:00+05:30': '5 January 2027, 17:00 IST',
      '2027-01-05T17:00:01+05:30': '5 January 2027, 17:00:01 IST',
      '2027-01-20T17:00:00.001+05:30': '20 January 2027, 17:00:00.001 IST',
      '2026-12-31T20:00:00Z': '1 January 2027, 01:30 IST',
    };
    for (const [instant, words] of Object.entries(said)) expect(sayInstant(parseInstant(instant))).toBe(words);
  });

  it('count in singular and plural', () => {
    expect([0, 1, 2].map((count) => sayCount(count, 'bid'))).toEqual(['0 bids', '1 bid', '2 bids']);
    expect(sayCount(2, 'bid security', 'bid securities')).toBe('2 bid securities');
  });

  it('join lists and read codes', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((items) => sayList(items))).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
    expect(sayCode('NET_WORTH_CERTIFICATE')).toBe('net worth certificate');
  });

  it('name every role as a reader would', () => {
    for (const role of ROLES) expect(sayRoles([role])).toMatch(/^(an? |the |anybody)/);
    expect(sayRoles(['state-officer', 'central-officer'])).toBe('an officer of the State or an officer of the Centre');
  });

  it('name every State as the list of States does', () => {
    const rows = readFileSync('data/states.csv', 'utf8').trim().split('\n').slice(1);
    const listed = rows.map((row) => row.split(',').slice(0, 2));
    expect(listed).toHaveLength(36);
    for (const [code = '', name] of listed) expect(sayTerritory(code.replace('IN-', ''))).toBe(name);
    expect(sayTerritory('CENTRE')).toBe('the Centre');
  });
});
