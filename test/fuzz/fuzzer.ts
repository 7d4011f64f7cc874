import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { DEMO_PASSWORD } from '#identity';
import { Wire, type WireAnswer } from '../support/wire.js';
import { Coverage } from './coverage.js';
import { makeNamer, type FuzzWorld } from './ground.js';
import { Judge } from './judge.js';
import { makeRequests, type FuzzRequest } from './requests.js';

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  /** Tries the one request that this path names again. */
  readonly path?: string;
  readonly atOnce?: number;
  readonly onProgress?: (done: number) => void;
}

export interface FuzzResult {
  readonly coverage: Coverage;
  /** What went wrong, with the way to see it again; none when nothing did. */
  readonly failures: readonly string[];
  readonly linesRead: number;
}

/** Requests after which the log is read. */
const LOG_EVERY = 500;
/** Faults in the log that are told; one fault often repeats. */
const MOST_LINES = 10;
const MOST_RETRIES = 6;
const RETRY_MS = 200;

/**
 * Sends so many requests made from the document and judges each answer. Several walks go on at once, each with a seed of
 * its own, so that a fault can be tried again alone.
 */
export async function fuzz(
  world: FuzzWorld,
  { runs, seed, path, atOnce = 8, onProgress }: FuzzOptions,
): Promise<FuzzResult> {
  const coverage = new Coverage(world.ground.operations);
  const nameOf = makeNamer(world.ground.operations);
  for (const { method, path: asked, answer } of world.told) coverage.noteTold(nameOf(method, asked), answer.status);
  const judge = new Judge(world);
  const wire = new Wire(world.world.baseUrl, atOnce * 2);
  const tokens = new Tokens(world);
  const requests = makeRequests(world.ground);
  const logged: string[] = [];
  let done = 0;
  const tryOne = async (request: FuzzRequest): Promise<void> => {
    const answer = await send(wire, tokens, request);
    coverage.note(nameOf(request.method, request.path) || request.operation, answer.status);
    done += 1;
    judge.judge(request, answer);
    if (done % LOG_EVERY !== 0) return;
    judge.refresh();
    logged.push(...judge.readLog());
    onProgress?.(done);
  };
  const walks = path === undefined ? Math.min(atOnce, runs) : 1;
  const failures = await Promise.all(
    Array.from({ length: walks }, async (_, walk) => {
      const ownSeed = seed + walk;
      const details = await fc.check(fc.asyncProperty(requests, tryOne), {
        numRuns: path === undefined ? Math.ceil(runs / walks) : 1,
        seed: ownSeed,
        ...(path !== undefined && { path }),
        endOnFailure: path === undefined && runs > 100_000,
      });
      return details.failed ? [describeFailure(ownSeed, details)] : [];
    }),
  );
  judge.refresh();
  logged.push(...judge.readLog());
  wire.close();
  return {
    coverage,
    failures: [...failures.flat(), ...dropRepeated(logged).slice(0, MOST_LINES)],
    linesRead: judge.linesRead,
  };
}

/** One fault often repeats; what differs is when it happened and to whom. */
function dropRepeated(lines: readonly string[]): readonly string[] {
  const kinds = new Map(lines.map((line) => [/"message":"[^"]*"|"msg":"[^"]*"/.exec(line)?.[0] ?? line, line]));
  return [...kinds.values()];
}

function describeFailure(
  seed: number,
  { counterexample, counterexamplePath, errorInstance }: fc.RunDetails<[FuzzRequest]>,
): string {
  return [
    String(errorInstance),
    `request: ${JSON.stringify(counterexample?.[0])}`,
    `again: npm run fuzz -- --seed ${seed} --path ${counterexamplePath ?? ''}`,
  ].join('\n');
}

async function send(wire: Wire, tokens: Tokens, request: FuzzRequest): Promise<WireAnswer> {
  const token = request.caller === null ? undefined : await tokens.get(request.caller);
  const answer = await wire.send({
    method: request.method,
    path: request.path,
    headers: { ...(token !== undefined && { Authorization: `Bearer ${token}` }), ...request.headers },
    body: request.body,
  });
  if (request.caller !== null) {
    if (answer.status === 401) tokens.forget(request.caller);
    if (answer.status === 204 && request.path.startsWith('/v1/me/password')) tokens.learn(request.caller, request.body);
  }
  return answer;
}

/** Log-ins of those who ask; whoever was logged out logs in again. */
class Tokens {
  private readonly known = new Map<string, Promise<string>>();
  private readonly passwords = new Map<string, string>();

  constructor(private readonly fuzz: FuzzWorld) {}

  async get(name: string): Promise<string> {
    const token = this.known.get(name) ?? this.logIn(name, 0);
    this.known.set(name, token);
    return await token;
  }

  forget(name: string): void {
    this.known.delete(name);
  }

  /** A request has changed the password: the next log-in needs the new one. */
  learn(name: string, body: string | undefined): void {
    const { newPassword } = JSON.parse(body ?? '{}') as { newPassword?: string };
    if (newPassword !== undefined) this.passwords.set(name, newPassword);
  }

  private async logIn(name: string, attempt: number): Promise<string> {
    try {
      return await this.fuzz.world.anybody.logIn(`${name}@adit.example`, this.passwords.get(name) ?? DEMO_PASSWORD);
    } catch (error) {
      // Another walk has just changed the password, and its answer is still on its way.
      if (attempt === MOST_RETRIES) throw error;
      await sleep(RETRY_MS * 2 ** attempt);
      return await this.logIn(name, attempt + 1);
    }
  }
}
