import type { FileHandle } from 'node:fs/promises';

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LONGEST_COMMENT = 65_535;
/** A spreadsheet has some dozens of parts. */
const MOST_ENTRIES = 5_000;
const MOST_DIRECTORY_BYTES = 4_194_304;

/**
 * The names in a ZIP archive's directory, read without unpacking anything, or undefined when it is no archive that can
 * be read simply: broken, of the 64-bit form, or with more entries than any spreadsheet has.
 */
export async function listZipNames(file: FileHandle, bytes: number): Promise<readonly string[] | undefined> {
  const tailBytes = Math.min(bytes, END_BYTES + LONGEST_COMMENT);
  const tail = await readAt(file, bytes - tailBytes, tailBytes);
  const end = findEnd(tail);
  if (end === undefined) return undefined;
  const count = tail.readUInt16LE(end + 10);
  const size = tail.readUInt32LE(end + 12);
  const offset = tail.readUInt32LE(end + 16);
  if (count > MOST_ENTRIES || size > MOST_DIRECTORY_BYTES || offset + size > bytes) return undefined;
  return readNames(await readAt(file, offset, size), count);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** The end record is the last thing but for a comment. */
function findEnd(tail: Buffer): number | undefined {
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    if (at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length) return at;
  }
  return undefined;
}

function readNames(directory: Buffer, count: number): readonly string[] | undefined {
  const names: string[] = [];
  let at = 0;
  while (names.length < count) {
    if (at + ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE) return undefined;
    const [name, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    if (at + ENTRY_BYTES + name > directory.length) return undefined;
    names.push(directory.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + name));
    at += ENTRY_BYTES + name + extra + comment;
  }
  return names;
}
