import { CASE_ID } from '#engine';
import { refuseFields, type FieldError } from '#platform';
import type { NewUpload } from '#registers';
import { isStorable } from '../http/json-body.js';

export const TUS_VERSION = '1.0.0';

const NAME_CHARS = 255;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What an upload is to be, out of the headers of tus. @throws Problem validation, naming each header that is wrong. */
export function readUploadHeaders(headers: Headers): NewUpload {
  const errors: FieldError[] = [];
  const refuse = (field: string, message: string) => void errors.push({ field, message });
  const length = headers['upload-length'];
  const bytes = typeof length === 'string' && /^[1-9]\d{0,14}$/.test(length) ? Number(length) : 0;
  if (bytes === 0) refuse('Upload-Length', 'must be the number of bytes of the whole, at least 1');
  const metadata = readMetadata(headers['upload-metadata']);
  if (metadata === undefined)
    refuse('Upload-Metadata', 'must be names, each with a value in base64, separated by commas');
  const { filename = '', filetype = '', sha256 = null, caseId = null, ...others } = metadata ?? {};
  if (metadata !== undefined) {
    if (filename.length === 0 || filename.length > NAME_CHARS || /\p{Cc}/u.test(filename) || !isStorable(filename)) {
      refuse('Upload-Metadata.filename', `must be one line of at most ${NAME_CHARS} characters`);
    }
    if (!/^[\w.+-]+\/[\w.+-]{1,100}$/.test(filetype)) refuse('Upload-Metadata.filetype', 'must be a media type');
    if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256))
      refuse('Upload-Metadata.sha256', 'must be 64 hexadecimal digits');
    if (caseId !== null && !CASE_ID.test(caseId)) refuse('Upload-Metadata.caseId', 'must be the id of a case');
    // What clients of tus add of themselves says nothing that is kept.
    for (const name of Object.keys(others).filter((each) => !['name', 'type', 'relativePath'].includes(each))) {
      refuse(`Upload-Metadata.${name.slice(0, 40)}`, 'is not known here');
    }
  }
  if (errors.length > 0) throw refuseFields(errors);
  return { name: filename, mediaType: filetype.toLowerCase(), caseId, bytes, sha256 };
}

function readMetadata(header: string | string[] | undefined): Record<string, string> | undefined {
  if (typeof header !== 'string' || header.length > 4_000) return undefined;
  const found: Record<string, string> = {};
  for (const pair of header.split(',')) {
    const parts = /^\s*([A-Za-z0-9_-]{1,64})(?: ([A-Za-z0-9+/]*={0,2}))?\s*$/.exec(pair);
    if (parts?.[1] === undefined || parts[1] in found || parts[1] === '__proto__') return undefined;
    const value = Buffer.from(parts[2] ?? '', 'base64');
    try {
      found[parts[1]] = new TextDecoder('utf-8', { fatal: true }).decode(value);
    } catch {
      return undefined;
    }
  }
  return found;
}
