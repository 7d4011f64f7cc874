import { isDeepStrictEqual } from 'node:util';
import {
  createActor,
  initialTransition,
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type StateValue,
} from 'xstate';

/** Thrown when a stored state is not one that the machine knows: nothing may be decided on it. */
export class UnknownState extends Error {
  constructor(
    readonly machineId: string,
    readonly stored: unknown,
  ) {
    super(`the stored state is not a complete state of machine ${machineId}`);
    this.name = 'UnknownState';
  }
}

/** A machine that is stepped purely: restore, ask, move. */
export interface SteppedMachine {
  /** The snapshot for a stored state; throws UnknownState unless it resolves to itself. */
  resolve(state: StateValue, context: unknown): AnyMachineSnapshot;
  /** Whether the event is allowed; the only test that tells (a blocked event raises no error). */
  can(snapshot: AnyMachineSnapshot, event: { readonly type: string }): boolean;
  move(snapshot: AnyMachineSnapshot, event: { readonly type: string }): AnyMachineSnapshot;
  start(input: unknown): AnyMachineSnapshot;
}

const machines = new WeakMap<AnyStateMachine, SteppedMachine>();

/**
 * One inert actor scope is reused for all steps of a machine: the exported `transition()` builds a throw-away actor
 * each time, which costs four times as much. ActorScope is semi-internal to xstate, so a test holds the two equal.
 */
function inertScope(machine: AnyStateMachine): AnyActorScope {
  const self = createActor(machine, { input: undefined });
  return {
    self,
    defer: () => undefined,
    id: '',
    logger: () => undefined,
    sessionId: '',
    stopChild: () => undefined,
    system: self.system,
    emit: () => undefined,
    actionExecutor: () => undefined,
  };
}

/** A snapshot that can be stored; a machine that failed or spawned an actor cannot. */
function whole(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
  if (snapshot.status === 'error') throw snapshot.error;
  if (Object.keys(snapshot.children).length > 0) throw new Error('a case machine may not spawn actors');
  return snapshot;
}

export function stepped(machine: AnyStateMachine): SteppedMachine {
  const known = machines.get(machine);
  if (known !== undefined) return known;
  const scope = inertScope(machine);
  const made: SteppedMachine = {
    resolve(state, context) {
      let snapshot: AnyMachineSnapshot;
      try {
        snapshot = machine.resolveState({ value: state, context });
      } catch {
        throw new UnknownState(machine.id, state);
      }
      // xstate fills a region that the stored value lacks as initial, without a word.
      if (!isDeepStrictEqual(snapshot.value, state)) throw new UnknownState(machine.id, state);
      return snapshot;
    },
    can: (snapshot, event) => snapshot.can(event),
    move: (snapshot, event) => whole(machine.transition(snapshot, event, scope) as AnyMachineSnapshot),
    start: (input) => whole(initialTransition(machine, input)[0] as AnyMachineSnapshot),
  };
  machines.set(machine, made);
  return made;
}
