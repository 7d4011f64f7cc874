import pg from 'pg';

const INT8 = 20;
const DATE = 1082;
const INT8_ARRAY = 1016;
const DATE_ARRAY = 1182;
const TEXT_ARRAY = 1009;

// The declared list of type numbers lacks the arrays.
const findParser = pg.types.getTypeParser as (oid: number, format?: 'text' | 'binary') => (value: string) => unknown;

/** @throws RangeError when a double cannot hold the number exactly. */
export function parseSafeInteger(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`The database returned ${text}, beyond exact numbers`);
  return number;
}

type Nested = null | string | number | Nested[];

function parseSafeIntegers(text: string): Nested {
  const convert = (value: Nested): Nested =>
    Array.isArray(value) ? value.map(convert) : typeof value === 'string' ? parseSafeInteger(value) : value;
  return convert(findParser(TEXT_ARRAY)(text) as Nested);
}

/**
 * How column values become JavaScript's: bigint and its arrays as exact numbers, `numeric` as text (money and
 * percentages never pass through a float), `date` as the text YYYY-MM-DD (a Date would shift it by the local time
 * zone), `timestamptz` as Date. Held by each connection, not set for the whole process.
 */
export const databaseTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    if (format !== 'binary') {
      if (oid === INT8) return parseSafeInteger;
      if (oid === INT8_ARRAY) return parseSafeIntegers;
      if (oid === DATE) return (text: string) => text;
      if (oid === DATE_ARRAY) return findParser(TEXT_ARRAY);
    }
    return findParser(oid, format);
  },
};
