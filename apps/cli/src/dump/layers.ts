import { createReadStream, existsSync } from 'node:fs';
import { ReadableStream } from 'node:stream/web';
import { Decrypter, Encrypter } from 'age-encryption';
import { DumpRefused } from './format.js';
import type { Layer } from './keys.js';

type Bytes = ReadableStream<Uint8Array>;

const AGE_BEGINNING = Buffer.from('age-encryption.org/v1\n');
const DAMAGED = 'the export was changed, damaged or cut off since it was written';

/** Encrypts a text as it comes, the last layer first, so that the first one is outside and is opened first. */
export async function sealLayers(text: AsyncIterable<Uint8Array>, layers: readonly Layer[]): Promise<Bytes> {
  // Takes a piece only when one is asked for; an adapted stream of node's would queue the whole dump.
  let sealed: Bytes = ReadableStream.from(text);
  for (const recipients of layers.toReversed()) {
    const encrypter = new Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    sealed = await encrypter.encrypt(sealed);
  }
  return sealed;
}

/**
 * Opens every layer of a file and hands on its clear text, piece by piece as it is read. No layer is left when the
 * work begins.
 * @throws DumpRefused when there is no such file, it is no export, or an identity is missing; and out of the text,
 * when the file is not as it was written.
 */
export async function withClearText<T>(
  path: string,
  identities: readonly string[],
  work: (text: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  if (!existsSync(path)) throw new DumpRefused(`there is no file ${path}`);
  const file = createReadStream(path);
  const pieces: AsyncIterable<Uint8Array> = file;
  try {
    return await work(tellDamage(await openLayers(ReadableStream.from(pieces), identities)));
  } finally {
    file.destroy();
  }
}

async function openLayers(file: Bytes, identities: readonly string[]): Promise<Bytes> {
  let found = await peek(file);
  if (!found.isLayer) throw new DumpRefused('the file is not an export: an export is encrypted in the age format');
  for (let number = 1; found.isLayer; number += 1) found = await openLayer(found.whole, identities, number);
  return found.whole;
}

async function openLayer(layer: Bytes, identities: readonly string[], number: number): Promise<Peeked> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  decrypter.addIdentity({ unwrapFileKey: () => refuseLayer(number) });
  try {
    return await peek(await decrypter.decrypt(layer));
  } catch (error) {
    throw explain(error);
  }
}

/** Stands after all identities, and so is asked only when none of them opens the layer. */
function refuseLayer(number: number): never {
  throw new DumpRefused(
    `none of the identities given opens layer ${number} of the export, and nothing was imported. It needs the identity ` +
      `of one of the people whose recipients were named in --to number ${number} when it was made: they alone can ` +
      'open it, with --identity and their file',
  );
}

interface Peeked {
  readonly isLayer: boolean;
  /** With what was looked at. */
  readonly whole: Bytes;
}

/** Looks whether a stream begins as an age file does. */
async function peek(stream: Bytes): Promise<Peeked> {
  const pieces = stream[Symbol.asyncIterator]();
  let beginning = Buffer.alloc(0);
  while (beginning.length < AGE_BEGINNING.length) {
    const { done, value } = await pieces.next();
    if (done === true) break;
    beginning = Buffer.concat([beginning, value]);
  }
  const isLayer = beginning.subarray(0, AGE_BEGINNING.length).equals(AGE_BEGINNING);
  return { isLayer, whole: ReadableStream.from(resume(beginning, pieces)) };
}

async function* resume(beginning: Uint8Array, pieces: AsyncIterableIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (beginning.length > 0) yield beginning;
  yield* pieces;
}

/** A piece that is not authentic is an error of the library's, at the piece or, for a file that was cut, at its end. */
async function* tellDamage(text: Bytes): AsyncGenerator<Uint8Array> {
  try {
    yield* text;
  } catch (error) {
    throw explain(error);
  }
}

/** What the disk says stays as it is. */
function explain(error: unknown): unknown {
  const isKnown = error instanceof DumpRefused || (error instanceof Error && 'syscall' in error);
  return isKnown ? error : new DumpRefused(DAMAGED);
}
