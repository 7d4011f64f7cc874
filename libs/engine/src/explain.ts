import {
  LawReader,
  type Actor,
  type AnyCaseType,
  type AnyCommandSpec,
  type CaseRow,
  type LawSnapshot,
  type Party,
  type ProvisionRef,
  type Refusal,
  type Sql,
  localDateAt,
} from '#case-kit';
import { findForbiddance, partyOf } from './access.js';
import { findRuleFailures } from './decide.js';
import { findDueEvents, standingHold } from './due.js';
import { ADVANCE_CLOCK, CONFIRM, ENGINE_COMMANDS, secondPersonOf, type EngineCommandSpec } from './engine-commands.js';
import { refusalOfHold, refusalOfOpenProposal } from './refusals.js';
import { explainState, stateTakes } from './ways.js';

/** One command as its caller is told about it before he tries: possible now, or why not. */
export interface CommandExplanation {
  readonly name: string;
  /** Last path segment of its route. */
  readonly path: string;
  readonly summary: string;
  readonly ref: ProvisionRef;
  readonly available: boolean;
  readonly needsSecondPerson: readonly string[] | null;
  /** Every reason why it is not possible now. */
  readonly refusals: readonly Refusal[];
  /** Rules that can only be judged once the form is filled in. */
  readonly conditions: readonly { readonly rule: string; readonly ref: ProvisionRef; readonly text: string }[];
}

export interface SeenCase {
  readonly caseType: AnyCaseType;
  readonly row: CaseRow;
  readonly parties: readonly Party[];
  readonly law: LawSnapshot;
  readonly closed: boolean;
}

