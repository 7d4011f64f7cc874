import { recount, Unreadable } from '../../scripts/recount.mjs';
import { findLargeAuction, placesOf, type ToldProtocol } from './protocols.js';

const original = findLargeAuction();
const OVER_A_YEAR_LATER = '2028-06-01T11:00:00+05:30';

/** Falsifies a copy of the protocol and answers the fields that the recount finds to differ. */
function falsify(change: (protocol: ToldProtocol) => void): readonly string[] {
  const copy = structuredClone(original);
  change(copy);
  return recount(copy).differences.map(({ field }) => field);
}

const field = (place: number, name: string): string => `roundTwo.entries[${place}].${name}`;
const accepted = placesOf(original, 'ACCEPTED');
const at = (index: number): number => accepted.at(index) ?? -1;

describe('a recount of a protocol with a planted fault', () => {
  it('has nothing to say of the protocol as it was written', () => {
    expect(recount(original)).toEqual({ differences: [], notes: [] });
  });

  it('finds an offer that was dropped, by the gap that it leaves in order and record', () => {
    const place = at(1);
    const found = falsify(({ roundTwo }) => roundTwo.entries.splice(place, 1));
    for (const name of ['no', 'seq']) expect(found).toContain(field(place, name));
  });

  it('finds the best offer dropped without a gap, by the winner who was not the best without it', () => {
    const place = at(-1);
    const found = falsify(({ roundTwo, hashes }) => {
      const [dropped] = roundTwo.entries.splice(place, 1);
      roundTwo.entries.forEach((entry, index) => {
        entry.no = index + 1;
        if (index >= place) entry.seq -= 1;
      });
      hashes.splice((dropped?.seq ?? 0) - 1, 1);
      hashes.forEach((entry, index) => (entry.seq = index + 1));
    });
    expect(found).toContain('result.preferredBidder.percent');
    expect(found).not.toContain(field(place, 'seq'));
  });

  it('finds two offers that were swapped, the worse of which could not follow the better', () => {
    const [first, second] = [at(0), at(1)];
    const found = falsify(({ roundTwo: { entries } }) => {
      const [one, other] = [entries[first], entries[second]];
      if (one === undefined || other === undefined) throw new Error('there are no two offers');
      entries[first] = { ...other, no: one.no, seq: one.seq };
      entries[second] = { ...one, no: other.no, seq: other.seq };
    });
    expect(found).toEqual(
      expect.arrayContaining([field(second, 'outcome'), field(first, 'hash'), field(second, 'hash')]),
    );
  });

  it('finds a late offer that was accepted', () => {
    const place = at(-1);
    const found = falsify(({ roundTwo }) => {
      for (const entry of roundTwo.entries.slice(place, place + 1)) entry.at = OVER_A_YEAR_LATER;
    });
    expect(found).toEqual(expect.arrayContaining([field(place, 'outcome'), field(place, 'rules')]));
    const copy = structuredClone(original);
    const late = copy.roundTwo.entries[place];
    if (late !== undefined) late.at = OVER_A_YEAR_LATER;
    const rules = recount(copy).differences.find((difference) => difference.field === field(place, 'rules'));
    expect(rules).toMatchObject({ published: [], recomputed: ['offer-is-in-time'] });
    expect(rules?.provision).toContain('r. 9(9)(i)');
  });

  it('finds one more bidder qualified, even where every list was told of it', () => {
    const index = original.firstRound.bids.findIndex(({ rank, qualified }) => rank !== null && !qualified);
    const found = falsify(({ firstRound, roundTwo, result }) => {
      const bid = firstRound.bids[index];
      if (bid === undefined) throw new Error('everybody went on');
      Object.assign(bid, { qualified: true, alias: 'Bidder Z' });
      firstRound.ranking.result.qualified.push(bid.bid);
      roundTwo.bidders.push('Bidder Z');
      result.qualified += 1;
    });
    expect(found).toEqual([
      'firstRound.ranking.result.qualified',
      `firstRound.bids[${index}].qualified`,
      `firstRound.bids[${index}].alias`,
      'result.qualified',
      'roundTwo.bidders',
    ]);
  });

  it("finds the winner's percent changed", () => {
    const found = falsify(({ result }) => {
      if (result.preferredBidder !== null) result.preferredBidder.percent = '0.01';
    });
    expect(found).toEqual(['result.preferredBidder.percent']);
  });

  it('finds the offer on which an auction was won raised after the fact', () => {
    const found = falsify(({ roundTwo, result }) => {
      const best = roundTwo.entries[at(-1)];
      if (best === undefined || result.preferredBidder === null) throw new Error('nobody won');
      best.percent = '9999.99';
      result.preferredBidder.percent = '9999.99';
    });
    expect(found.length).toBeGreaterThan(0);
  });
});

/** What the recount computes or checks, as paths with every index written as *. */
const COMPUTED =
  /^(firstRound\.(ranking\.(result|request)\..*|bids\.\*\.(rank|qualified|rejection))|roundTwo\.(floor|startedAt|announcedEnd|bidders\.\*|entries\.\*\.(no|seq|hash|outcome|late|rules\.\*|best|holder|closesAt))|result\.(outcome|at|hash|bidsReceived|technicallyQualified|qualified|preferredBidder\.(alias|percent|declaredAt))|hashes\.\*\.(seq|hash)|schedules\.\*\.hash)$/;

type Path = readonly (string | number)[];

function* listLeaves(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) yield path;
  else if (Array.isArray(value)) for (const [index, each] of value.entries()) yield* listLeaves(each, [...path, index]);
  else for (const [name, each] of Object.entries(value)) yield* listLeaves(each, [...path, name]);
}

function change(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return typeof value === 'string' ? `${value}1` : '1.00';
}

function changeAt(protocol: unknown, path: Path): unknown {
  const copy = structuredClone(protocol);
  let holder = copy as Record<string | number, unknown>;
  for (const name of path.slice(0, -1)) holder = holder[name] as typeof holder;
  const name = path.at(-1) ?? '';
  holder[name] = change(holder[name]);
  return copy;
}

describe('a recount of a protocol in which one field is changed', () => {
  const leaves = [...listLeaves(original)].filter((path) =>
    COMPUTED.test(path.map((name) => (typeof name === 'number' ? '*' : name)).join('.')),
  );

  it('has many fields to compute', () => {
    expect(leaves.length).toBeGreaterThan(150);
  });

  it('finds the change in every field that it computes', () => {
    const unnoticed = leaves.filter((path) => {
      try {
        return recount(changeAt(original, path)).differences.length === 0;
      } catch (error) {
        return !(error instanceof Unreadable);
      }
    });
    expect(unnoticed).toEqual([]);
  });

  it('finds a protocol of which a part is missing unreadable, and never breaks on it', () => {
    for (const part of Object.keys(original)) {
      const { [part]: _missing, ...rest } = structuredClone(original);
      let answer: unknown;
      try {
        answer = recount(rest).differences;
      } catch (error) {
        answer = error;
      }
      const isNamed = answer instanceof Unreadable || (Array.isArray(answer) && answer.length > 0);
      // What identifies the case, and what the law is cited from, is told for the reader alone.
      const isForReaders = ['caseId', 'jurisdiction', 'block', 'value', 'rehearsal'].includes(part);
      expect([part, isNamed || isForReaders]).toEqual([part, true]);
    }
  });
});
