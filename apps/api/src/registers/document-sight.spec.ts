import { PUBLIC_ACTOR, type Actor } from '#case-kit';
import type { StoredDocument } from '#registers';
import { chooseRecord, findNaming } from './document-sight.js';

const PAPER = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const member: Actor = { ...PUBLIC_ACTOR, role: 'evaluation-member', organisationId: 'committee' };

function recordOf(organisationId: string, name: string): StoredDocument {
  return {
    id: PAPER,
    organisationId,
    caseId: null,
    name,
    mediaType: 'application/pdf',
    bytes: 9,
    storedAt: new Date(0),
    scan: 'clean',
    scanSignature: null,
  };
}

describe('a view', () => {
  const view = {
    terms: { reservePrice: '20.00', note: PAPER },
    bids: [
      { organisationId: 'alpha', documents: [{ kind: 'PAN', documentId: OTHER }] },
      { organisationId: 'beta', documents: [{ kind: 'PAN', documentId: PAPER }] },
    ],
    own: { bid: null },
  };

  it('names a document in a member documentId at any depth, with whose it is', () => {
    expect(findNaming(view, PAPER)).toEqual({ organisationId: 'beta' });
    expect(findNaming(view, OTHER)).toEqual({ organisationId: 'alpha' });
    expect(findNaming({ corrigendum: { documentId: PAPER } }, PAPER)).toEqual({ organisationId: null });
  });

  it('names none by a text that merely stands in it', () => {
    expect(findNaming({ ...view, bids: [] }, PAPER)).toBeUndefined();
    expect(findNaming({ documentId: [PAPER], [PAPER]: { documentId: null } }, PAPER)).toBeUndefined();
    expect(findNaming(PAPER, PAPER)).toBeUndefined();
    expect(findNaming(null, PAPER)).toBeUndefined();
  });
});

describe('a file that several organisations have stored', () => {
  const records = [recordOf('alpha', 'alpha.pdf'), recordOf('beta', 'beta.pdf')];

  it('bears the name that the reader gave it, else the name of whose it is in the view', () => {
    const beta = { ...member, organisationId: 'beta' };
    expect(chooseRecord(records, { organisationId: 'alpha' }, beta)?.name).toBe('beta.pdf');
    expect(chooseRecord(records, { organisationId: 'alpha' }, member)?.name).toBe('alpha.pdf');
  });

  it('bears no name where the view does not say whose it is', () => {
    expect(chooseRecord(records, { organisationId: null }, member)?.name).toBe('document-aaaaaaaaaaaa.pdf');
    expect(chooseRecord(records.slice(0, 1), { organisationId: null }, member)?.name).toBe('alpha.pdf');
    const gamma = { organisationId: 'gamma' };
    expect(chooseRecord(records.slice(0, 1), gamma, member)?.name).toBe('document-aaaaaaaaaaaa.pdf');
    expect(chooseRecord([], { organisationId: null }, member)).toBeUndefined();
  });
});
