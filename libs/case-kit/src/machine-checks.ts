import { initialTransition, type AnyStateMachine, type AnyStateNode, type AnyTransitionDefinition } from 'xstate';
import type { AnyCaseType } from './contract.js';

/** Thrown at start-up: a case type that may not run, with every reason. */
export class ForbiddenMachine extends Error {
  constructor(
    readonly caseType: string,
    readonly reasons: readonly string[],
  ) {
    super(`case type ${caseType} may not run:\n- ${reasons.join('\n- ')}`);
    this.name = 'ForbiddenMachine';
  }
}

/** Dotted path of a state within its machine; the root is `(machine)`. */
function pathOf(node: AnyStateNode): string {
  return node.path.length === 0 ? '(machine)' : node.path.join('.');
}

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states as Record<string, AnyStateNode>).flatMap(nodesOf)];
}

function isAssign(action: unknown, machine: AnyStateMachine): boolean {
  const name = typeof action === 'string' ? action : (action as { type?: unknown } | null)?.type;
  if (name === 'xstate.assign') return true;
  if (typeof name !== 'string') return false;
  const implementations = machine.implementations.actions as Record<string, { type?: unknown } | undefined>;
  return implementations[name]?.type === 'xstate.assign';
}

function hasGuard(guard: unknown, machine: AnyStateMachine): boolean {
  const name = typeof guard === 'string' ? guard : (guard as { type?: unknown } | null)?.type;
  return typeof name === 'string' && name in machine.implementations.guards;
}

function transitionsOf(node: AnyStateNode): { event: string; branches: AnyTransitionDefinition[] }[] {
  const listed = [...node.transitions.entries()].map(([event, branches]) => ({
    event: String(event),
    branches: [...branches] as AnyTransitionDefinition[],
  }));
  if (node.always !== undefined) listed.push({ event: '(always)', branches: node.always as AnyTransitionDefinition[] });
  return listed;
}

function checkNode(node: AnyStateNode, machine: AnyStateMachine): string[] {
  const reasons: string[] = [];
  const at = pathOf(node);
  if (node.after.length > 0) reasons.push(`${at}: 'after' is lost when the case is restored; use a due event`);
  if (node.invoke.length > 0) reasons.push(`${at}: 'invoke' runs again when the case is restored`);
  if (node.type === 'history') reasons.push(`${at}: history states are not stored; use a hold`);
  for (const action of [...node.entry, ...node.exit]) {
    if (!isAssign(action, machine)) reasons.push(`${at}: entry and exit may only assign`);
  }
  for (const { event, branches } of transitionsOf(node)) {
    if (event === '*' || event.endsWith('.*')) reasons.push(`${at}: wildcard event ${event} hides what may happen`);
    if (event.startsWith('xstate.after')) continue;
    for (const branch of branches) {
      const guard: unknown = branch.guard;
      if (typeof guard === 'function') reasons.push(`${at} on ${event}: guards are named, never inline`);
      else if (guard !== undefined && !hasGuard(guard, machine)) {
        reasons.push(`${at} on ${event}: guard ${JSON.stringify(guard)} is named but nowhere implemented`);
      }
      for (const action of branch.actions) {
        if (!isAssign(action, machine)) reasons.push(`${at} on ${event}: actions other than assign are effects`);
      }
      if (branch.target === undefined && branch.actions.length === 0) {
        reasons.push(
          `${at} on ${event}: an event declared as {} is refused by can(); name the state as its own target`,
        );
      }
    }
    const last = branches.at(-1);
    if (event !== '(always)' && last?.guard !== undefined) {
      reasons.push(`${at} on ${event}: guards choose between targets; the last branch must be unguarded`);
    }
  }
  return reasons;
}

/** The events that a machine names itself, in order of first mention; xstate's own are left out. */
export function eventsOf(machine: AnyStateMachine): string[] {
  const named = nodesOf(machine.root as AnyStateNode).flatMap((node) => [...node.transitions.keys()].map(String));
  return [...new Set(named)].filter((event) => !event.startsWith('xstate.'));
}

/** Dotted paths of all states of a machine, parents before children, the root left out. */
export function statesOf(machine: AnyStateMachine): string[] {
  return nodesOf(machine.root as AnyStateNode)
    .filter((node) => node.path.length > 0)
    .map(pathOf);
}

/** Reasons why a machine may not be persisted as a case; empty when it may. */
export function findMachineFaults(machine: AnyStateMachine): string[] {
  const reasons = nodesOf(machine.root as AnyStateNode).flatMap((node) => checkNode(node, machine));
  if (reasons.length > 0) return reasons;
  // xstate does not throw here: a fault of the context factory becomes a snapshot with the status `error`.
  const [snapshot] = initialTransition(machine, undefined);
  if (snapshot.status === 'error') {
    reasons.push(`(machine): the context factory must tolerate undefined input: ${String(snapshot.error)}`);
  } else if (Object.keys(snapshot.children as object).length > 0) {
    reasons.push('(machine): an assignment spawns an actor, which is lost when the case is restored');
  }
  return reasons;
}

/** Refuses, at start-up, a case type whose machine or tables may not run. */
export function assertCaseType(caseType: AnyCaseType): void {
  const reasons = findMachineFaults(caseType.machine);
  const events = new Set(eventsOf(caseType.machine));
  const commands = Object.keys(caseType.commands);
  for (const event of events) {
    if (caseType.commands[event] === undefined) reasons.push(`event ${event} has no row in the command table`);
  }
  for (const command of commands) {
    if (!events.has(command)) reasons.push(`command ${command} is no event of the machine`);
  }
  for (const state of statesOf(caseType.machine)) {
    if (caseType.stateProvisions[state] === undefined) reasons.push(`state ${state} cites no provision`);
  }
  for (const state of Object.keys(caseType.stateProvisions)) {
    if (!statesOf(caseType.machine).includes(state)) reasons.push(`provision of unknown state ${state}`);
  }
  for (const [name, spec] of Object.entries(caseType.commands)) {
    for (const kind of spec.facts ?? []) {
      if (caseType.store.facts[kind] === undefined) reasons.push(`command ${name} reads unknown facts ${kind}`);
    }
    if (spec.hot === true && (spec.secondPerson ?? spec.opens ?? spec.readsCases) !== undefined) {
      reasons.push(`command ${name} is hot and may not wait for a second person, open envelopes or read other cases`);
    }
    const names = spec.rules.map((rule) => rule.name);
    if (new Set(names).size !== names.length) reasons.push(`command ${name} names a rule twice`);
  }
  if (reasons.length > 0) throw new ForbiddenMachine(caseType.id, reasons);
}
