import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPORARY_PREFIX, findTemporaryParent } from './embedded-directory.js';
import { adoptServer, stopServer } from './embedded-server.js';
import { UserList } from './process-identity.js';
import type { Account } from './unprivileged-account.js';

/** A cluster being made has no user yet; after this long it never will. */
const YOUNG_MS = 120_000;

/** Ends and removes throw-away clusters whose processes were killed before they could do so themselves. */
export async function sweepTemporaryClusters(account: Account | undefined): Promise<void> {
  const parent = findTemporaryParent(account);
  for (const name of readdirSync(parent).filter((each) => each.startsWith(TEMPORARY_PREFIX))) {
    const dir = join(parent, name);
    try {
      if (Date.now() - statSync(dir).mtimeMs < YOUNG_MS || new UserList(join(dir, 'users')).countAlive() > 0) continue;
      const server = await adoptServer(join(dir, 'data'));
      if (server) await stopServer(server, 'SIGQUIT');
      rmSync(dir, { recursive: true, force: true });
    } catch {
      // Another user's, or just being swept by another process: not ours to worry about.
    }
  }
}
