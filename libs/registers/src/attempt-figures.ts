import { Percent } from '#case-kit';
import { stageOf, type Stage, type Status } from './statuses.js';

/** What counts are of. Both are always given: more is sold of the blocks than of the attempts. */
export const DENOMINATORS = {
  attempts: 'Every time that a block was put up for auction by a notice, among the attempts selected.',
  blocks:
    'Every block once, however often it was put up; what is said of it is said of its latest attempt among those selected, unless the figure says otherwise.',
} as const;

export type Denominator = keyof typeof DENOMINATORS;

/** What a count has to know of an attempt. Null is not known. */
export interface Countable {
  readonly attemptId: string;
  readonly regime: string;
  readonly blockKey: string;
  readonly attempt: number | null;
  readonly status: Status;
  readonly bidsReceived: number | null;
  readonly noticeOn: string | null;
  readonly decidedOn: string | null;
}

/** The attempts at one block, the latest last. */
type Line = readonly Countable[];

interface AttemptFigure {
  readonly denominator: 'attempts';
  readonly definition: string;
  readonly counts: (attempt: Countable) => boolean;
}
interface BlockFigure {
  readonly denominator: 'blocks';
  readonly definition: string;
  readonly counts: (line: Line) => boolean;
}

const isAnnulled = ({ status }: Countable): boolean => status === 'annulled' || status === 'annulled_after_award';
const isAt =
  (stage: Stage) =>
  ({ status }: Countable): boolean =>
    stageOf(status) === stage;
const latestIsAt =
  (stage: Stage) =>
  (line: Line): boolean =>
    line.slice(-1).some(isAt(stage));

/** Every figure of the summary: what it counts, and of what. */
export const FIGURES = {
  'blocks-with-preferred-bidder': {
    denominator: 'blocks',
    definition: 'Blocks whose latest attempt led to a bidder who, as far as is known, still stands.',
    counts: latestIsAt('sold'),
  },
  'blocks-whose-bidder-was-lost': {
    denominator: 'blocks',
    definition: 'Blocks whose latest attempt led to a bidder who was then lost, by lapse or annulment.',
    counts: latestIsAt('sold-and-lost'),
  },
  'blocks-without-bidder': {
    denominator: 'blocks',
    definition: 'Blocks whose latest attempt ended without a bidder.',
    counts: latestIsAt('failed'),
  },
  'blocks-open': {
    denominator: 'blocks',
    definition: 'Blocks of whose latest attempt the end is not known, or has not come.',
    counts: latestIsAt('open'),
  },
  'blocks-annulled-at-least-once': {
    denominator: 'blocks',
    definition: 'Blocks of which any attempt was annulled, before or after a declaration.',
    counts: (line) => line.some(isAnnulled),
  },
  'blocks-offered-more-than-once': {
    denominator: 'blocks',
    definition: 'Blocks that were put up for auction twice or more.',
    counts: (line) => line.length > 1,
  },
  'blocks-sold-after-an-annulment': {
    denominator: 'blocks',
    definition: 'Blocks with a bidder from their latest attempt, of which an earlier attempt was annulled.',
    counts: (line) => latestIsAt('sold')(line) && line.slice(0, -1).some(isAnnulled),
  },
  'attempts-with-preferred-bidder': {
    denominator: 'attempts',
    definition: 'Attempts that led to a bidder who, as far as is known, still stands.',
    counts: isAt('sold'),
  },
  'attempts-whose-bidder-was-lost': {
    denominator: 'attempts',
    definition: 'Attempts that led to a bidder who was then lost, by lapse or annulment.',
    counts: isAt('sold-and-lost'),
  },
  'attempts-without-bidder': {
    denominator: 'attempts',
    definition: 'Attempts that ended without a bidder.',
    counts: isAt('failed'),
  },
  'attempts-open': {
    denominator: 'attempts',
    definition: 'Attempts of which the end is not known, or has not come.',
    counts: isAt('open'),
  },
  'attempts-annulled': {
    denominator: 'attempts',
    definition: 'Attempts that were annulled, before or after a declaration.',
    counts: isAnnulled,
  },
  'attempts-with-known-number-of-bids': {
    denominator: 'attempts',
    definition: 'Attempts of which it is known how many bid; of the others it is not known, which is not none.',
    counts: ({ bidsReceived }) => bidsReceived !== null,
  },
} as const satisfies Readonly<Record<string, AttemptFigure | BlockFigure>>;

