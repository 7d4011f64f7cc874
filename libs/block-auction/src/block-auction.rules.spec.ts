import { discloseRefusal, type Finding } from '#case-kit';
import { blockAuction } from './block-auction.case-type.js';
import { MINUTE } from './block-auction.clock.js';
import { AuctionPlay } from './play.fixture.js';
import { ANNULMENT, declared, offer, ROUND_TRIALS } from './round-trials.fixture.js';
import { bidOf, OFFERS, playUntil, playUntilDecision, PURCHASE, secondAttempt } from './stages.fixture.js';
import { TENDER_TRIALS } from './tender-trials.fixture.js';
import * as world from './world.fixture.js';

const { ALPHA, BETA, CHAIR, DELTA, OFFICER } = world;
const TRIALS = { ...TENDER_TRIALS, ...ROUND_TRIALS };

/** What each rule finds in the command that it refuses. */
const FINDINGS: Readonly<Record<string, Partial<Finding>>> = {
  'block-is-registered': { datum: 'scheme', required: 'a notice for a mining lease, as the register says' },
  'authority-may-draft': {
    datum: 'jurisdiction',
    found: 'a notice of Odisha',
    required: 'a notice of the Centre, for a mineral of Part D of the First Schedule',
  },
  'attempt-follows-the-last': { datum: 'attempt', found: 'a second attempt' },
  'authority-is-competent': { datum: 'jurisdiction', found: 'a notice of Odisha' },
  'attempt-is-legal': { datum: 'attempt', found: 'AUCTION-0 is under way' },
  'practice-block-stays-in-practice': { found: 'a block that was invented for practice' },
  'area-is-demarcated': {
    datum: 'block.demarcated',
    found: 'not known to be demarcated',
    required: 'a demarcated area',
  },
  'land-is-classified': { datum: 'block.land' },
  'exploration-suffices': { found: 'G3', required: 'G2 or better' },
  'geological-report-is-there': { datum: 'block.geologicalReport' },
  'value-is-computed': {
    found: 'a value computed for version 3 of the block',
    required: 'a value computed for version 4',
  },
  'bound-is-set': { found: 'a reserve price of 0.00 %', required: 'more than 0.00 %' },
  'security-can-be-told': { datum: 'statedSecurity', found: 'no amount stated' },
  'schedule-is-in-order': {
    datum: 'bidsDueAt',
    required: 'later than the end of the study period, 5 January 2027, 17:00 IST',
  },
  'study-period-suffices': { required: '31 December 2026, 11:00 IST or later, 30 days after publication' },
  'numbers-are-known': { datum: 'step', found: 'a step of 0.00 %' },
  'law-is-signed': { datum: 'auction.bid-documents, auction.round-two-minutes, auction.extension-minutes' },
  'changed-dates-lie-ahead': {
    datum: 'studyEndsAt',
    found: 'the end of the study period passed on 5 January 2027, 17:00 IST',
  },
  'study-period-is-not-shortened': {
    found: 'the end of the study period: 5 January 2027, 16:59:59 IST',
    required: '5 January 2027, 17:00 IST or later',
  },
  'dates-are-not-brought-forward': { datum: 'bidsDueAt' },
  'corrigendum-keeps-the-order': {
    datum: 'bidsDueAt',
    required: 'later than the end of the study period, 25 January 2027, 17:00 IST',
  },
  'purchase-is-in-time': {
    found: 'received on 20 January 2027, 17:00:00.001 IST',
    required: 'received not later than 20 January 2027, 17:00 IST',
  },
  'bidder-is-registered': { datum: 'bidder', found: 'none' },
  'bidder-is-no-organiser': { found: 'an organisation that conducts this auction' },
  'document-is-not-bought-twice': { found: 'your organisation has bought it' },
  'fee-is-paid-in-full': { found: 'Rs 2,99,999.99', required: 'exactly Rs 3,00,000.00' },
  'query-is-in-time': { datum: 'receivedAt' },
  'tender-was-purchased': {
    datum: 'purchase',
    cure: { who: 'your organisation', how: 'buy the tender document', by: '2027-01-20T17:00:00+05:30' },
  },
  'queries-are-unanswered': { datum: 'replies' },
  'bid-is-in-time': {
    found: 'received on 25 January 2027, 17:00:01 IST',
    required: 'received not later than 25 January 2027, 17:00 IST',
  },
  'bidder-is-not-debarred': {
    found: 'MDPA, by Odisha',
    cure: { who: 'Odisha', how: 'it ends by itself on 2029-01-01' },
  },
  'bid-stands': { datum: 'bid', found: 'no bid of your organisation stands' },
  'documents-are-own': { datum: 'documents', required: 'stored documents of your own organisation' },
  'documents-are-complete': { found: 'missing: bid letter' },
  'documents-are-clean': { datum: 'documents', found: expect.stringContaining('is infected') },
  'papers-are-valid': { datum: 'documents', found: expect.stringContaining('is valid until 1 January 2026') },
  'security-covers-the-amount': { found: 'Rs 4,99,99,999.99', required: 'Rs 5,00,00,000.00 or more' },
  'security-outlives-the-bid': {
    found: 'expires on 23 July 2027',
    required: 'expires on 24 July 2027 or later, 180 days after the due date',
  },
  'affiliates-are-declared': { found: 'not declared: Alpha Holdings' },
  'committee-has-no-interest': { datum: 'organisation', concealed: true },
  'bid-is-under-evaluation': { datum: 'bidId', found: 'no bid b-0123456789abcdef' },
  'answer-time-suffices': { datum: 'answerBy' },
  'clarification-is-own-and-open': { required: 'an open question to your organisation' },
  'answer-is-in-time': { datum: 'receivedAt' },
  'grounds-match-the-result': { datum: 'grounds', found: 'no ground' },
  'result-agrees-with-net-worth': {
    found: 'a bid that passes, with a net worth of Rs 80,00,00,000.00',
    required: 'a result that agrees with Schedule I: more than Rs 80,00,00,000.00',
  },
  'finding-waits-for-the-answer': { datum: 'clarification' },
  'links-name-bids': { datum: 'links', found: 'no bid b-0123456789abcdef' },
  'every-bid-has-a-finding': { datum: 'findings', found: 'missing for 2 of 3 bids' },
  'affiliates-are-screened': { datum: 'screening', found: 'none recorded' },
  'clarifications-are-closed': { datum: 'clarifications' },
  'approver-recorded-no-finding': { datum: 'approver' },
  'round-is-announced-in-time': { datum: 'startsAt' },
  'offerer-is-qualified': { datum: 'roster' },
  'offer-is-under-own-alias': { datum: 'alias' },
  'offer-is-in-time': { datum: 'receivedAt' },
  'offer-beats-the-bound': { found: '63.55 %', required: 'above 63.55 %' },
  'offer-beats-the-best': { found: '64.00 %', required: 'above 64.00 %' },
  'offer-is-on-a-step': { found: '63.62 %', required: 'whole steps of 0.05 from 63.55 %' },
  'far-offer-is-repeated': {
    datum: 'repeated',
    required: { figures: '68.60', words: 'sixty-eight point six zero' },
    cure: {
      who: 'your organisation',
      how: expect.stringContaining('Rs 13,72,00,00,000.00, Rs 1,01,00,00,000.00 from the floor') as unknown as string,
      by: expect.any(String) as unknown as string,
    },
  },
  'mistake-names-own-offer': { datum: 'percent', found: 'no accepted offer of 64.00 % of your organisation' },
  'outage-lies-in-the-round': { datum: 'outageBeganAt' },
  'resumption-is-announced-in-time': { datum: 'resumesAt' },
  'security-is-held': { found: 'guarantee BG/org-beta was returned already' },
  'preferred-security-is-kept': { found: 'the security of the preferred bidder' },
  'return-has-happened': { found: '1 January 2099' },
  'reported-mistake-is-weighed': { datum: 'mistakeConsidered' },
  'centre-conducts': { found: 'a State conducts this auction', required: 'an auction that the Centre conducts' },
  'state-is-intimated-once': { found: 'recorded on 29 January 2027, 20:00 IST' },
  'securities-are-settled': { datum: 'securities', found: '1 bid security still held' },
  'state-is-intimated': { datum: 'intimation', found: 'none recorded' },
  'ground-fits-the-stage': { found: 'default of the preferred bidder' },
};

