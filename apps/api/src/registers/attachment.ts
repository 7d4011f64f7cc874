import type { MediaType } from '#registers';

/** The first is given to names that have none of them. */
const ENDINGS: Readonly<Record<MediaType, readonly [string, ...string[]]>> = {
  'application/pdf': ['.pdf'],
  'image/png': ['.png'],
  'image/jpeg': ['.jpg', '.jpeg'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['.xlsx'],
  'text/plain': ['.txt'],
};
/** What RFC 8187 lets stand as it is; `encodeURIComponent` leaves these four besides. */
const NOT_OF_RFC_8187 = /['()*]/g;

/**
 * Content-Disposition of a document under the name that its sender gave it (RFC 6266): in full for whoever reads UTF-8,
 * and in ASCII for everybody else. Nothing of the name ends the header, leads into a folder or looks like another kind.
 */
export function describeAttachment(name: string, mediaType: MediaType): string {
  const safe = withEnding(makeSafe(name), mediaType);
  const ascii = safe.replaceAll(/[^\w .,()+-]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeName(safe)}`;
}

/** Content-Type as a browser needs it: texts are stored only when they are UTF-8. */
export function describeMediaType(mediaType: MediaType): string {
  return mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : mediaType;
}

/** A name for content that has none which this reader may know. */
export function nameAfterContent(hash: string, mediaType: MediaType): string {
  return `document-${hash.slice(0, 12)}${ENDINGS[mediaType][0]}`;
}

/** Characters that turn the direction of writing would let `exe.pdf` be read where `fdp.exe` stands. */
function makeSafe(name: string): string {
  const still = name
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/\p{Bidi_Control}/gu, '')
    .replaceAll(/[\p{Cc}\u2028\u2029/\\:]/gu, '_')
    .trim()
    .replace(/^\.+/, '');
  return still === '' ? 'document' : still;
}

/** Plain text may be called `letter.bat`: what is opened by its name must be opened as what it is. */
function withEnding(name: string, mediaType: MediaType): string {
  const endings = ENDINGS[mediaType];
  return endings.some((ending) => name.toLowerCase().endsWith(ending)) ? name : `${name}${endings[0]}`;
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll(
    NOT_OF_RFC_8187,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
