import { availableParallelism } from 'node:os';
import { hash, parseOptions, verify, type Options } from '@node-rs/argon2';
import type { Finding } from '#case-kit';
import { drawSecret } from './ids.js';
import { Gate } from './gate.js';

/**
 * OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane. Algorithm 2 is argon2id; the library
 * declares it as a const enum, which isolated modules cannot read.
 */
const OWASP: PasswordCost = { memoryCost: 19_456, timeCost: 2 };
const ARGON2ID = 2;
const PARALLELISM = 1;

export interface PasswordCost {
  /** KiB. */
  readonly memoryCost: number;
  /** Passes. */
  readonly timeCost: number;
}

export interface PasswordOptions {
  readonly cost?: PasswordCost;
  /** How many may wait for their turn in this process. */
  readonly queueLimit?: number;
}

export const PASSWORD_MIN = 12;
/** Longer texts are no safer and cost the hash function time. */
export const PASSWORD_MAX = 128;

/**
 * Argon2id in the thread pool. The pool also reads files and resolves names, so only one or two hashes run at a time
 * and one core is left to whoever is logged in already: a flood of log-ins delays log-ins and nothing else.
 */
export class Passwords {
  private readonly options: Options;
  private readonly gate: Gate;
  private readonly dummy: Promise<string>;

  constructor({ cost = OWASP, queueLimit = 512 }: PasswordOptions = {}) {
    this.options = { ...cost, algorithm: ARGON2ID, parallelism: PARALLELISM };
    this.gate = new Gate(Math.max(1, Math.min(2, availableParallelism() - 1)), queueLimit);
    this.dummy = this.hash(drawSecret());
    // Whoever verifies gets the error; without a reader yet it must not end the process.
    this.dummy.catch(() => undefined);
  }

  /** @throws GateFull when too many wait already. */
  async hash(password: string): Promise<string> {
    return await this.gate.run(() => hash(normalise(password), this.options));
  }

  /**
   * Whether the password belongs to the hash. Without a hash (nobody of that name) the answer is false after the same
   * work, so that the time tells nothing.
   *
   * @throws GateFull when too many wait already.
   */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const against = stored ?? (await this.dummy);
    const matches = await this.gate.run(() => verify(against, normalise(password)));
    return matches && stored !== undefined;
  }

  /** Whether a hash was made with other parameters than those of today. */
  isOutdated(stored: string): boolean {
    const { memoryCost, timeCost, parallelism, algorithm } = parseOptions(stored);
    return (
      Number(algorithm) !== ARGON2ID ||
      parallelism !== PARALLELISM ||
      memoryCost !== this.options.memoryCost ||
      timeCost !== this.options.timeCost
    );
  }
}

/** The same letters may be typed in several encodings; a password must not depend on the keyboard's. */
function normalise(password: string): string {
  return password.normalize('NFKC');
}

/** What is wrong with a new password, or true. Length is what counts; mixtures of signs are not asked for. */
export function checkPassword(
  password: string,
  person: { readonly email: string; readonly name: string },
): true | Finding {
  const finding = (found: string, required: string): Finding => ({
    datum: 'password',
    found,
    required,
    cure: { who: 'you', how: `choose a password of ${PASSWORD_MIN} to ${PASSWORD_MAX} characters of your own` },
  });
  const length = [...normalise(password)].length;
  if (length < PASSWORD_MIN || length > PASSWORD_MAX) {
    return finding(`${length} characters`, `${PASSWORD_MIN} to ${PASSWORD_MAX} characters`);
  }
  const plain = password.toLowerCase();
  const [local = ''] = person.email.split('@');
  if ([person.email, person.name.toLowerCase(), local].some((word) => word.length > 3 && plain === word)) {
    return finding('your name or e-mail', 'something that others do not know');
  }
  if (new Set(plain).size < 5) return finding('a repeated pattern', 'at least five different characters');
  return true;
}
