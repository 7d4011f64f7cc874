import type { FileHandle } from 'node:fs/promises';
import { findErrorCode } from '../error-code.js';
import { listZipNames } from './zip-names.js';

/** What may be stored, and what it is called. */
export const MEDIA_TYPES = {
  'application/pdf': 'a PDF document',
  'image/png': 'a PNG image',
  'image/jpeg': 'a JPEG image',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'a spreadsheet (xlsx)',
  'text/plain': 'plain text in UTF-8',
} as const;

export type MediaType = keyof typeof MEDIA_TYPES;

export const XLSX: MediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export function isMediaType(value: string): value is MediaType {
  return Object.hasOwn(MEDIA_TYPES, value);
}

const HEAD_BYTES = 16;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');

/**
 * What a file is by its content, whatever it is called, or undefined for everything that may not be stored: programs,
 * archives, documents with macros, web pages and all else.
 */
export async function sniffMediaType(file: FileHandle, bytes: number): Promise<MediaType | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const head = buffer.subarray(0, bytesRead);
  if (head.subarray(0, 5).equals(Buffer.from('%PDF-'))) return 'application/pdf';
  if (head.subarray(0, PNG.length).equals(PNG)) return 'image/png';
  if (head.subarray(0, JPEG.length).equals(JPEG)) return 'image/jpeg';
  if (head.subarray(0, ZIP.length).equals(ZIP))
    return isSpreadsheet(await listZipNames(file, bytes)) ? XLSX : undefined;
  return (await isPlainText(file)) ? 'text/plain' : undefined;
}

function isSpreadsheet(names: readonly string[] | undefined): boolean {
  if (names === undefined) return false;
  const parts = new Set(names.map((name) => name.toLowerCase()));
  const carriesProgram = names.some((name) => /vbaproject|activex|embeddings\//i.test(name));
  return parts.has('[content_types].xml') && parts.has('xl/workbook.xml') && !carriesProgram;
}

/** Text that a browser would take for a page is none: it would be one to whoever opens it. */
const LOOKS_LIKE_PAGE = /^\s*<(?:!doctype|html|head|body|script|svg|\?xml|iframe)/i;

async function isPlainText(file: FileHandle): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const chunk = Buffer.alloc(65_536);
  let position = 0;
  try {
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
      const text = decoder.decode(chunk.subarray(0, bytesRead), { stream: bytesRead > 0 });
      if (position === 0 && LOOKS_LIKE_PAGE.test(text)) return false;
      // Control characters but tab, line feed, form feed and carriage return are those of programs, not of writers.
      if (/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(text)) return false;
      if (bytesRead === 0) return true;
      position += bytesRead;
    }
  } catch (error) {
    if (findErrorCode(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw error;
  }
}
