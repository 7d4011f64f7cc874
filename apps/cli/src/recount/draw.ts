/**
 * Random numbers that are the same for the same seed, everywhere: sfc32, which passes the usual test batteries and needs
 * 32-bit integers alone. Not for secrets.
 */
export class Draw {
  private a: number;
  private b: number;
  private c = 0x9e3779b9;
  private counter = 1;

  /** Two whole numbers name a sequence: the seed of a run, and the place in it. */
  constructor(seed: number, place: number) {
    this.a = seed | 0;
    this.b = place | 0;
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return this.next() % count;
  }

  /** A whole number between two, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.below(items.length)] as Item;
  }
}
