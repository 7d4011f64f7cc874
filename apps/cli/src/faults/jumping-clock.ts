/**
 * Loaded into a process of the platform before anything else: its system clock, as `Date` tells it, jumps when the
 * parent says so. The monotonic clock goes on, as it does when the clock of a machine is set.
 */
const SystemDate = Date;
const systemNow = Date.now.bind(Date);
let shiftMs = 0;

const now = (): number => systemNow() + shiftMs;

globalThis.Date = new Proxy(SystemDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  // Called as a function it answers a text.
  apply: () => new SystemDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
});

/** What the parent tells the clock of a child. */
export interface ClockJump {
  readonly jumpMs: number;
}

process.on('message', (message) => {
  if (isClockJump(message)) shiftMs += message.jumpMs;
});
// A parent that was killed leaves nobody behind.
process.once('disconnect', () => process.exit(1));
// The channel alone keeps no process running.
process.channel?.unref();

function isClockJump(message: unknown): message is ClockJump {
  return typeof message === 'object' && message !== null && 'jumpMs' in message;
}
