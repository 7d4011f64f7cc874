import {
  APPOINTABLE_ROLES,
  ORGANISATION_KINDS,
  ROLES_OF_KIND,
  STATE_CODES,
  fitsTerritory,
  isJurisdiction,
  isWithin,
} from './roles.js';

describe('roles and territories', () => {
  it('let every role be given by some kind of organisation, and every kind give some role', () => {
    expect(new Set(Object.values(ROLES_OF_KIND).flat())).toEqual(new Set(APPOINTABLE_ROLES));
    expect(ORGANISATION_KINDS.every((kind) => ROLES_OF_KIND[kind].length > 0)).toBe(true);
    expect(APPOINTABLE_ROLES).not.toContain('public');
    expect(APPOINTABLE_ROLES).not.toContain('system');
  });

  it('know 28 States and 8 Union Territories, by the codes of today', () => {
    expect(STATE_CODES.size).toBe(36);
    for (const former of ['OR', 'CT', 'TG', 'UT', 'DN', 'DD']) expect(isJurisdiction(former)).toBe(false);
    for (const valid of ['CENTRE', 'OD', 'CG', 'TS', 'UK', 'DH']) expect(isJurisdiction(valid)).toBe(true);
  });

  it.each([
    ['OD', 'CENTRE', true],
    ['OD', 'OD', true],
    ['CENTRE', 'CENTRE', true],
    [null, null, true],
    ['RJ', 'OD', false],
    ['CENTRE', 'OD', false],
    [null, 'CENTRE', false],
    ['CENTRE', null, false],
  ] as const)('say whether %s lies within %s: %s', (inner, outer, within) => {
    expect(isWithin(inner, outer)).toBe(within);
  });

  it('fit the kind of organisation', () => {
    expect(fitsTerritory('ministry', 'CENTRE')).toBe(true);
    expect(fitsTerritory('ministry', 'OD')).toBe(false);
    expect(fitsTerritory('state-directorate', 'OD')).toBe(true);
    expect(fitsTerritory('state-directorate', 'CENTRE')).toBe(false);
    expect(fitsTerritory('agency', 'OD')).toBe(true);
    expect(fitsTerritory('agency', null)).toBe(false);
    expect(fitsTerritory('bidder', null)).toBe(true);
    expect(fitsTerritory('bidder', 'OD')).toBe(false);
  });
});
