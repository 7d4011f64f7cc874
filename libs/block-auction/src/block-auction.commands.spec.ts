import { CONFIDENCES, ROLES, type LawReader } from '#case-kit';
import { buildLawSnapshot } from '#rulebook';
import { blockAuction } from './block-auction.case-type.js';
import { BID_DOCUMENT_KINDS, blockAuctionLaw, CALCULATOR_PARAMETERS } from './block-auction.law.js';
import { listParameters } from './publication.rules.js';
import { playUntil } from './stages.fixture.js';
import * as world from './world.fixture.js';

const AUTHORITIES = ['state-officer', 'central-officer'];

/** Which role may propose or give each command, and which confirms it. */
const TABLE: Readonly<Record<string, readonly [roles: readonly string[], second: readonly string[]]>> = {
  AMEND_DRAFT: [AUTHORITIES, []],
  PUBLISH_NOTICE: [AUTHORITIES, ['approving-officer']],
  PURCHASE_TENDER: [['bidder'], []],
  ASK_QUERY: [['bidder'], []],
  PUBLISH_REPLIES: [AUTHORITIES, []],
  ISSUE_CORRIGENDUM: [AUTHORITIES, ['approving-officer']],
  END_STUDY_PERIOD: [['system'], []],
  SUBMIT_BID: [['bidder'], []],
  WITHDRAW_BID: [['bidder'], []],
  CLOSE_BIDDING: [['system'], []],
  OPEN_TECHNICAL: [['evaluation-chair'], ['evaluation-member']],
  REQUEST_CLARIFICATION: [['evaluation-chair', 'evaluation-member'], []],
  ANSWER_CLARIFICATION: [['bidder'], []],
  RECORD_FINDING: [['evaluation-chair', 'evaluation-member'], []],
  RECORD_SCREENING: [['evaluation-chair', 'evaluation-member'], []],
  FREEZE_EVALUATION: [['evaluation-chair'], ['approving-officer']],
  OPEN_PRICES: [['evaluation-chair'], ['evaluation-member']],
  DECIDE_TO_PROCEED: [AUTHORITIES, ['approving-officer']],
  SCHEDULE_ROUND_TWO: [AUTHORITIES, []],
  START_ROUND_TWO: [['system'], []],
  FINAL_OFFER: [['bidder'], []],
  REPORT_MISTAKE: [['bidder'], []],
  PAUSE_ROUND_TWO: [['platform-operator', 'system'], []],
  ANNOUNCE_RESUMPTION: [['platform-operator'], []],
  RESUME_ROUND_TWO: [['system'], []],
  CLOSE_ROUND_TWO: [['system'], []],
  INTIMATE_STATE: [['central-officer'], []],
  RETURN_SECURITY: [AUTHORITIES, []],
  FORFEIT_SECURITY: [AUTHORITIES, ['approving-officer']],
  CONCLUDE: [[...AUTHORITIES, 'system'], []],
  ANNUL: [AUTHORITIES, ['approving-officer']],
};

