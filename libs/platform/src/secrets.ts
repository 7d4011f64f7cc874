import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from './process-identity.js';

export interface Secrets {
  /** Signs access tokens. A KeyObject: a string would be parsed again for every request, at 0.6 ms each. */
  tokenSigningKey: KeyObject;
  /** Keys the digest under which command bodies are remembered, so that a stored digest cannot be guessed. */
  commandKey: KeyObject;
  /** True when any of them was made up here. Such a set is for trials: live cases are refused with it. */
  generated: boolean;
}

const FILES = { tokenSigningKey: 'token-signing.key', commandKey: 'command-key.hmac' } as const;
const BYTES = 32;

/**
 * Reads the secrets in `<dataDir>/secrets`, making up those that are missing. An operator replaces a file by one of
 * their own: the base64url text of at least 32 random bytes, readable by the owner only.
 *
 * @throws Error naming the file that is too short, not base64url or readable by others.
 */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const dir = join(dataDir, 'secrets');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // Two processes that start together must end up with the same secrets.
  return await withFileLock(join(dir, 'lock'), async () => {
    const token = loadSecret(join(dir, FILES.tokenSigningKey));
    const command = loadSecret(join(dir, FILES.commandKey));
    return {
      tokenSigningKey: createSecretKey(token.bytes),
      commandKey: createSecretKey(command.bytes),
      generated: token.generated || command.generated,
    };
  });
}

function loadSecret(path: string): { bytes: Buffer; generated: boolean } {
  const mark = `${path}.generated`;
  if (!existsSync(path)) {
    const text = randomBytes(BYTES).toString('base64url');
    // The mark first: a secret of ours without its mark would pass for one of the operator's.
    writeWhole(mark, fingerprint(text));
    writeWhole(path, text);
  }
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new Error(`${path} can be read by others: chmod 600 it, and replace it if they may have done so`);
  }
  const text = readFileSync(path, 'utf8').trim();
  const bytes = Buffer.from(text, 'base64url');
  if (!/^[\w-]+={0,2}$/.test(text) || bytes.length < BYTES) {
    throw new Error(`${path} must hold the base64url text of at least ${BYTES} random bytes`);
  }
  // The mark names the very secret, so that replacing the file is enough to be rid of it.
  const generated = existsSync(mark) && readFileSync(mark, 'utf8').trim() === fingerprint(text);
  return { bytes, generated };
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.new`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, path);
}
