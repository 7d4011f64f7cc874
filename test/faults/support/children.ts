import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './orders.js';

export interface ChildResult {
  /** Sequence numbers of the commands that were acknowledged as accepted, by key. */
  readonly acknowledged: ReadonlyMap<string, number>;
  readonly done: boolean;
  readonly signal: NodeJS.Signals | null;
}

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));
const HOOK = fileURLToPath(new URL('typescript-hook.mjs', import.meta.url));

/** Runs one order in a process of its own and answers, when that has ended, what it had reported until then. */
export async function runChild(order: Order): Promise<ChildResult> {
  const child = fork(CHILD, [], { execArgv: ['--import', HOOK], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const acknowledged = new Map<string, number>();
  let done = false;
  child.on('message', (message) => {
    const report = message as Report;
    if (report.kind === 'done') done = true;
    else if (report.outcome === 'accepted') acknowledged.set(report.key, report.seq);
  });
  child.send(order);
  const signal = await waitForExit(child);
  return { acknowledged, done, signal };
}

async function waitForExit(child: ChildProcess): Promise<NodeJS.Signals | null> {
  // Messages that were sent before its death arrive before the channel closes.
  const closed = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('exit', (_code, by) => resolve(by));
  });
  await closed;
  return signal;
}
