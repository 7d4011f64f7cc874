// The record that a protocol names, and the numbers of the law that it repeats where it uses them.
import { POLICY, readList, RULES } from './exact.mjs';

/** Every hash that the protocol names, against the list of the whole record: complete, in order, each its own. */
export function checkHashes(protocol, c) {
  const hashes = readList(protocol.hashes, 'hashes');
  const hashOf = new Map(hashes.map(({ seq, hash }) => [seq, hash]));
  const known = new Set(hashOf.values());
  const provision = `${POLICY}, the record`;
  const isHash = (hash) => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash);
  hashes.forEach(({ seq, hash }, index) => {
    c.equal(`hashes[${index}].seq`, seq, index + 1, provision);
    c.holds(`hashes[${index}].hash`, isHash(hash), hash, 'a SHA-256 in hex', provision);
  });
  c.equal('hashes', known.size, hashes.length, `${provision}: each entry has a hash of its own`);
  const name = (field, hash) => c.holds(field, known.has(hash), hash, 'a hash of the list hashes', provision);
  protocol.schedules.forEach(({ version, hash }, index) => {
    c.equal(`schedules[${index}].version`, version, index + 1, `${POLICY}, corrigenda`);
    name(`schedules[${index}].hash`, hash);
  });
  for (const act of ['ranking', 'proceeded']) {
    if (protocol.firstRound?.[act]) name(`firstRound.${act}.hash`, protocol.firstRound[act].hash);
  }
  c.equal('result.hash', protocol.result.hash, hashes.at(-1)?.hash, provision);
  const entries = protocol.roundTwo?.entries ?? [];
  // The round begins with the entry after the ranking and ends with the record.
  const ranked = hashes.find(({ hash }) => hash === protocol.firstRound?.ranking?.hash)?.seq ?? 0;
  entries.forEach(({ no, seq, hash }, index) => {
    c.equal(`roundTwo.entries[${index}].no`, no, index + 1, provision);
    c.equal(`roundTwo.entries[${index}].seq`, seq, ranked + index + 1, provision);
    c.equal(`roundTwo.entries[${index}].hash`, hash, hashOf.get(seq), provision);
  });
  if (protocol.roundTwo) c.equal('roundTwo.entries.length', entries.length, hashes.length - ranked, provision);
  let last = hashes.length;
  readList(protocol.lateOffers, 'lateOffers').forEach(({ seq, hash, outcome }, index) => {
    c.holds(`lateOffers[${index}].seq`, seq > last, seq, `more than ${last}`, provision);
    c.holds(`lateOffers[${index}].hash`, isHash(hash) && !known.has(hash), hash, 'a hash of its own', provision);
    c.equal(`lateOffers[${index}].outcome`, outcome, 'REFUSED', `${RULES}, r. 9(9)(i)`);
    last = seq;
  });
}

/** The numbers that the protocol repeats where it uses them, against the versions of the law that were read. */
export function checkNumbers({ law, firstRound, roundTwo, scheme }, c) {
  const check = (field, published, parameter, command) => {
    const read = law.filter((value) => value.parameter === parameter && value.usedBy.includes(command));
    const isRead = read.length === 0 || read.some(({ value }) => String(value) === String(published));
    const [{ act, provision } = {}] = read;
    c.holds(field, isRead, published, read.map(({ value }) => String(value)).join(' or '), `${act}, ${provision}`);
  };
  if (firstRound?.law) {
    const { minimumTqb, topBidders, rankSharePercent, affiliatesAreBarred } = firstRound.law;
    check('firstRound.law.minimumTqb', minimumTqb, 'qualification.minimum-tqb', 'OPEN_PRICES');
    check('firstRound.law.topBidders', topBidders, 'qualification.top-bidders', 'OPEN_PRICES');
    check('firstRound.law.rankSharePercent', rankSharePercent, 'qualification.rank-share', 'OPEN_PRICES');
    check('firstRound.law.affiliatesAreBarred', affiliatesAreBarred, 'qualification.affiliate-bar', 'OPEN_PRICES');
  }
  if (!roundTwo) return;
  const step = scheme.direction === 'ascending' ? 'auction.step-percent' : 'auction.step-percent-el';
  check('roundTwo.step', roundTwo.step, step, 'PUBLISH_NOTICE');
  check('roundTwo.minutes', roundTwo.minutes, 'auction.round-two-minutes', 'PUBLISH_NOTICE');
  check('roundTwo.extensionMinutes', roundTwo.extensionMinutes, 'auction.extension-minutes', 'PUBLISH_NOTICE');
  check('roundTwo.confirmationSteps', roundTwo.confirmationSteps, 'final-offer.jump-steps', 'PUBLISH_NOTICE');
}
