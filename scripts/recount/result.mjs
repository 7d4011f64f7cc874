// How an auction ended, from the ranking and the second round.
import { POLICY, RULES } from './exact.mjs';

const BY_LAW = ['NIL_BIDS', 'NO_TQB', 'LT3_TQB', 'NO_FINAL_OFFER'];

/** Act and rule of an annulment that the Rules command, as the scheme of the auction cites them. */
function citeAnnulment(reason, { act, provision }) {
  const rule = reason === 'NO_FINAL_OFFER' ? 'r. 9(9)(ii)' : 'r. 9(10)';
  return `${act}, ${rule.startsWith(`${provision}(`) ? rule : `${provision} with ${rule}`}`;
}

/** How it ended, from the ranking and the second round; what an authority or a court decided is noted, not judged. */
export function checkResult(protocol, ranking, round, c) {
  const { result, roundTwo, firstRound } = protocol;
  if (firstRound !== null) {
    c.equal('result.bidsReceived', result.bidsReceived, firstRound.bids.length, `${RULES}, r. 9(4)`);
  }
  const endsThere = ranking === null || (ranking.outcome === 'ANNULLED' && round === null);
  c.equal('roundTwo', roundTwo === null, endsThere, `${RULES}, r. 9(5), 9(10)`);
  const isDeclared = round?.state === 'preferredBidderDeclared';
  const outcome = isDeclared ? 'PREFERRED_BIDDER_DECLARED' : 'ANNULLED';
  c.equal('result.outcome', result.outcome, outcome, `${RULES}, r. 9(9)-(10)`);
  const end = round === null ? ranking && firstRound.ranking : roundTwo.entries.at(-1);
  if (end) {
    c.equal('result.at', result.at, end.at, `${RULES}, r. 9(9)`);
    c.equal('result.hash', result.hash, end.hash, `${POLICY}, the record`);
  }
  for (const key of ['alias', 'percent', 'declaredAt']) {
    const recomputed = isDeclared ? (round.declared?.[key] ?? null) : null;
    c.equal(
      `result.preferredBidder.${key}`,
      result.preferredBidder?.[key] ?? null,
      recomputed,
      `${RULES}, r. 9(9)(iii)`,
    );
  }
  if (round?.ended === 'BY_ORDER') return;
  c.equal('result.annulment', result.annulment === null, isDeclared, `${RULES}, r. 9(10)`);
  if (result.annulment !== null) checkAnnulment(protocol, ranking, round, end, c);
}

function checkAnnulment({ result: { annulment }, scheme }, ranking, round, end, c) {
  const { reason, nextAttempts } =
    round === null
      ? (ranking ?? {})
      : { reason: round.ended === 'NO_FINAL_OFFER' ? round.ended : null, nextAttempts: ['DE_NOVO'] };
  if (!BY_LAW.includes(reason)) {
    const isByAct = !BY_LAW.includes(annulment.reason);
    c.holds(
      'result.annulment.reason',
      isByAct,
      annulment.reason,
      'a ground of the authority',
      `${RULES}, r. 9(10)-(12)`,
    );
    c.notes.push(`result.annulment: ${annulment.reason} is a decision of the authority under ${annulment.provision}`);
    return;
  }
  const cited = citeAnnulment(reason, scheme.bidding);
  c.equal('result.annulment.reason', annulment.reason, reason, cited);
  c.equal('result.annulment.provision', annulment.provision, cited, cited);
  c.equal('result.annulment.at', annulment.at, end.at, cited);
  c.equal('result.annulment.nextAttempts', annulment.nextAttempts, nextAttempts, `${RULES}, r. 9(11)`);
}
