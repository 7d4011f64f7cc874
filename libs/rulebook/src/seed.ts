import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHolidayLists, type HolidayList } from './holidays.js';
import { buildLawSnapshot, type LawBook } from './law-book.js';
import type { ParameterVersion } from './parameter.js';

export interface SeedLaw {
  readonly parameters: readonly ParameterVersion[];
  readonly holidayLists: readonly HolidayList[];
}

/** The day on which the sources of the seed were read. */
const READ_ON = '2026-11-23';

/** The published facts that a new installation starts with: data/rule-book.json and data/holidays.csv. */
export function readSeedLaw(): SeedLaw {
  const data = findDataDirectory(dirname(fileURLToPath(import.meta.url)));
  const book = JSON.parse(readFileSync(join(data, 'rule-book.json'), 'utf8')) as Pick<SeedLaw, 'parameters'>;
  const holidayLists = readHolidayLists(readFileSync(join(data, 'holidays.csv'), 'utf8'), READ_ON);
  return { parameters: book.parameters, holidayLists };
}

/** The seed as law, unsigned: for the public calculators before a rule book is published, and for tests. */
export function buildSeedLaw(): LawBook {
  const { parameters, holidayLists } = readSeedLaw();
  return buildLawSnapshot(parameters, holidayLists);
}

/** The built output lies deeper than the source, so the folder is looked for upwards. */
function findDataDirectory(from: string): string {
  const data = join(from, 'data');
  if (existsSync(join(data, 'rule-book.json'))) return data;
  const above = dirname(from);
  if (above === from) throw new Error('data/rule-book.json was not found in any folder above the program');
  return findDataDirectory(above);
}
