import { DEMO_PASSWORD, type DemoAccount } from '#identity';
import type { DemoCase } from './demo-case.js';

export interface Greeting {
  readonly url: string;
  /** Where the data is. */
  readonly database: string;
  readonly liveObstacles: readonly string[];
  readonly accounts: readonly DemoAccount[];
  readonly demoCase: DemoCase | undefined;
}

/** What `npm start` tells whoever started it: where it is, who can log in, and what to try first. */
export function greet({ url, database, liveObstacles, accounts, demoCase }: Greeting): string {
  const lines = ['', `Adit is ready: ${url}`, `Interface to read and try: ${url}/docs`, `Data: ${database}`];
  if (liveObstacles.length > 0) {
    lines.push(
      '',
      'This platform carries rehearsals only, because it has:',
      ...liveObstacles.map((each) => `- ${each}`),
    );
  }
  if (accounts.length > 0) {
    const width = Math.max(...accounts.map(({ email }) => email.length));
    const table = accounts.map(({ email, role, organisation }) => `  ${email.padEnd(width)}  ${role}, ${organisation}`);
    lines.push('', `Log-ins, all with the password ${DEMO_PASSWORD}`, ...table);
  }
  lines.push('', 'To try, each line as it stands:', ...listTrials(url, demoCase).flatMap((each) => [each, '']));
  return `${lines.join('\n')}\n`;
}

/** Commands for a shell with curl; they work when they are pasted. */
export function listTrials(url: string, demoCase: DemoCase | undefined): readonly string[] {
  const json = `-H 'Content-Type: application/json'`;
  const calculator =
    `curl -s ${url}/v1/rules/deadline ${json} ` +
    `-d '{"from":"2026-01-23","workingDays":3,"rollOver":"NEXT_WORKING_DAY"}'`;
  const list = `curl -s ${url}/v1/cases`;
  if (demoCase === undefined) return [list, calculator];
  const logIn = JSON.stringify({ email: 'bidder1@adit.example', password: DEMO_PASSWORD });
  const apply =
    `TOKEN=$(curl -s ${url}/v1/sessions ${json} -d '${logIn}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/'); ` +
    `curl -s ${url}${demoCase.href}/apply ${json} -H "Authorization: Bearer $TOKEN" ` +
    `-H "Idempotency-Key: my-first-offer-$(date +%s)" -d '{"offer":"1250.00"}'`;
  return [list, calculator, apply];
}
