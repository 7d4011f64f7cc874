/** Lists up to this length are held as arrays. */
export const HELD_AT_ONCE = 20_000;

/**
 * A list too long to be held at once: each item is made when it is read, so that whoever sends it can stop in between.
 * JSON takes it for an array.
 */
export class LongList<Item> implements Iterable<Item> {
  constructor(
    readonly length: number,
    private readonly make: () => Iterable<Item>,
  ) {}

  [Symbol.iterator](): Iterator<Item> {
    return this.make()[Symbol.iterator]();
  }

  toJSON(): Item[] {
    return [...this];
  }
}

/** An array, or a long list when it is longer than what is held at once. */
export function listItems<Item>(length: number, make: () => Iterable<Item>): readonly Item[] | LongList<Item> {
  return length > HELD_AT_ONCE ? new LongList(length, make) : [...make()];
}
