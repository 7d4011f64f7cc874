import { Gate, GateFull } from './gate.js';

describe('a gate', () => {
  it('lets no more than its limit run at a time, and everybody in the order of arrival', async () => {
    const gate = new Gate(2, 100);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        gate.run(async () => {
          running += 1;
          most = Math.max(most, running);
          order.push(i);
          await new Promise((resolve) => setTimeout(resolve, 1));
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('refuses at once when the queue is full, and takes others when it has emptied', async () => {
    const gate = new Gate(1, 1);
    let open: () => void = () => undefined;
    const first = gate.run(() => new Promise<void>((resolve) => (open = resolve)));
    const second = gate.run(async () => 'second');
    await expect(gate.run(async () => 'third')).rejects.toBeInstanceOf(GateFull);
    open();
    await first;
    expect(await second).toBe('second');
    expect(await gate.run(async () => 'fourth')).toBe('fourth');
  });

  it('gives the place back when the work fails', async () => {
    const gate = new Gate(1, 0);
    await expect(gate.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await gate.run(async () => 'next')).toBe('next');
  });
});
