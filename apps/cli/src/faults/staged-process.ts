import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClockJump } from './jumping-clock.js';

export interface ProcessOrder {
  readonly name: string;
  /** Of the program, from the root of the sources or of the build, without its ending: `apps/api/src/main`. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /** What its log says when it serves. */
  readonly readyText: string;
  readonly logFile: string;
}

const READY_LIMIT_MS = 90_000;
const AGAIN_MS = 150;
const STOP_LIMIT_MS = 20_000;

/** Run from the sources it starts sources, run from the build it starts the build. */
const ENDING = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const ROOT = new URL('../../../../', import.meta.url);
const CLOCK = new URL(`jumping-clock${ENDING}`, import.meta.url).href;

/** A process of the platform that is killed and started again, as whoever runs it would start it. */
export class StagedProcess {
  /** How it ended without having been told to. */
  readonly deaths: string[] = [];
  private child: ChildProcess | undefined;
  private isMeantToEnd = false;
  private turn: Promise<void> = Promise.resolve();
  private readonly log: WriteStream;

  constructor(private readonly order: ProcessOrder) {
    this.log = createWriteStream(order.logFile, { flags: 'a' });
  }

  /** @throws Error when it does not serve within a minute and a half, however often it is started. */
  async start(): Promise<void> {
    const deadline = performance.now() + READY_LIMIT_MS;
    while (!(await this.tryStart())) {
      // Without its database a program ends at once, and is started again until that is back.
      if (performance.now() > deadline) throw new Error(`${this.order.name} does not start: see ${this.order.logFile}`);
      await sleep(AGAIN_MS);
    }
  }

  /** Kills it at once, and starts it again after a while. Answers when it serves. */
  async kill(downMs: number): Promise<void> {
    await this.inTurn(async () => {
      await this.end('SIGKILL');
      await sleep(downMs);
      await this.start();
    });
  }

  /** Sets its clock forwards, or backwards. */
  jump(byMs: number): void {
    const message: ClockJump = { jumpMs: byMs };
    // A process that is just being killed has no clock any more.
    if (this.child?.connected === true) this.child.send(message, () => undefined);
  }

  async stop(): Promise<void> {
    await this.inTurn(async () => {
      const patience = setTimeout(() => this.child?.kill('SIGKILL'), STOP_LIMIT_MS);
      await this.end('SIGTERM');
      clearTimeout(patience);
    });
    this.log.end();
  }

  private async inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    await done;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.isMeantToEnd = true;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  private async tryStart(): Promise<boolean> {
    const { program, env, readyText } = this.order;
    this.isMeantToEnd = false;
    const child = fork(new URL(`${program}${ENDING}`, ROOT), {
      execArgv: [...process.execArgv, '--import', CLOCK],
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    child.stdout?.pipe(this.log, { end: false });
    child.stderr?.pipe(this.log, { end: false });
    return await new Promise<boolean>((resolve) => {
      let isReady = false;
      let text = '';
      const listen = (chunk: Buffer): void => {
        text += chunk.toString();
        isReady = text.includes(readyText);
        if (!isReady) return;
        child.stdout?.off('data', listen);
        resolve(true);
      };
      child.stdout?.on('data', listen);
      child.once('exit', (code, signal) => {
        if (isReady && !this.isMeantToEnd) this.mourn(`it ended by itself with ${code ?? signal}`);
        resolve(false);
      });
    });
  }

  private mourn(how: string): void {
    this.deaths.push(`${this.order.name}: ${how}; its log is ${this.order.logFile}`);
    void this.inTurn(() => this.start()).catch((error: unknown) => this.deaths.push(String(error)));
  }
}