describe('the rules of the block auction', () => {
  const rules = [blockAuction.open, ...Object.values(blockAuction.commands)].flatMap((spec) => [...spec.rules]);

  it('are all tried here', () => {
    expect([...new Set(rules.map(({ name }) => name))].sort()).toEqual(Object.keys(TRIALS).sort());
    expect(Object.keys(FINDINGS).sort()).toEqual(Object.keys(TRIALS).sort());
  });

  it('cite a provision of the Rules, of the Act or of a named policy, and say a sentence each', () => {
    const acts = [
      'Mineral (Auction) Rules, 2015',
      'Mines and Minerals (Development and Regulation) Act, 1957',
      'Policy of Adit',
    ];
    for (const rule of rules) {
      expect(acts).toContain(rule.ref.act);
      expect(rule.ref.provision).toMatch(/^(rr?\. |ss?\. |block auction, )/);
      expect(rule.text).toMatch(/^[A-Z].*\.$/);
    }
  });

  for (const [name, trial] of Object.entries(TRIALS)) {
    it(`${name} passes what keeps it`, () => {
      expect(trial.accepted()).toMatchObject({ kind: 'accepted' });
    });

    it(`${name} alone refuses what breaks it, and says what was found, what is needed and who cures it`, () => {
      const refused = trial.refused();
      expect(refused.kind === 'refused' ? Object.keys(refused.findings) : refused.kind).toEqual([name]);
      const finding = refused.kind === 'refused' ? refused.findings[name] : undefined;
      expect(finding).toMatchObject({ ...FINDINGS[name], cure: { who: expect.any(String), how: expect.any(String) } });
      expect(finding?.required).toBeDefined();
    });
  }

  it('are all answered together, never only the first', () => {
    const play = playUntil('bidding');
    play.at = play.context.schedule.bidsDueAt + 1_000;
    const refused = play.give('SUBMIT_BID', DELTA, bidOf(ALPHA, '40.00'));
    expect(refused.kind === 'refused' ? Object.keys(refused.findings) : []).toEqual([
      'bid-is-in-time',
      'tender-was-purchased',
      'documents-are-own',
    ]);
  });

  it('let nobody but the clock end a period, start, resume or close a round', () => {
    for (const command of [
      'END_STUDY_PERIOD',
      'CLOSE_BIDDING',
      'START_ROUND_TWO',
      'RESUME_ROUND_TWO',
      'CLOSE_ROUND_TWO',
    ]) {
      expect(blockAuction.commands[command]?.roles).toEqual(['system']);
    }
  });

  it('take a second bid of one bidder as its replacement, and a withdrawn one as none', () => {
    const play = playUntil('bidsIn');
    play.mustGive('SUBMIT_BID', ALPHA, bidOf(ALPHA, '41.00'));
    expect(play.factsFor(CHAIR, ['bidCount']).bidCount).toBe(OFFERS.length);
    play.mustGive('WITHDRAW_BID', ALPHA);
    expect(play.factsFor(CHAIR, ['bidCount']).bidCount).toBe(OFFERS.length - 1);
    play.mustGive('SUBMIT_BID', ALPHA, bidOf(ALPHA, '42.00'));
    expect(play.factsFor(CHAIR, ['bidCount']).bidCount).toBe(OFFERS.length);
  });

  it('let a far offer bind once it is repeated in figures and words, from the instant of the repetition', () => {
    const play = playUntil('roundTwoLive');
    play.at += MINUTE;
    expect(offer(play, '140.10').kind).toBe('refused');
    for (const repeated of [
      { figures: '104.10', words: 'one hundred and forty point one zero' },
      { figures: '140.10', words: 'one hundred and four point one zero' },
    ]) {
      expect(offer(play, '140.10', { repeated })).toMatchObject({
        findings: { 'far-offer-is-repeated': { found: repeated } },
      });
    }
    expect(play.context.round?.best).toBeNull();
    play.at += MINUTE;
    const repeated = { figures: '140.10', words: 'One hundred forty point one zero per cent' };
    expect(offer(play, '140.10', { repeated }).kind).toBe('accepted');
    expect(play.context.round).toMatchObject({ best: '140.10', extendedAt: play.at });
    expect(play.memory.rows('final_offer')).toHaveLength(1);
    expect(play.acts.filter(({ kind }) => kind === 'refused')).toHaveLength(3);
  });

  it('ask a buyer of an earlier document the lower price, where the tender allows for it', () => {
    const form = { ...secondAttempt().form, repeatFee: '25000.00' };
    const play = playUntil('saleOpen', { play: { ...secondAttempt(), form } });
    play.registers.earlierPurchases.set(ALPHA.organisationId, 'AUCTION-0');
    expect(play.give('PURCHASE_TENDER', ALPHA, PURCHASE).kind).toBe('refused');
    expect(play.give('PURCHASE_TENDER', ALPHA, { ...PURCHASE, amount: '25000.00' }).kind).toBe('accepted');
    expect(play.give('PURCHASE_TENDER', BETA, { ...PURCHASE, amount: '25000.00' }).kind).toBe('refused');
  });

  it('bar the officers of an organisation that the register links with a bidder', () => {
    const play = playUntil('opening');
    const entry = play.registers.bidders.get(ALPHA.organisationId);
    if (entry !== undefined) play.registers.bidders.set(ALPHA.organisationId, { ...entry, links: ['org-holding'] });
    const refused = play.give('OPEN_TECHNICAL', world.actorOf('evaluation-chair', 'org-holding'));
    const finding = refused.kind === 'refused' ? refused.findings['committee-has-no-interest'] : undefined;
    expect(finding).toBeDefined();
    const shown = discloseRefusal({ rule: 'r', ref: { act: 'a', provision: 'p' }, text: 't', ...(finding as Finding) });
    expect(shown.found).toBe('not shown in your capacity');
  });

  it('fail on a missing number by naming it, before a notice stands on the gap', () => {
    const play = playUntil('draft');
    play.law = world.lawOf({ 'auction.extension-minutes': null });
    expect(() => play.give('PUBLISH_NOTICE', OFFICER)).toThrow('auction.extension-minutes');
    const stated = new AuctionPlay({ form: { extensionMinutes: 8 }, law: play.law });
    expect(stated.give('PUBLISH_NOTICE', OFFICER).kind).toBe('accepted');
  });

  it('leave the decision of a second attempt to the place that the law gives it', () => {
    expect(playUntilDecision().give('ANNUL', OFFICER, { ...ANNULMENT, ground: 'AUTHORITY_DECIDED' }).kind).toBe(
      'accepted',
    );
    expect(declared().give('ANNUL', OFFICER, { ...ANNULMENT, ground: 'AUTHORITY_DECIDED' }).kind).toBe('refused');
  });
});
