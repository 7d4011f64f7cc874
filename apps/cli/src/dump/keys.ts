import { readFile, writeFile } from 'node:fs/promises';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { DumpRefused } from './format.js';

/** The recipients of one layer, any one of whom opens it. */
export type Layer = readonly string[];

/** Public halves of X25519 pairs, which the age program and this one both open. */
const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;
const LOOKS_SECRET = /^age-secret-key-/i;

/**
 * The layers of an export, outermost first, from one text per layer with commas between its recipients.
 * @throws DumpRefused which names what is no recipient, and one that is named twice: whoever stands in two layers
 * opens both, and the four eyes are two.
 */
export async function readLayers(texts: readonly string[]): Promise<readonly Layer[]> {
  const layers = texts.map((text) => text.split(',').map((each) => each.trim()));
  const seen = new Set<string>();
  for (const recipient of layers.flat()) {
    await assertRecipient(recipient);
    if (seen.has(recipient)) throw new DumpRefused(`the recipient ${recipient} is named twice; name each of them once`);
    seen.add(recipient);
  }
  return layers;
}

async function assertRecipient(recipient: string): Promise<void> {
  // A secret that strayed into a command line is not repeated on the screen.
  if (LOOKS_SECRET.test(recipient)) {
    throw new DumpRefused('--to was given an identity, which is secret; its owner should make a new pair of keys');
  }
  const refused = new DumpRefused(
    `"${recipient}" is not a recipient: age1 and 58 letters and digits, as export-key and age-keygen print it`,
  );
  if (!RECIPIENT.test(recipient)) throw refused;
  try {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    // Some texts with a right checksum are still no key; one learns it by using them.
    await encrypter.encrypt('');
  } catch {
    throw refused;
  }
}

/**
 * The identities in these files, as age-keygen writes them: one per line, with comments.
 * @throws DumpRefused which names the file and never what stands in it.
 */
export async function readIdentities(files: readonly string[]): Promise<readonly string[]> {
  const identities: string[] = [];
  for (const file of files) identities.push(...(await readIdentityFile(file)));
  return identities;
}

async function readIdentityFile(file: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new DumpRefused(`the identity file ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const lines = text.split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  for (const identity of identities) await assertIdentity(identity, file);
  if (identities.length === 0) throw new DumpRefused(`${file} holds no identity, a line AGE-SECRET-KEY-1...`);
  return identities;
}

async function assertIdentity(identity: string, file: string): Promise<void> {
  try {
    if (!IDENTITY.test(identity)) throw new Error('of another form');
    await identityToRecipient(identity);
  } catch {
    throw new DumpRefused(`${file} holds a line that is neither a comment nor an identity AGE-SECRET-KEY-1...`);
  }
}

/**
 * Writes a new identity into a new file that its owner alone can read, and answers its recipient.
 * @throws DumpRefused when the file exists.
 */
export async function writeIdentity(file: string, createdAt: Date): Promise<string> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const lines = [
    `# created: ${createdAt.toISOString()}`,
    '# Belongs to one person outside the machine whose exports it opens, and to no disk of that machine.',
    `# public key: ${recipient}`,
    identity,
  ];
  try {
    await writeFile(file, `${lines.join('\n')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new DumpRefused(`${file} exists already`);
    throw error;
  }
  return recipient;
}
