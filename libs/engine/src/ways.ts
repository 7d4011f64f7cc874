import type { AnyStateNode, StateValue } from 'xstate';
import {
  formatInstant,
  sayList,
  sayRoles,
  type AnyCaseType,
  type CaseRow,
  type Cure,
  type DueEvent,
  type Refusal,
} from '#case-kit';

interface Edge {
  readonly from: string;
  readonly event: string;
  readonly to: string;
}

interface Graph {
  readonly edges: readonly Edge[];
  /** For each event, the states (dotted paths) that take it. */
  readonly takers: ReadonlyMap<string, readonly string[]>;
}

const graphs = new WeakMap<AnyCaseType, Graph>();

const pathOf = (node: AnyStateNode): string => node.path.join('.');

function walk(node: AnyStateNode, visit: (node: AnyStateNode) => void): void {
  visit(node);
  for (const child of Object.values(node.states as Record<string, AnyStateNode>)) walk(child, visit);
}

function graphOf(caseType: AnyCaseType): Graph {
  const known = graphs.get(caseType);
  if (known !== undefined) return known;
  const edges: Edge[] = [];
  const takers = new Map<string, string[]>();
  walk(caseType.machine.root as AnyStateNode, (node) => {
    for (const [event, branches] of node.transitions) {
      const name = String(event);
      takers.set(name, [...(takers.get(name) ?? []), pathOf(node)]);
      for (const branch of branches) {
        for (const target of (branch.target ?? []) as AnyStateNode[]) {
          if (target !== node) edges.push({ from: pathOf(node), event: name, to: pathOf(target) });
        }
      }
    }
  });
  const graph = { edges, takers };
  graphs.set(caseType, graph);
  return graph;
}

/** Every active state of a value as dotted paths, outermost first: `settling`, `settling.payment`, … */
export function activePaths(value: StateValue, prefix = ''): string[] {
  if (typeof value === 'string') return [`${prefix}${value}`];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${prefix}${key}`,
    ...(inner === undefined ? [] : activePaths(inner, `${prefix}${key}.`)),
  ]);
}

const contains = (outer: string, inner: string): boolean =>
  outer === '' || inner === outer || inner.startsWith(`${outer}.`);

/** The first step of a shortest way from the active states to one that takes the event; null when there is none. */
function firstStepTowards(graph: Graph, active: readonly string[], goals: readonly string[]): Edge | null {
  const reached = new Set(active);
  let frontier = active.map((path): { path: string; first: Edge | null } => ({ path, first: null }));
  while (frontier.length > 0) {
    const next: { path: string; first: Edge | null }[] = [];
    for (const { path, first } of frontier) {
      for (const edge of graph.edges) {
        if (!contains(edge.from, path) || reached.has(edge.to)) continue;
        const step = first ?? edge;
        // Entering a compound state enters its children: any of them may take the event.
        if (goals.some((goal) => contains(goal, edge.to) || contains(edge.to, goal))) return step;
        reached.add(edge.to);
        next.push({ path: edge.to, first: step });
      }
    }
    frontier = next;
  }
  return null;
}

const NO_WAY: Cure = { who: 'nobody', how: 'this can no longer happen in this case' };

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** What a summary says before it explains. */
const firstClause = (summary: string): string => summary.split(/[:;.]/, 1)[0] ?? summary;

function titleOf(caseType: AnyCaseType, path: string): string | undefined {
  const title = caseType.stateProvisions[path]?.title;
  return title === undefined ? undefined : `“${title}”`;
}

/** Where a step may lead, as people call it; undefined where a state has no title. */
function describeTargets(caseType: AnyCaseType, graph: Graph, step: Edge): string | undefined {
  const targets = graph.edges.filter(({ from, event }) => from === step.from && event === step.event);
  const titles = targets.map(({ to }) => titleOf(caseType, to));
  const known = titles.filter((title) => title !== undefined);
  return known.length < titles.length ? undefined : sayList([...new Set(known)], 'or');
}

function describeCure(caseType: AnyCaseType, graph: Graph, step: Edge, due: readonly DueEvent[]): Cure {
  if (step.event.startsWith('xstate.done'))
    return { who: 'nobody', how: `it becomes possible when ${step.from} is complete` };
  const spec = caseType.commands[step.event];
  const roles = spec?.roles ?? [];
  const targets = describeTargets(caseType, graph, step);
  if (roles.length === 1 && roles[0] === 'system') {
    const at = due.find(({ event }) => event === step.event)?.at;
    const how = `it happens by itself; the case is then at ${targets ?? step.to}`;
    return { who: sayRoles(roles), how, ...(at === undefined ? {} : { by: formatInstant(at) }) };
  }
  const people = roles.filter((role) => role !== 'system');
  const act = spec === undefined ? step.event : lowerFirst(firstClause(spec.summary));
  const second =
    spec?.secondPerson === undefined ? '' : `, with the confirmation of ${sayRoles(spec.secondPerson.roles)}`;
  return { who: sayRoles(people), how: `${act}${second}; the case is then at ${targets ?? step.to}` };
}

/** The way that an officer would advise: one that gives the case up only when there is no other. */
function adviseStep(caseType: AnyCaseType, graph: Graph, active: readonly string[], goals: readonly string[]) {
  const kept = graph.edges.filter(({ event }) => caseType.commands[event]?.abandons !== true);
  return firstStepTowards({ ...graph, edges: kept }, active, goals) ?? firstStepTowards(graph, active, goals);
}

/** Whether a state takes a command. Guards only choose between targets here, so the states alone tell. */
export function stateTakes(caseType: AnyCaseType, state: StateValue, command: string): boolean {
  const takers = graphOf(caseType).takers.get(command) ?? [];
  return takers.includes('') || activePaths(state).some((path) => takers.includes(path));
}

/**
 * Why the state of a case does not allow a command, which states do, and what leads towards one of them; by when, where
 * the clock leads there (`due`: the deadlines of the case).
 */
export function explainState(
  caseType: AnyCaseType,
  row: Pick<CaseRow, 'state'>,
  command: string,
  due: readonly DueEvent[] = [],
): Refusal {
  const graph = graphOf(caseType);
  const active = activePaths(row.state);
  const goals = graph.takers.get(command) ?? [];
  const innermost = active.at(-1) ?? '';
  const provision = caseType.stateProvisions[innermost] ?? caseType.stateProvisions[active[0] ?? ''];
  const step = adviseStep(caseType, graph, active, goals);
  const titles = goals.map((goal) => titleOf(caseType, goal));
  const known = titles.filter((title) => title !== undefined);
  return {
    rule: 'state-allows',
    ref: caseType.commands[command]?.ref ?? { act: 'Adit', provision: 'engine' },
    text:
      provision === undefined
        ? 'The state of the case does not allow this.'
        : `Not possible at this stage. ${provision.text}`,
    datum: 'state',
    found: titleOf(caseType, innermost) ?? row.state,
    required: known.length < titles.length ? goals : sayList([...new Set(known)], 'or'),
    cure: step === null ? NO_WAY : describeCure(caseType, graph, step, due),
  };
}
