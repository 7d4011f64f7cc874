import { randomInt } from 'node:crypto';

/** Crockford's base 32: no letter that is read for a digit, so that an id survives the telephone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const REHEARSAL_MARK = 'REHEARSAL-';

const draw = (length: number): string => Array.from({ length }, () => ALPHABET[randomInt(32)]).join('');

/** What may be asked for as a case; anything else names none. */
export const CASE_ID = /^[A-Z0-9-]{1,64}$/;

/** A new case id: 50 random bits, so that ids count nothing; a rehearsal carries its mark in it. */
export function drawCaseId(prefix: string, rehearsal: boolean): string {
  return `${rehearsal ? REHEARSAL_MARK : ''}${prefix}-${draw(5)}-${draw(5)}`;
}

export function isRehearsalId(id: string): boolean {
  return id.startsWith(REHEARSAL_MARK);
}
