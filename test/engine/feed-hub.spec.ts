import { SYSTEM_ACTOR, type Actor } from '#case-kit';
import { CaseReader, FeedHub, type CaseEngine, type FeedEvent, type FeedSubscriber } from '#engine';
import { OFFICER, TallyWorld } from '../faults/support/tally-world.js';

interface Gate {
  readonly reached: Promise<void>;
  open(): void;
}

/** Holds up one look at a case when the test says so: before it is taken, or when it has been taken. */
class HeldReader extends CaseReader {
  private hold: { readonly who: 'system' | 'people'; readonly when: 'before' | 'after'; pass(): Promise<void> } | null =
    null;

  holdUp(who: 'system' | 'people', when: 'before' | 'after'): Gate {
    let reach: () => void = () => undefined;
    let open: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const opened = new Promise<void>((resolve) => (open = resolve));
    const pass = async (): Promise<void> => {
      this.hold = null;
      reach();
      await opened;
    };
    this.hold = { who, when, pass };
    return { reached, open };
  }

  override async find(...args: Parameters<CaseReader['find']>): ReturnType<CaseReader['find']> {
    const held = this.hold?.who === (args[1] === SYSTEM_ACTOR ? 'system' : 'people') ? this.hold : null;
    if (held?.when === 'before') await held.pass();
    const seen = await super.find(...args);
    if (held?.when === 'after') await held.pass();
    return seen;
  }
}

class Reader implements FeedSubscriber {
  readonly counts: unknown[] = [];
  readonly caseIds: readonly string[];

  constructor(
    caseId: string,
    readonly actor: Actor = OFFICER,
  ) {
    this.caseIds = [caseId];
  }

  send({ body }: FeedEvent): boolean {
    this.counts.push((JSON.parse(body ?? '{}') as { view: { count: number } }).view.count);
    return true;
  }

  drop(): void {
    throw new Error('nobody is dropped here');
  }
}

describe('the feed of a case that changes while somebody comes to watch it', () => {
  let world: TallyWorld;
  let engine: CaseEngine;
  let reader: HeldReader;
  let hub: FeedHub;
  let caseId: string;

  beforeAll(async () => {
    world = await TallyWorld.start();
    engine = world.engine();
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    reader = new HeldReader(world.pool, engine);
    hub = new FeedHub(world.pool, engine, reader);
    caseId = await world.open(engine);
  });

  it('does not show him what it was after what it is', async () => {
    const watcher = new Reader(caseId);
    const gate = reader.holdUp('people', 'after');
    const coming = hub.subscribe(watcher);
    await gate.reached;
    await world.add(engine, caseId);
    await hub.tick();
    expect(watcher.counts).toEqual([1]);
    gate.open();
    await coming;
    await hub.tick();
    expect(watcher.counts).toEqual([1]);
  });

  it('tells him what others of his organisation were told just before he came', async () => {
    const first = new Reader(caseId);
    await hub.subscribe(first);
    await world.add(engine, caseId);
    const gate = reader.holdUp('system', 'before');
    const telling = hub.tick();
    await gate.reached;
    const second = new Reader(caseId);
    await hub.subscribe(second);
    await world.add(engine, caseId);
    gate.open();
    await telling;
    await hub.tick();
    expect(first.counts).toEqual([0, 2]);
    expect(second.counts).toEqual([1, 2]);
  });

  it('tells nobody the same twice', async () => {
    const watcher = new Reader(caseId);
    await hub.subscribe(watcher);
    await hub.tick();
    await world.add(engine, caseId);
    await hub.tick();
    await hub.tick();
    expect(watcher.counts).toEqual([0, 1]);
  });
});
