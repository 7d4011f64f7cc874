import type { AnyStateNode, StateValue } from 'xstate';
import type { AnyCaseType, CaseRow, Cure, Refusal } from '#case-kit';

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

function describeCure(caseType: AnyCaseType, step: Edge | null): Cure {
  if (step === null) return { who: 'nobody', how: 'this can no longer happen in this case' };
  if (step.event.startsWith('xstate.done'))
    return { who: 'nobody', how: `it becomes possible when ${step.from} is complete` };
  const spec = caseType.commands[step.event];
  const roles = spec?.roles ?? [];
  if (roles.length === 1 && roles[0] === 'system') {
    return { who: 'the clock', how: `${step.event} happens by itself and leads to ${step.to}` };
  }
  return { who: roles.join(' or '), how: `${step.event} leads to ${step.to}` };
}

/** Whether a state takes a command. Guards only choose between targets here, so the states alone tell. */
export function stateTakes(caseType: AnyCaseType, state: StateValue, command: string): boolean {
  const takers = graphOf(caseType).takers.get(command) ?? [];
  return takers.includes('') || activePaths(state).some((path) => takers.includes(path));
}

/** Why the state of a case does not allow a command, which states do, and what leads towards one of them. */
export function explainState(caseType: AnyCaseType, row: Pick<CaseRow, 'state'>, command: string): Refusal {
  const graph = graphOf(caseType);
  const active = activePaths(row.state);
  const goals = graph.takers.get(command) ?? [];
  const innermost = active.at(-1) ?? '';
  const provision = caseType.stateProvisions[innermost] ?? caseType.stateProvisions[active[0] ?? ''];
  return {
    rule: 'state-allows',
    ref: caseType.commands[command]?.ref ?? { act: 'Adit', provision: 'engine' },
    text:
      provision === undefined
        ? 'The state of the case does not allow this.'
        : `The case stands where: ${provision.text}`,
    datum: 'state',
    found: row.state,
    required: goals,
    cure: describeCure(caseType, firstStepTowards(graph, active, goals)),
  };
}
