import { setTimeout as sleep } from 'node:timers/promises';
import { parseInstant } from '#case-kit';
import { shift } from '../drive/auction-dates.js';
import type { RehearsalAuction } from '../drive/rehearsal-auction.js';
import type { Fault, FaultKind, PlannedFault } from './plan.js';
import type { Stage } from './stage.js';

/** A cut that waits for a COMMIT which does not come is given up. */
const COMMIT_LIMIT_MS = 3_000;
const LOOK_MS = 5;

const toTrue = (): boolean => true;
const toFalse = (): boolean => false;

/** Does to the platform what a plan says, each at its moment; some of it happens while other things are down. */
export class Injurer {
  /** What was really done. */
  readonly done: FaultKind[] = [];
  private clock: Promise<string>;

  constructor(
    private readonly stage: Stage,
    private readonly auction: RehearsalAuction,
  ) {
    this.clock = Promise.resolve(shift(auction.plan.dates.roundStartsAt, 1));
  }

  /** Answers when every fault is over and everything runs again. */
  async carryOut(plan: readonly PlannedFault[]): Promise<void> {
    await Promise.all(
      plan.map(async ({ atMs, fault }) => {
        await sleep(atMs);
        if (await this.inflict(fault)) this.done.push(fault.kind);
      }),
    );
  }

  private async inflict(fault: Fault): Promise<boolean> {
    const { stage } = this;
    switch (fault.kind) {
      case 'kill-api':
        await stage.apis[fault.api].process.kill(fault.downMs);
        return true;
      case 'kill-worker':
        await stage.worker.kill(fault.downMs);
        return true;
      case 'kill-database':
        return await this.killDatabase(fault);
      case 'cut-connections':
        return await this.cut(fault);
      case 'jump-clock':
        stage.processOf(fault.process).jump(fault.byMs);
        return true;
      case 'advance-clock':
        return await this.advance(fault.seconds);
    }
  }

  /** A server that is down already has no session to kill. */
  private async killDatabase({ victim, downMs }: Extract<Fault, { kind: 'kill-database' }>): Promise<boolean> {
    const { database } = this.stage;
    if (victim === 'session') return await database.killSession().then(toTrue, toFalse);
    await database.killPostmaster(downMs);
    return true;
  }

  private async cut({ api, moment, commit, downMs }: Extract<Fault, { kind: 'cut-connections' }>): Promise<boolean> {
    const { proxy } = this.stage.apis[api];
    const before = proxy.cuts;
    if (moment === 'at-once') proxy.cutAll();
    else proxy.cutAt(moment, commit, downMs > 0);
    for (let waited = 0; proxy.cuts === before && waited < COMMIT_LIMIT_MS; waited += LOOK_MS) await sleep(LOOK_MS);
    await sleep(downMs);
    proxy.letThrough();
    return proxy.cuts > before;
  }

  /** The clock of the rehearsal, one move after the other, and no further than the last second of the round. */
  private async advance(seconds: number): Promise<boolean> {
    let moved = false;
    this.clock = this.clock.then(async (from) => {
      const to = await this.findNext(from, seconds);
      moved = parseInstant(to) > parseInstant(from);
      if (moved) await this.auction.advanceTo(to);
      return to;
    });
    await this.clock;
    return moved;
  }

  private async findNext(from: string, seconds: number): Promise<string> {
    const { round } = await this.auction.view<{ readonly round: { readonly closesAt: string } }>();
    const latest = parseInstant(round.closesAt) - 1_000;
    if (parseInstant(from) >= latest) return from;
    return parseInstant(from) + seconds * 1_000 > latest ? shift(round.closesAt, -1) : shift(from, seconds);
  }
}
