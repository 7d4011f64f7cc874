import { ApiRefused } from './api-client.js';

/** Where `npm start` serves unless it is told otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:3000';

/** How long a platform has to show that it is there. */
const PROBE_MS = 10_000;

/** Nobody answers at the address. */
export class NobodyThere extends Error {
  override readonly name = 'NobodyThere';

  constructor(url: string, cause: unknown) {
    super(`Nobody answers at ${url}. Start the platform with npm start, or name its address with --url.`, { cause });
  }
}

/**
 * Looks whether a platform is there at all, before requests begin that are patient with one that restarts.
 *
 * @throws NobodyThere
 */
export async function requirePlatform(url: string): Promise<void> {
  await fetch(`${url}/livez`, { signal: AbortSignal.timeout(PROBE_MS) }).catch((error: unknown) => {
    throw new NobodyThere(url, error);
  });
}

type Complain = (text: string) => void;

/**
 * Runs a command that drives a platform, and says in words what commonly goes wrong with it: nobody answers, the
 * people of the demonstration are not there, or a step is refused.
 *
 * @returns The exit code of the command, or 1.
 */
export async function explainUnreachable<Code extends number>(
  complain: Complain,
  run: (complain: Complain) => Promise<Code>,
): Promise<Code | 1> {
  try {
    return await run(complain);
  } catch (error) {
    complain(explain(error));
    return 1;
  }
}

function explain(error: unknown): string {
  if (error instanceof ApiRefused) {
    if (error.status !== 401) return error.message;
    return `${error.message}\nThe people of the demonstration are not on this platform, or have other passwords.`;
  }
  if (error instanceof NobodyThere) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
