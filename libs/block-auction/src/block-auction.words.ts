import type { Percent } from '#case-kit';

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
