// The first round: who is technically qualified, how they rank, who goes on, and what follows from their number.
import { comparerOf, POLICY, readPercent, RULES, writePercent } from './exact.mjs';

/** Bids that reach another bid over parties which they share, however long the way. */
function findAffiliated(bids) {
  let groups = [];
  for (const { bid, linkedWith } of bids) {
    if (linkedWith.length === 0) continue;
    const met = groups.filter(({ parties }) => linkedWith.some((party) => parties.has(party)));
    const parties = new Set([...linkedWith, ...met.flatMap((group) => [...group.parties])]);
    groups = [
      ...groups.filter((group) => !met.includes(group)),
      { bids: [bid, ...met.flatMap((each) => each.bids)], parties },
    ];
  }
  return new Set(groups.filter((group) => group.bids.length > 1).flatMap((group) => group.bids));
}

/** What follows from the number of the technically qualified alone. */
function judgeCount(count, { firstRound, attempt }) {
  const annulled = (reason, nextAttempts) => ({ outcome: 'ANNULLED', reason, nextAttempts });
  if (count === 0) return annulled(firstRound.bids.length === 0 ? 'NIL_BIDS' : 'NO_TQB', ['DE_NOVO']);
  if (count >= firstRound.law.minimumTqb) return { outcome: 'QUALIFIED', reason: null, nextAttempts: [] };
  if (attempt.kind !== 'SECOND' || attempt.previousHadTqb === false) return annulled('LT3_TQB', ['SECOND', 'DE_NOVO']);
  return { outcome: 'AUTHORITY_DECIDES', reason: 'LT3_TQB', nextAttempts: [] };
}

/** The first round from bids and findings: who is technically qualified, how they rank, and who goes on. */
function rankFirstRound(protocol) {
  const { firstRound, bound } = protocol;
  const { law } = firstRound;
  const isBetter = comparerOf(protocol);
  const limit = readPercent(bound.percent, 'bound.percent');
  const affiliated = law.affiliatesAreBarred ? findAffiliated(firstRound.bids) : new Set();
  const bids = firstRound.bids.map(({ bid, finding, percent }, index) => {
    const price = percent === null ? null : readPercent(percent, `firstRound.bids[${index}].percent`);
    if (affiliated.has(bid)) return { bid, reason: 'AFFILIATE' };
    if (finding !== 'PASSED' || price === null) return { bid, reason: 'NOT_ELIGIBLE' };
    return isBetter(limit, price) ? { bid, reason: 'BEYOND_BOUND' } : { bid, reason: null, price };
  });
  const byName = (a, b) => (a.bid < b.bid ? -1 : 1);
  const passed = bids.filter(({ reason }) => reason === null);
  passed.sort((a, b) => (a.price === b.price ? byName(a, b) : isBetter(a.price, b.price) ? -1 : 1));
  const values = [...new Set(passed.map(({ price }) => price))];
  for (const bid of passed) bid.rank = values.indexOf(bid.price) + 1;
  const judged = judgeCount(passed.length, protocol);
  const share = readPercent(law.rankSharePercent, 'firstRound.law.rankSharePercent') * BigInt(passed.length);
  const ranks = Number((share + 9_999n) / 10_000n);
  const isAmongTop = ({ price }) => passed.filter((other) => isBetter(other.price, price)).length < law.topBidders;
  const goesOn = (bid) => passed.length <= law.topBidders || bid.rank <= ranks || isAmongTop(bid);
  const qualified = judged.outcome === 'ANNULLED' ? [] : passed.filter(goesOn);
  const nameOf = ({ bid }) => bid;
  const result = {
    outcome: judged.outcome,
    reason: judged.reason,
    technicallyQualified: passed.map(nameOf),
    rejected: bids
      .filter(({ reason }) => reason !== null)
      .sort(byName)
      .map(({ bid, reason }) => ({ bidder: bid, reason })),
    ranks: passed.map(({ bid, price, rank }) => ({ bidder: bid, percent: writePercent(price), rank })),
    qualified: qualified.map(nameOf),
    secondRoundBound: qualified.length === 0 ? null : writePercent(passed[0].price),
    nextAttempts: judged.nextAttempts,
  };
  return { result, byBid: new Map(bids.map((bid) => [bid.bid, bid])), affiliated };
}

const PROVISION_OF_RESULT = {
  outcome: 'r. 9(10)-(12)',
  reason: 'r. 9(10)',
  technicallyQualified: 'r. 9(4)',
  rejected: 'rr. 8(1), 9(4)',
  ranks: 'r. 9(4)',
  qualified: 'r. 9(5)',
  secondRoundBound: 'r. 9(9)(i)',
  nextAttempts: 'r. 9(11)',
};

export function recountFirstRound(protocol, c) {
  const { firstRound, attempt, bound, scheme, schedules, result } = protocol;
  const recounted = rankFirstRound(protocol);
  const { byBid, affiliated } = recounted;
  for (const [key, value] of Object.entries(recounted.result)) {
    c.equal(
      `firstRound.ranking.result.${key}`,
      firstRound.ranking.result[key],
      value,
      `${RULES}, ${PROVISION_OF_RESULT[key]}`,
    );
  }
  const request = {
    direction: scheme.direction,
    attempt: attempt.kind,
    boundPercent: bound.percent,
    bids: firstRound.bids.map(({ bid, percent, finding, linkedWith }) => {
      const eligible = finding === 'PASSED' && (percent !== null || affiliated.has(bid));
      return { bidder: bid, percent: percent ?? bound.percent, eligible, affiliates: linkedWith };
    }),
    ...(attempt.kind === 'SECOND' && attempt.previousHadTqb === false ? { firstAttemptHadTqb: false } : {}),
    ...(schedules.length > 0 ? { asOf: schedules[0].issuedAt.slice(0, 10) } : {}),
  };
  c.equal('firstRound.ranking.request', firstRound.ranking.request, request, `${POLICY}, calculator qualification`);
  // Where nobody passed, the evaluation itself ended the attempt and no price was opened.
  const areOpened = firstRound.bids.some(({ finding }) => finding === 'PASSED');
  const qualified = new Set(recounted.result.qualified);
  firstRound.bids.forEach((bid, index) => {
    const { rank = null, reason } = byBid.get(bid.bid);
    const field = `firstRound.bids[${index}]`;
    c.equal(`${field}.rank`, bid.rank, rank, `${RULES}, r. 9(4)`);
    c.equal(`${field}.qualified`, bid.qualified, qualified.has(bid.bid), `${RULES}, r. 9(5)`);
    c.equal(`${field}.rejection`, bid.rejection, areOpened ? reason : null, `${RULES}, rr. 8(1), 9(4)`);
    c.equal(`${field}.alias`, bid.alias !== null, qualified.has(bid.bid), `${RULES}, r. 9(5)`);
  });
  const count = recounted.result.technicallyQualified.length;
  c.equal('result.technicallyQualified', result.technicallyQualified, count, `${RULES}, r. 9(4)`);
  c.equal('result.qualified', result.qualified, areOpened ? qualified.size : null, `${RULES}, r. 9(5)`);
  if (recounted.result.outcome !== 'AUTHORITY_DECIDES') {
    c.equal('firstRound.proceeded', firstRound.proceeded, null, `${RULES}, r. 9(12)`);
  }
  return recounted.result;
}