describe('the command table of the block auction', () => {
  it('gives each command to its roles and to no other', () => {
    const table = Object.entries(blockAuction.commands).map(([name, spec]) => [
      name,
      [spec.roles, spec.secondPerson?.roles ?? []],
    ]);
    expect(Object.fromEntries(table)).toEqual(TABLE);
    expect(blockAuction.open.roles).toEqual(AUTHORITIES);
  });

  it('asks a person to confirm only what somebody of another role proposed', () => {
    for (const spec of Object.values(blockAuction.commands)) {
      for (const role of spec.secondPerson?.roles ?? []) {
        expect(ROLES).toContain(role);
        expect(spec.roles).not.toContain(role);
      }
    }
  });

  it('gives the platform no command by which a bid, a finding or a price could be touched', () => {
    const operators = Object.entries(blockAuction.commands).filter(([, { roles }]) =>
      roles.includes('platform-operator'),
    );
    expect(operators.map(([name]) => name)).toEqual(['PAUSE_ROUND_TWO', 'ANNOUNCE_RESUMPTION']);
    for (const { roles } of Object.values(blockAuction.commands)) expect(roles).not.toContain('administrator');
  });

  it('seals the price of a bid and nothing else, and opens it in one command alone', () => {
    const commands = Object.entries(blockAuction.commands);
    expect(
      commands.filter(([, { sealed }]) => sealed !== undefined).map(([name, { sealed }]) => [name, sealed]),
    ).toEqual([['SUBMIT_BID', ['initialPriceOffer']]]);
    expect(commands.filter(([, { opens }]) => opens !== undefined).map(([name]) => name)).toEqual(['OPEN_PRICES']);
  });

  it('lets final offers share a batch, which read the roster alone', () => {
    const named = (flag: 'hot' | 'edit' | 'slow' | 'makesSealKey'): string[] =>
      Object.keys(blockAuction.commands).filter((name) => blockAuction.commands[name]?.[flag] === true);
    expect(named('hot')).toEqual(['FINAL_OFFER']);
    expect(blockAuction.commands['FINAL_OFFER']?.facts).toEqual(['roster']);
    expect(named('edit')).toEqual(['AMEND_DRAFT']);
    expect(named('slow')).toEqual(['OPEN_PRICES']);
    expect(named('makesSealKey')).toEqual(['PUBLISH_NOTICE']);
  });

  it('takes the jurisdiction of a case from the officer who opens it', () => {
    expect(blockAuction.open.jurisdiction({}, world.OFFICER)).toBe('OD');
    expect(blockAuction.open.jurisdiction({}, world.CENTRAL)).toBe('CENTRE');
  });

  it('never lets a hold be worked around', () => {
    for (const spec of Object.values(blockAuction.commands)) expect(spec.duringHold).toBeUndefined();
  });
});

describe('the law of the block auction', () => {
  it('makes a rule book together with the calculators’ parameters: sources, provisions, exact values', () => {
    expect(() => buildLawSnapshot(blockAuctionLaw)).not.toThrow();
    const reader: LawReader = playUntil('draft').lawReader();
    for (const name of [...blockAuctionLaw.map((parameter) => parameter.name), ...CALCULATOR_PARAMETERS]) {
      expect(() => reader.read(name)).not.toThrow();
    }
  });

  it('is anchored to the notice and says of each number how far it may be trusted', () => {
    for (const { name, anchor, confidence, source, text, signedBy } of blockAuctionLaw) {
      expect(name).toMatch(/^auction\./);
      expect(anchor).toBe('notice');
      expect(CONFIDENCES).toContain(confidence);
      expect([source, text]).toEqual([expect.stringMatching(/.{10}/), expect.stringMatching(/^[A-Z].*\.$/)]);
      expect(signedBy).toEqual([]);
    }
    const unverified = blockAuctionLaw.filter(({ confidence }) => confidence === 'unverified').map(({ name }) => name);
    expect(unverified).toEqual(['auction.bid-documents', 'auction.round-two-minutes', 'auction.extension-minutes']);
  });

  it('asks for kinds of papers that a bid can name', () => {
    const asked = blockAuctionLaw.find(({ name }) => name === 'auction.bid-documents')?.value as readonly string[];
    for (const kind of asked) expect(BID_DOCUMENT_KINDS).toContain(kind);
  });

  it('rests an auction only on what its tender does not state itself, and on its own step', () => {
    const { terms } = playUntil('draft').context;
    expect(listParameters({ terms })).toContain('auction.extension-minutes');
    expect(listParameters({ terms: { ...terms, extensionMinutes: 8 } })).not.toContain('auction.extension-minutes');
    expect(listParameters({ terms })).not.toContain('auction.step-percent-el');
    const exploring = listParameters({ terms: { ...terms, scheme: 'exploration-licence' } });
    expect(exploring).toContain('auction.step-percent-el');
    expect(exploring).not.toContain('auction.step-percent');
  });

  it('records with the notice every number on which the auction will rest', () => {
    const play = playUntil('draft');
    const law = play.lawReader();
    const facts = play.factsFor(world.OFFICER, ['block', 'attempts']);
    const { row, parties, at } = play;
    const situation = { row, facts, law, actor: world.OFFICER, party: undefined, parties, at, form: {} };
    for (const rule of blockAuction.commands['PUBLISH_NOTICE']?.rules ?? []) expect(rule.check(situation)).toBe(true);
    expect(law.reads.map(({ name }) => name)).toEqual(expect.arrayContaining([...listParameters(row.context)]));
  });
});
