import {
  DENOMINATORS,
  FIGURES,
  REGIMES,
  STAGES,
  STATUSES,
  writeCsv,
  type Attempt,
  type AttemptSummary,
  type GroupedSummary,
  type Grouping,
  type PublishedOffer,
} from '#registers';

export function showAttempt(attempt: Attempt): object {
  const caseId = attempt.origin === 'PLATFORM' ? attempt.attemptId : null;
  return {
    ...attempt,
    href: `/v1/attempts/${attempt.attemptId}`,
    caseId,
    protocol: caseId !== null && attempt.stage !== 'open' ? `/v1/block-auctions/${caseId}/protocol` : null,
  };
}

export function showAttemptWithOffers(attempt: Attempt, offers: readonly PublishedOffer[]): object {
  return { ...showAttempt(attempt), offers };
}

/** All that is needed to read a status or a count: each word with its one definition. */
export function showDictionary(): object {
  return {
    statuses: Object.entries(STATUSES).map(([name, status]) => ({ name, ...status })),
    stages: Object.entries(STAGES).map(([name, definition]) => ({ name, definition })),
    regimes: Object.entries(REGIMES).map(([name, definition]) => ({ name, definition })),
    denominators: Object.entries(DENOMINATORS).map(([name, definition]) => ({ name, definition })),
    figures: Object.entries(FIGURES).map(([name, { denominator, definition }]) => ({ name, denominator, definition })),
  };
}

/** Each figure with what it counts and of what, so that none can be quoted without. */
function showCounts({ attempts, blocks, figures, statuses }: AttemptSummary): object {
  return {
    attempts,
    blocks,
    figures: figures.map((figure) => ({ ...figure, definition: FIGURES[figure.name].definition })),
    statuses: statuses.map((count) => ({ ...count, definition: STATUSES[count.status].definition })),
  };
}

export function showSummary({ whole, groups }: GroupedSummary, by: Grouping, filter: object): object {
  return {
    filter,
    denominators: DENOMINATORS,
    ...showCounts(whole),
    by,
    groups: groups.map(({ group, ...counts }) => ({ group, ...showCounts(counts) })),
  };
}

const COLUMNS = [
  'attemptId',
  'origin',
  'rehearsal',
  'regime',
  'tranche',
  'attempt',
  'attemptKind',
  'previousAttemptId',
  'blockId',
  'blockKey',
  'blockName',
  'state',
  'concession',
  'concessionAsPublished',
  'status',
  'stage',
  'preferredBidder',
  'offerBasis',
  'reservePricePercent',
  'ceilingPercent',
  'floorPricePercent',
  'finalPriceOfferPercent',
  'bidsReceived',
  'technicallyQualified',
  'qualified',
  'reasonCode',
  'reason',
  'provision',
  'noticeOn',
  'tenderSaleEndOn',
  'bidDueOn',
  'decidedOn',
  'year',
  'notes',
] as const satisfies readonly (keyof Attempt)[];

/** The same rows as JSON has; what is a list there is joined by semicolons here. */
export function writeAttempts(attempts: readonly Attempt[]): string {
  const heading = [...COLUMNS, 'minerals', 'mineralCodes', 'sources'];
  return writeCsv(
    heading,
    attempts.map((attempt) => [
      ...COLUMNS.map((column) => attempt[column]),
      attempt.minerals.map(({ asPublished }) => asPublished).join('; '),
      attempt.minerals.flatMap(({ code }) => code ?? []).join('; '),
      attempt.sources.map(({ url, note }) => url ?? note ?? '').join('; '),
    ]),
  );
}

export function writeSummary({ whole, groups }: GroupedSummary, by: Grouping): string {
  const heading = ['by', 'group', 'figure', 'count', 'of', 'denominator', 'percent', 'definition'];
  const rowsOf = (group: string | null, isGroup: boolean, { figures }: AttemptSummary) =>
    figures.map(({ name, count, of, denominator, percent }) => [
      isGroup ? by : 'all',
      group,
      name,
      count,
      of,
      denominator,
      percent,
      FIGURES[name].definition,
    ]);
  return writeCsv(heading, [
    ...rowsOf(null, false, whole),
    ...groups.flatMap(({ group, ...counts }) => rowsOf(group, true, counts)),
  ]);
}
