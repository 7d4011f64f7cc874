import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import pg from 'pg';
import { loadConfig } from '#platform';
import { runAdit } from '../../apps/cli/src/run-adit.js';
import type { ApiWorld } from './api-world.js';

/** More than the bids of one test take in an export. */
const ROOM = 100_000;

/** An export as whoever runs the machine has it, and what only the holders of its keys can make of it. */
export interface TakenExport {
  /** The file as it lies there. */
  readonly bytes: Buffer;
  /** What the command has said, in words and as JSON, without what names this one export: its file, hash and time. */
  readonly told: string;
  readonly clearText: Buffer;
}

/** Exports the database of a world to two people outside it, as its operator does. */
export async function takeExport(world: ApiWorld): Promise<TakenExport> {
  const identities = [await generateX25519Identity(), await generateX25519Identity()];
  const recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  const file = join(world.dataDir, 'export.age');
  const order = ['export', '--out', file, ...recipients.flatMap((recipient) => ['--to', recipient])];
  const told: string[] = [];
  let bytes = Buffer.alloc(0);
  for (const command of [order, [...order, '--json']]) {
    rmSync(file, { force: true });
    told.push(await runOn(world, command));
    bytes = readFileSync(file);
  }
  rmSync(file);
  let clearText: Uint8Array = bytes;
  for (const identity of identities) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    clearText = await decrypter.decrypt(clearText);
  }
  return { bytes, told: withoutItself(told.join('\n'), [file, ...recipients]), clearText: Buffer.from(clearText) };
}

async function runOn(world: ApiWorld, command: readonly string[]): Promise<string> {
  const said: string[] = [];
  const { appUrl, ownerUrl } = world.database;
  const environment = { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl, ADIT_DATA_DIR: world.dataDir };
  const code = await runAdit(command, {
    readConfig: () => loadConfig(environment),
    print: (text) => void said.push(text),
    complain: (text) => void said.push(text),
  });
  expect([code, said.join('\n')]).toEqual([0, expect.any(String)]);
  return said.join('\n');
}

function withoutItself(told: string, own: readonly string[]): string {
  return own
    .reduce((text, each) => text.replaceAll(each, 'OWN'), told)
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'NOW');
}

/** Rows of a table, as the clear text has them. */
export function countRows({ clearText }: TakenExport, table: string): number {
  const lines = clearText.toString().split('\n');
  const first = lines.findIndex((line) => line.startsWith(`{"$table":"${table}"`)) + 1;
  return lines.slice(first).findIndex((line) => line.startsWith('{"$'));
}

/**
 * An export grows by a whole unit at a time, whatever has grown in it. Where one is about to be full, any row would
 * move its length; a comparison of two lengths begins elsewhere.
 */
export async function makeRoom(world: ApiWorld): Promise<void> {
  const { clearText } = await takeExport(world);
  const filler = clearText.toString().split('\n').at(-3) ?? '';
  if (filler.length > ROOM) return;
  const owner = new pg.Pool({ connectionString: world.database.ownerUrl, max: 1 });
  await owner.query(`insert into incident (kind, detail) values ('room', $1)`, [{ room: '0'.repeat(ROOM) }]);
  await owner.end();
}

/** Which of these texts stand in some bytes, in whatever way a text is commonly written there. */
export function findMarks(bytes: Buffer, marks: readonly string[]): readonly string[] {
  return marks.filter((mark) => listForms(mark).some((form) => bytes.includes(form)));
}

/** Latin, UTF-8 and UTF-16, hexadecimal, and base64 wherever in a longer text the mark may begin. */
function listForms(mark: string): readonly Buffer[] {
  const bytes = Buffer.from(mark, 'utf8');
  const texts = [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...listBase64(bytes)];
  return [bytes, Buffer.from(mark, 'latin1'), Buffer.from(mark, 'utf16le'), ...texts.map((text) => Buffer.from(text))];
}

function listBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    // The first and last characters hold bits of the neighbours too.
    const own = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll('-', '+').replaceAll('_', '/')];
  });
}