export type FigureName = keyof typeof FIGURES;

export interface Figure {
  readonly name: FigureName;
  readonly denominator: Denominator;
  readonly count: number;
  /** How many attempts or blocks the count is of. */
  readonly of: number;
  /** Count of the denominator in per cent, half up; null of nothing. */
  readonly percent: string | null;
}

export interface Count {
  readonly attempts: number;
  readonly blocks: number;
}

export interface AttemptSummary extends Count {
  readonly figures: readonly Figure[];
  /** Only statuses that occur; blocks by their latest attempt. */
  readonly statuses: readonly (Count & { readonly status: Status })[];
}

/** Counts out of the rows themselves, with both denominators. */
export function summariseAttempts(attempts: readonly Countable[]): AttemptSummary {
  const lines = groupByBlock(attempts);
  const latest = lines.flatMap((line) => line.slice(-1));
  const statuses = [...new Set(attempts.map(({ status }) => status))].sort();
  return {
    attempts: attempts.length,
    blocks: lines.length,
    figures: (Object.keys(FIGURES) as FigureName[]).map((name) => toFigure(name, attempts, lines)),
    statuses: statuses.map((status) => ({
      status,
      attempts: attempts.filter((attempt) => attempt.status === status).length,
      blocks: latest.filter((attempt) => attempt.status === status).length,
    })),
  };
}

/** The same for each value that `keyOf` gives, in the order of the values; what has none comes under null, last. */
export function summariseBy<Row extends Countable>(
  attempts: readonly Row[],
  keyOf: (row: Row) => string | null,
): readonly (AttemptSummary & { readonly group: string | null })[] {
  const groups = new Map<string | null, Row[]>();
  for (const row of attempts) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups.keys()]
    .sort((a, b) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1))
    .map((group) => ({ group, ...summariseAttempts(groups.get(group) ?? []) }));
}

function toFigure(name: FigureName, attempts: readonly Countable[], lines: readonly Line[]): Figure {
  const figure: AttemptFigure | BlockFigure = FIGURES[name];
  const [count, of] =
    figure.denominator === 'attempts'
      ? [attempts.filter(figure.counts).length, attempts.length]
      : [lines.filter(figure.counts).length, lines.length];
  return { name, denominator: figure.denominator, count, of, percent: percentOf(count, of) };
}

function percentOf(count: number, of: number): string | null {
  if (of === 0) return null;
  return Percent.ofHundredths(BigInt(Math.floor((count * 20_000 + of) / (2 * of)))).format();
}

function groupByBlock(attempts: readonly Countable[]): readonly Line[] {
  const lines = new Map<string, Countable[]>();
  for (const attempt of attempts) lines.set(attempt.blockKey, [...(lines.get(attempt.blockKey) ?? []), attempt]);
  return [...lines.values()].map((line) => line.sort(compareAttempts));
}

/** Attempts at one block follow each other by their notices, or by their decisions where no notice is known. */
function compareAttempts(a: Countable, b: Countable): number {
  const dates = [a, b].map(({ noticeOn, decidedOn }) => noticeOn ?? decidedOn ?? '') as [string, string];
  if (dates[0] !== dates[1]) return dates[0] < dates[1] ? -1 : 1;
  const ordinals = (a.attempt ?? 0) - (b.attempt ?? 0);
  if (ordinals !== 0) return ordinals;
  return a.attemptId < b.attemptId ? -1 : 1;
}
