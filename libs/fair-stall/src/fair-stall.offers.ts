import { Rupees, sha256Hex, type SealedEnvelope } from '#case-kit';
import type { Application, RosterEntry } from './fair-stall.model.js';

/** The envelope that the edge made of a sealed field; an offer in clear must never come this far. */
export function getEnvelope(offer: string | SealedEnvelope): SealedEnvelope {
  if (typeof offer === 'string') throw new TypeError('a sealed offer reached the decision in clear');
  return offer;
}

/** Names an application among the envelopes of a case. */
export function envelopeIdOf(application: Application): string {
  return String(application.seq);
}

/**
 * Whole steps from one amount up to another (rupees, two decimals), or null when the distance is not whole.
 * Negative when the second amount is the lower. Fair Rules, r. 10.
 */
export function countSteps(from: string, to: string, step: string): number | null {
  const distance = Rupees.parse(to).minus(Rupees.parse(from)).paise;
  const size = Rupees.parse(step).paise;
  if (size <= 0n) throw new RangeError(`a step must be more than nothing: ${step}`);
  return distance % size === 0n ? Number(distance / size) : null;
}

export function addSteps(from: string, steps: number, step: string): string {
  const distance = Rupees.ofPaise(Rupees.parse(step).paise * BigInt(steps));
  return Rupees.parse(from).plus(distance).format();
}

function compareOffers(a: string, b: string): number {
  return Rupees.parse(a).compare(Rupees.parse(b));
}

/** An opened value qualifies when it is an amount above nothing on the grid of steps. */
function qualifies(offer: string | undefined, step: string): offer is string {
  const amount = Rupees.find(offer);
  if (amount === undefined || amount.paise <= 0n) return false;
  return countSteps('0.00', amount.format(), step) !== null;
}

/** 0 is A, 25 is Z, 26 is AA. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}

/**
 * Draws an alias for each organisation. The order is that of hashes over every ciphertext of the case: anew for each
 * calling, the same at every replay, and not to be computed by somebody who knows the organisations but not all
 * envelopes.
 */
export function drawAliases(
  organisations: readonly string[],
  applications: readonly Application[],
): ReadonlyMap<string, string> {
  const seed = sha256Hex(...applications.map(({ envelope }) => envelope.ciphertext));
  const drawn = organisations.map((organisation) => ({ organisation, lot: sha256Hex(seed, organisation) }));
  drawn.sort((a, b) => (a.lot < b.lot ? -1 : 1));
  return new Map(drawn.map(({ organisation }, index) => [organisation, `Trader ${letterOf(index)}`]));
}

/**
 * The roster of the calling: the qualified, highest offer first, the earlier among equals; each under a new alias.
 * Fair Rules, r. 9 and 10.
 */
export function rankOffers(
  applications: readonly Application[],
  opened: Readonly<Record<string, string>>,
  step: string,
): readonly RosterEntry[] {
  const qualified = applications.flatMap((application) => {
    const offer = opened[envelopeIdOf(application)];
    return qualifies(offer, step) ? [{ ...application, offer: Rupees.parse(offer).format() }] : [];
  });
  qualified.sort((a, b) => compareOffers(b.offer, a.offer) || a.seq - b.seq);
  const aliases = drawAliases(
    qualified.map(({ organisationId }) => organisationId),
    applications,
  );
  return qualified.map(({ organisationId, offer }, index) => ({
    organisationId,
    alias: aliases.get(organisationId) ?? '',
    rank: index + 1,
    offer,
  }));
}
