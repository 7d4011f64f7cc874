import { sayCode, type Percent } from '#case-kit';
import type { AttemptKind } from './block-auction.facts.js';
import type { AnnulmentReason } from './block-auction.model.js';

const UNITS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
] as const;
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'] as const;

/** A whole number from 0 to 99,99,999 in words, as India counts: lakh, thousand, hundred. */
function nameWhole(number: number): string {
  if (number < 20) return UNITS[number] ?? '';
  if (number < 100) {
    const rest = number % 10;
    return `${TENS[Math.floor(number / 10)] ?? ''}${rest === 0 ? '' : `-${UNITS[rest] ?? ''}`}`;
  }
  const scales = [
    [100_000, 'lakh'],
    [1_000, 'thousand'],
    [100, 'hundred'],
  ] as const;
  const [size, name] = scales.find(([scale]) => number >= scale) ?? [100, 'hundred'];
  const rest = number % size;
  const head = `${nameWhole(Math.floor(number / size))} ${name}`;
  if (rest === 0) return head;
  return size === 100 ? `${head} and ${nameWhole(rest)}` : `${head} ${nameWhole(rest)}`;
}

/** A percentage in words, its decimals one by one: 140.10 is "one hundred and forty point one zero". */
export function spellPercent(percent: Percent): string {
  const [whole = '0', decimals = '00'] = percent.format().split('.');
  const digits = [...decimals].map((digit) => UNITS[Number(digit)] ?? '');
  return `${nameWhole(Number(whole))} point ${digits.join(' ')}`;
}

function normalise(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[-,]/g, ' ')
    .replaceAll(/\band\b/g, ' ')
    .replace(/(percentage points?|per ?cent|%)\s*\.?\s*$/, ' ')
    .trim()
    .replaceAll(/\s+/g, ' ');
}

/** Whether words say a percentage; case, hyphens, "and" and a closing "per cent" do not matter. */
export function saysPercent(words: string, percent: Percent): boolean {
  return normalise(words) === normalise(spellPercent(percent));
}

const ATTEMPTS: Readonly<Record<AttemptKind, string>> = {
  FIRST: 'a first attempt',
  SECOND: 'a second attempt',
  DE_NOVO: 'an attempt de novo',
};

/** Which attempt at its block, in words. */
export const sayAttempt = (kind: AttemptKind): string => ATTEMPTS[kind];

/** Grounds whose code does not read as words by itself. */
const GROUNDS: Partial<Readonly<Record<AnnulmentReason, string>>> = {
  NIL_BIDS: 'want of bids',
  NO_TQB: 'want of a technically qualified bidder',
  LT3_TQB: 'want of a third technically qualified bidder',
  NO_FINAL_OFFER: 'want of a final offer',
  AUTHORITY_DECIDED: 'decision of the authority not to proceed',
  PREFERRED_BIDDER_DEFAULT: 'default of the preferred bidder',
};

/** The ground of an annulment, in words. */
export const sayGround = (ground: AnnulmentReason): string => GROUNDS[ground] ?? sayCode(ground);

/** Why an attempt was annulled, as the register of attempts keeps it; null is not known. */
export const sayReason = (reason: string | null): string =>
  reason === null ? 'a reason that is not recorded' : sayGround(reason as AnnulmentReason);
