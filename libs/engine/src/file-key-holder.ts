import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealedEnvelope, SealKey } from '#case-kit';
import type { KeyHolder } from './ports.js';
import { makeSealPair, openEnvelope } from './seal.js';

interface HeldKey {
  readonly caseId: string;
  readonly x: string;
  readonly d: string;
}

/** Envelopes opened between two turns of the event loop: opening three hundred bids must not hold up a live auction. */
const PER_TURN = 8;

/**
 * Keeps private keys as files outside the database and its backups, mode 0600, one per case, and its own log of what
 * was opened, by which persons. For trial and for a machine of its own; an HSM implements the same port.
 */
export class FileKeyHolder implements KeyHolder {
  constructor(
    private readonly directory: string,
    private readonly clock: { now(): number },
  ) {}

  async makeKey(caseId: string): Promise<SealKey> {
    const { key, privateJwk } = makeSealPair();
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const path = this.pathOf(key.keyId);
    await writeDurably(`${path}.new`, 'wx', JSON.stringify({ caseId, ...privateJwk } satisfies HeldKey));
    await rename(`${path}.new`, path);
    return key;
  }

  async open(
    key: SealKey,
    envelopes: readonly { readonly id: string; readonly envelope: SealedEnvelope }[],
    purpose: { readonly caseId: string; readonly command: string; readonly persons: readonly string[] },
  ): Promise<Readonly<Record<string, string>>> {
    const held = JSON.parse(await readFile(this.pathOf(key.keyId), 'utf8')) as HeldKey;
    if (held.caseId !== purpose.caseId) throw new Error(`key ${key.keyId} belongs to another case`);
    if (new Set(purpose.persons).size < 2) throw new Error('envelopes are opened by two persons');
    const entry = {
      at: new Date(this.clock.now()).toISOString(),
      ...purpose,
      keyId: key.keyId,
      envelopes: envelopes.map(({ id }) => id),
    };
    await writeDurably(join(this.directory, 'openings.log'), 'a', `${JSON.stringify(entry)}\n`);
    const opened: Record<string, string> = {};
    for (const [index, { id, envelope }] of envelopes.entries()) {
      if (index % PER_TURN === PER_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
      opened[id] = openEnvelope(id, envelope, held);
    }
    return opened;
  }

  private pathOf(keyId: string): string {
    if (!/^[\w-]{8,64}$/.test(keyId)) throw new Error('not a key id');
    return join(this.directory, `${keyId}.json`);
  }
}

async function writeDurably(path: string, flags: 'wx' | 'a', text: string): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
