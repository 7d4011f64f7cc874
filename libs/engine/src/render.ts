import {
  formatInstant,
  hasJurisdiction,
  LawReader,
  type Actor,
  type AnyCaseType,
  type AnyForm,
  type CaseRow,
  type LawSnapshot,
  type OpenProposal,
  type Party,
  type Sql,
  localDateAt,
} from '#case-kit';
import { partyOf } from './access.js';
import { secondPersonOf, SET_ASIDE } from './engine-commands.js';
import { askForFact } from './fact-desk.js';

/** The case as one viewer may see it: what the engine knows of every case, and the case type's own view. */
export interface RenderedCase {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly jurisdiction: string;
  readonly rehearsal: boolean;
  /** A rehearsal's own present, RFC 3339. */
  readonly clock: string | null;
  readonly parentCaseId: string | null;
  readonly holds: readonly {
    readonly id: string;
    readonly kind: string;
    readonly orderReference: string;
    readonly from: string;
    readonly until: string | null;
    readonly standing: boolean;
  }[];
  readonly proposals: readonly RenderedProposal[];
  readonly view: Readonly<Record<string, unknown>>;
}

export interface RenderedProposal {
  readonly id: string;
  readonly command: string;
  readonly proposedAt: string;
  readonly expiresAt: string;
  readonly confirmedBy: readonly string[];
  /** The viewer proposed it himself: somebody else must confirm it. */
  readonly own: boolean;
  readonly form: AnyForm | null;
}

const isoOrNull = (at: number | null): string | null => (at === null ? null : formatInstant(at));

/** Whoever can propose or confirm an act may see that it waits. */
export function maySeeProposal(caseType: AnyCaseType, row: CaseRow, proposal: OpenProposal, viewer: Actor): boolean {
  if (!hasJurisdiction(viewer, row.jurisdiction)) return false;
  const proposers =
    proposal.command === SET_ASIDE ? caseType.orders.roles : (caseType.commands[proposal.command]?.roles ?? []);
  return proposers.includes(viewer.role) || secondPersonOf(caseType, proposal.command).roles.includes(viewer.role);
}

async function renderProposals(
  sql: Sql,
  caseType: AnyCaseType,
  row: CaseRow,
  viewer: Actor,
): Promise<RenderedProposal[]> {
  const visible = row.proposals.filter((proposal) => maySeeProposal(caseType, row, proposal, viewer));
  if (visible.length === 0) return [];
  const payloads = await sql.query<{ seq: number; payload: string }>(
    'select seq, payload from transition where case_id = $1 and seq = any($2) and payload is not null',
    [row.id, visible.map(({ seq }) => seq)],
  );
  const forms = new Map(payloads.map(({ seq, payload }) => [seq, (JSON.parse(payload) as { form: AnyForm }).form]));
  return visible.map((proposal) => ({
    id: proposal.id,
    command: proposal.command,
    proposedAt: formatInstant(proposal.proposedAt),
    expiresAt: formatInstant(proposal.expiresAt),
    confirmedBy: secondPersonOf(caseType, proposal.command).roles,
    own: proposal.proposerId === viewer.personId,
    form: forms.get(proposal.seq) ?? null,
  }));
}

export async function renderCase(
  sql: Sql,
  caseType: AnyCaseType,
  row: CaseRow,
  parties: readonly Party[],
  law: LawSnapshot,
  viewer: Actor,
  now: number,
): Promise<RenderedCase> {
  const party = partyOf(parties, viewer);
  const kinds = caseType.views.factsFor?.({ row, actor: viewer, party }) ?? caseType.views.facts ?? [];
  const [proposals, ...answers] = await Promise.all([
    renderProposals(sql, caseType, row, viewer),
    ...kinds.map(async (kind) => {
      const loader = caseType.store.facts[kind];
      if (loader === undefined) throw new Error(`the store has no facts ${kind}`);
      return await askForFact(sql, loader, { caseId: row.id, form: {}, actor: viewer });
    }),
  ]);
  const at = row.clockAt ?? now;
  return {
    id: row.id,
    type: row.type,
    title: caseType.title,
    jurisdiction: row.jurisdiction,
    rehearsal: row.rehearsal,
    clock: isoOrNull(row.clockAt),
    parentCaseId: row.parentCaseId,
    holds: row.holds.map((hold) => ({
      id: hold.id,
      kind: hold.kind,
      orderReference: hold.orderReference,
      from: formatInstant(hold.from),
      until: isoOrNull(hold.until),
      standing: hold.releasedAt === null,
    })),
    proposals,
    view: caseType.views.case({
      row,
      facts: Object.fromEntries(kinds.map((kind, index) => [kind, answers[index]])),
      law: new LawReader(law, row.anchors, localDateAt(at)),
      actor: viewer,
      party,
      parties,
      at,
    }),
  };
}
