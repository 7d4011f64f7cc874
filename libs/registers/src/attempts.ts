import type { Pool } from 'pg';
import { Problem, sqlOf } from '#platform';
import { summariseAttempts, summariseBy, type AttemptSummary } from './attempt-figures.js';
import type { Attempt, AttemptFilter } from './attempt.model.js';
import { readAttempts, type AttemptRow } from './attempt.store.js';
import type { Source } from './block.model.js';
import { readMineralNames } from './mineral-names.js';
import { ANNULMENT_GROUNDS, isStatus, stageOf } from './statuses.js';

export const GROUPINGS = ['regime', 'state', 'tranche', 'year', 'concession'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface GroupedSummary {
  readonly whole: AttemptSummary;
  readonly groups: readonly (AttemptSummary & { readonly group: string | null })[];
}

/** The register of attempts: the published ones and those of this platform in one list, rehearsals never among them. */
export class AttemptRegister {
  constructor(private readonly pool: Pool) {}

  /** In the order of their ids; `next` is the id after which the next page begins. */
  async list(
    filter: AttemptFilter,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<{ items: readonly Attempt[]; next: string | null }> {
    const rows = await readAttempts(sqlOf(this.pool), filter, { ...page, limit: page.limit + 1 });
    const items = rows.slice(0, page.limit).map(toAttempt);
    return { items, next: rows.length > page.limit ? (items.at(-1)?.attemptId ?? null) : null };
  }

  /** All that a filter selects, in the order of their ids. */
  async listAll(filter: AttemptFilter): Promise<readonly Attempt[]> {
    return (await readAttempts(sqlOf(this.pool), filter, {})).map(toAttempt);
  }

  /** One attempt, a rehearsal too. @throws Problem not-found. */
  async get(attemptId: string): Promise<Attempt> {
    const [row] = await readAttempts(sqlOf(this.pool), { attemptId }, {});
    if (row === undefined) throw new Problem('not-found', { detail: 'There is no attempt of this id' });
    return toAttempt(row);
  }

  /** Counts of what a filter selects, whole and by the values of one field. */
  async summarise(filter: AttemptFilter, by: Grouping): Promise<GroupedSummary> {
    const attempts = await this.listAll(filter);
    return {
      whole: summariseAttempts(attempts),
      groups: summariseBy(attempts, (attempt) => attempt[by]?.toString() ?? null),
    };
  }
}

function toAttempt({ mineralNames, mineralList, reasonText, ...row }: AttemptRow): Attempt {
  const status = isStatus(row.status) ? row.status : 'not_known';
  const ground = row.reasonCode === null ? null : (ANNULMENT_GROUNDS[row.reasonCode] ?? null);
  const minerals = mineralList ?? (mineralNames === null ? [] : readMineralNames(mineralNames));
  return {
    ...row,
    status,
    stage: stageOf(status),
    minerals: minerals.map(({ code, asPublished }) => ({ code, asPublished })),
    reason: [ground, reasonText].filter((text) => text !== null).join(': ') || null,
    sources: row.origin === 'PLATFORM' ? [recordOf(row.attemptId)] : row.sources,
  };
}

/** An attempt of this platform has its own record for a source. */
function recordOf(caseId: string): Source {
  return { url: `/v1/cases/${caseId}`, note: 'Record of this platform.' };
}