/** `OPEN_ENVELOPES` is given at `…/open-envelopes`. */
export function commandPath(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Every command of the caller's role on a case: available, or why not. */
export async function explainCommands(
  sql: Sql,
  seen: SeenCase,
  actor: Actor,
  now: number,
): Promise<CommandExplanation[]> {
  const { caseType } = seen;
  const own = Object.entries(caseType.commands).filter(([, spec]) => spec.roles.includes(actor.role));
  const typed = await Promise.all(own.map(([name, spec]) => explainCommand(sql, seen, actor, now, name, spec)));
  const engine = ENGINE_COMMANDS.filter((spec) => spec.roles(caseType).includes(actor.role)).map((spec) =>
    explainEngineCommand(seen, actor, spec),
  );
  return [...typed, ...engine];
}

function refusalOfTerritory(
  seen: SeenCase,
  actor: Actor,
  spec: { readonly roles: readonly string[]; readonly ref: ProvisionRef },
): Refusal | null {
  const reason = findForbiddance(spec.roles, actor, seen.row);
  if (reason === null) return null;
  return {
    rule: 'territory',
    ref: spec.ref,
    text: 'An officer acts on the cases of his own territory.',
    datum: 'jurisdiction',
    found: actor.jurisdiction,
    required: seen.row.jurisdiction,
    cure: { who: 'an officer of that territory', how: 'give the command in his own capacity' },
  };
}

async function explainCommand(
  sql: Sql,
  seen: SeenCase,
  actor: Actor,
  now: number,
  name: string,
  spec: AnyCommandSpec,
): Promise<CommandExplanation> {
  const { caseType, row } = seen;
  const at = row.clockAt ?? now;
  const refusals: Refusal[] = [];
  const territory = refusalOfTerritory(seen, actor, spec);
  if (territory !== null) refusals.push(territory);
  const hold = spec.duringHold === true ? null : refusalOfHold(row);
  if (hold !== null) refusals.push(hold);
  const taken = !seen.closed && stateTakes(caseType, row.state, name);
  if (!taken) refusals.push(explainState(caseType, row, name, findDueEvents(caseType, row, seen.law, at)));
  // Whoever has no say here is not told what the rules of the case find.
  else if (territory === null) refusals.push(...(await findCaseFailures(sql, seen, actor, at, spec)));
  const open = row.proposals.find((proposal) => proposal.command === name);
  if (open !== undefined && spec.secondPerson !== undefined) {
    refusals.push(refusalOfOpenProposal(spec.secondPerson, open));
  }
  return explanationOf(name, spec, refusals);
}

function explanationOf(name: string, spec: AnyCommandSpec, refusals: readonly Refusal[]): CommandExplanation {
  return {
    name,
    path: commandPath(name),
    summary: spec.summary,
    ref: spec.ref,
    available: refusals.length === 0,
    needsSecondPerson: spec.secondPerson?.roles ?? null,
    refusals,
    conditions: spec.rules
      .filter((rule) => rule.needs === 'form')
      .map(({ name: rule, ref, text }) => ({ rule, ref, text })),
  };
}

async function findCaseFailures(
  sql: Sql,
  seen: SeenCase,
  actor: Actor,
  at: number,
  spec: AnyCommandSpec,
): Promise<Refusal[]> {
  const { caseType, row, parties, law } = seen;
  if (!spec.rules.some((rule) => rule.needs === 'case')) return [];
  const facts: Record<string, unknown> = {};
  await Promise.all(
    (spec.facts ?? []).map(async (kind) => {
      facts[kind] = (await caseType.store.facts[kind]?.(sql, [{ caseId: row.id, form: {}, actor }]))?.[0];
    }),
  );
  return findRuleFailures(spec, {
    row,
    facts,
    law: new LawReader(law, row.anchors, localDateAt(at)),
    actor,
    party: partyOf(parties, actor),
    parties,
    at,
  });
}

function findEngineRefusal(
  caseType: AnyCaseType,
  row: CaseRow,
  actor: Actor,
  spec: EngineCommandSpec,
): Omit<Refusal, 'rule' | 'ref'> | null {
  switch (spec.name) {
    case 'engine.release-hold':
      return standingHold(row) !== undefined
        ? null
        : {
            text: 'Only a hold that stands can be released.',
            datum: 'holds',
            found: 'none stands',
            required: 'a standing hold',
            cure: { who: 'nobody', how: 'nothing needs to be done' },
          };
    case ADVANCE_CLOCK:
      return row.rehearsal
        ? null
        : {
            text: 'Only a rehearsal has a clock of its own; every other case runs on real time.',
            datum: 'rehearsal',
            found: false,
            required: true,
            cure: { who: 'you', how: 'open a rehearsal to try things at other dates' },
          };
    case CONFIRM:
    case 'engine.refuse-proposal':
    case 'engine.withdraw-proposal':
      return findProposalRefusal(caseType, row, actor, spec.name);
    default:
      return null;
  }
}

function findProposalRefusal(
  caseType: AnyCaseType,
  row: CaseRow,
  actor: Actor,
  name: string,
): Omit<Refusal, 'rule' | 'ref'> | null {
  const own = (proposerId: string): boolean => proposerId === actor.personId;
  const fitting = row.proposals.filter((proposal) =>
    name === 'engine.withdraw-proposal'
      ? own(proposal.proposerId)
      : secondPersonOf(caseType, proposal.command).roles.includes(actor.role) &&
        (name === 'engine.refuse-proposal' || !own(proposal.proposerId)),
  );
  if (fitting.length > 0) return null;
  return {
    text: 'Only a proposal that still waits for its second person can be confirmed, refused or withdrawn.',
    datum: 'proposals',
    found: row.proposals.length === 0 ? 'none is open' : 'none that you may decide',
    required: name === 'engine.withdraw-proposal' ? 'a proposal of your own' : 'a proposal of another person',
    cure: { who: 'a proposing role', how: 'propose the act first' },
  };
}

function explainEngineCommand(seen: SeenCase, actor: Actor, spec: EngineCommandSpec): CommandExplanation {
  const { caseType, row } = seen;
  const refusals: Refusal[] = [];
  const territory = refusalOfTerritory(seen, actor, { roles: spec.roles(caseType), ref: spec.ref });
  if (territory !== null) refusals.push(territory);
  const open = row.proposals.find((proposal) => proposal.command === spec.name);
  if (open !== undefined) refusals.push(refusalOfOpenProposal(caseType.orders.secondPerson, open));
  const refusal = findEngineRefusal(caseType, row, actor, spec);
  if (refusal !== null) refusals.push({ rule: spec.path, ref: spec.ref, ...refusal });
  return {
    name: spec.name,
    path: spec.path,
    summary: spec.summary,
    ref: spec.ref,
    available: refusals.length === 0,
    needsSecondPerson: spec.name === 'engine.set-aside' ? caseType.orders.secondPerson.roles : null,
    refusals,
    conditions: [],
  };
}
