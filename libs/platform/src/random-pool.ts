import { randomBytes } from 'node:crypto';

const AT_ONCE = 256;

/**
 * Random texts of one size, drawn from the system's generator many at once: a single call to it costs as much as a hash.
 */
export class RandomPool {
  private pool = Buffer.alloc(0);
  private next = 0;

  /** `size` in bytes. */
  constructor(
    private readonly size: number,
    private readonly encoding: 'hex' | 'base64url',
  ) {}

  draw(): string {
    if (this.next >= this.pool.length) {
      this.pool = randomBytes(this.size * AT_ONCE);
      this.next = 0;
    }
    const end = this.next + this.size;
    const text = this.pool.toString(this.encoding, this.next, end);
    // What has been given out is not kept for anybody to find.
    this.pool.fill(0, this.next, end);
    this.next = end;
    return text;
  }
}
