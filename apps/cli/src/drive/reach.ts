import { ApiRefused } from './api-client.js';

/** Where `npm start` serves unless it is told otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:3000';

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
  // What `fetch` throws when there is no connection.
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return 'Nobody answers there. Start the platform with npm start, or name its address with --url.';
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
