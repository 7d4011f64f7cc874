import type { People } from '../drive/people.js';
import { Provisions, readRecord } from '../drive/record.js';
import { compare, type Comparison, type Outcome } from './compare.js';
import { narrate } from './narrate.js';
import { perform, type Performance } from './perform.js';
import type { PublishedAuction } from './published.js';

export interface Replayed {
  readonly performance: Performance;
  readonly outcome: Outcome;
  readonly comparison: Comparison;
}

interface Protocol {
  readonly law: readonly { readonly parameter: string }[];
  readonly firstRound: { readonly ranking: { readonly working: readonly string[] } | null } | null;
  readonly roundTwo: { readonly entries: readonly RoundEntry[] } | null;
}

interface RoundEntry {
  readonly hash: string;
  /** When the round closes as things stand after this entry. */
  readonly closesAt: string | null;
}

/** Numbers that every notice must find in the rule book, and that belong to the concessions named here alone. */
const OF_ONE_CONCESSION: readonly (readonly [RegExp, readonly string[]])[] = [
  [/-cl$|proposer/, ['CL']],
  [/-el$|exploration-licence$|ceiling/, ['EL']],
  [/-ml$/, ['ML']],
];

/** Replays an auction and compares what it came to with what was published. @throws ApiRefused */
export async function replayAuction(people: People, auction: PublishedAuction): Promise<Replayed> {
  const performance = await perform(people, auction);
  // Once it is over, an auditor sees names, offers and ranks together.
  const outcome = await performance.case.view<Outcome>('auditor');
  return { performance, outcome, comparison: compare(performance, outcome) };
}

/** The story of a replay, in lines, from the platform's own record of it. */
export async function tellReplay(people: People, { performance, outcome, comparison }: Replayed) {
  const { case: rehearsal, auction } = performance;
  const protocol = await people.anybody.get<Protocol>(`${rehearsal.path}/protocol`);
  const isOfThisKind = (name: string): boolean =>
    OF_ONE_CONCESSION.every(([pattern, kinds]) => !pattern.test(name) || kinds.includes(auction.concession ?? ''));
  return narrate({
    performance,
    outcome,
    comparison,
    record: await readRecord(people.as('auditor'), rehearsal.id),
    provisions: await Provisions.read(people.anybody, 'block-auction'),
    closings: listClosings(protocol.roundTwo?.entries ?? []),
    working: protocol.firstRound?.ranking?.working ?? [],
    numbersRead: protocol.law.map(({ parameter }) => parameter).filter(isOfThisKind),
  });
}

function listClosings(entries: readonly RoundEntry[]) {
  return new Map(
    entries.flatMap(({ hash, closesAt }, index) => {
      const before = entries[index - 1]?.closesAt ?? closesAt;
      return closesAt === null ? [] : [[hash, { at: closesAt, extended: closesAt !== before }] as const];
    }),
  );
}
