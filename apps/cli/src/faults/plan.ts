import type { Cut } from '#testing';
import { Draw } from '../recount/draw.js';

export const FAULT_KINDS = [
  'kill-api',
  'kill-worker',
  'kill-database',
  'cut-connections',
  'jump-clock',
  'advance-clock',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Place of an api in the list of both. */
export type ApiNumber = 0 | 1;
export type ProcessName = 'api-1' | 'api-2' | 'worker';

/** What is done to the platform. Times in milliseconds; `downMs` is how long it stays as it was left. */
export type Fault =
  | { readonly kind: 'kill-api'; readonly api: ApiNumber; readonly downMs: number }
  | { readonly kind: 'kill-worker'; readonly downMs: number }
  /** The postmaster alone is killed, or one session of an api, after which the postmaster ends all of them. */
  | { readonly kind: 'kill-database'; readonly victim: 'postmaster' | 'session'; readonly downMs: number }
  /** All connections of an api at once, or the one that carries the so manieth COMMIT from then on. */
  | {
      readonly kind: 'cut-connections';
      readonly api: ApiNumber;
      readonly moment: Cut | 'at-once';
      readonly commit: number;
      readonly downMs: number;
    }
  /** The system's clock, as one process reads it. */
  | { readonly kind: 'jump-clock'; readonly process: ProcessName; readonly byMs: number }
  /** The clock of the rehearsal, never past the end of the round. */
  | { readonly kind: 'advance-clock'; readonly seconds: number };

export interface PlannedFault {
  /** Milliseconds after the bidding has begun. */
  readonly atMs: number;
  readonly fault: Fault;
}

const LATEST_MS = 2_000;
const LONGEST_DOWN_MS = 400;
const JUMPS_MS = [1_000, 20_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000];

/** Two to five faults of the kinds given, at moments of the first two seconds: the same for the same seed. */
export function planFaults(seed: number, kinds: readonly FaultKind[] = FAULT_KINDS): readonly PlannedFault[] {
  const draw = new Draw(seed, 1);
  const faults = Array.from({ length: draw.between(2, 5) }, () => ({
    atMs: draw.between(50, LATEST_MS),
    fault: drawFault(draw, draw.pick(kinds)),
  }));
  return faults.sort((a, b) => a.atMs - b.atMs);
}

function drawFault(draw: Draw, kind: FaultKind): Fault {
  const api = draw.below(2) as ApiNumber;
  const downMs = draw.between(0, LONGEST_DOWN_MS);
  switch (kind) {
    case 'kill-api':
      return { kind, api, downMs };
    case 'kill-worker':
      return { kind, downMs };
    case 'kill-database':
      return { kind, victim: draw.pick(['postmaster', 'session'] as const), downMs };
    case 'cut-connections': {
      const moment = draw.pick(['at-once', 'before', 'sent', 'answered'] as const);
      return { kind, api, moment, commit: draw.between(1, 6), downMs: draw.chance(50) ? downMs : 0 };
    }
    case 'jump-clock': {
      const byMs = draw.pick(JUMPS_MS) * (draw.chance(50) ? 1 : -1);
      return { kind, process: draw.pick(['api-1', 'api-2', 'worker'] as const), byMs };
    }
    case 'advance-clock':
      return { kind, seconds: draw.pick([1, 30, 300, 1_800, 7_200]) };
  }
}

/** `412 ms kill-api (api-2, down 80 ms)`. */
export function describeFault({ atMs, fault }: PlannedFault): string {
  return `${atMs} ms ${fault.kind} (${particularsOf(fault)})`;
}

function particularsOf(fault: Fault): string {
  switch (fault.kind) {
    case 'kill-api':
      return `api-${fault.api + 1}, down ${fault.downMs} ms`;
    case 'kill-worker':
      return `down ${fault.downMs} ms`;
    case 'kill-database':
      return fault.victim === 'session' ? 'one session' : `the postmaster, down ${fault.downMs} ms`;
    case 'cut-connections': {
      const what = fault.moment === 'at-once' ? 'all at once' : `${fault.moment} at COMMIT ${fault.commit}`;
      return `api-${fault.api + 1}, ${what}, down ${fault.downMs} ms`;
    }
    case 'jump-clock':
      return `${fault.process}, ${fault.byMs > 0 ? 'forwards' : 'backwards'} ${Math.abs(fault.byMs) / 1_000} s`;
    case 'advance-clock':
      return `${fault.seconds} s`;
  }
}
