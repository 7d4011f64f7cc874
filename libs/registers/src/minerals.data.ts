import { ACTS } from './registers.law.js';

export type SchedulePart = 'A' | 'B' | 'C' | 'D';
export type Occurrence = 'OTHER' | 'BEACH_SAND';

/** One mineral from one day on, as the schedules of the Act have it. */
export interface MineralEntry {
  readonly code: string;
  readonly occurrence: Occurrence;
  /** Part of the First Schedule; null: in none. */
  readonly part: SchedulePart | null;
  readonly seventhSchedule: boolean;
  /** `-infinity` for what holds since ever. */
  readonly inForceFrom: string;
  readonly name: string;
  readonly provision: string;
  readonly source: string;
}

/** From this day the First Schedule has Part D and the Act a Seventh Schedule. */
export const AMENDED_ON = '2023-08-17';
export const EVER = '-infinity';

const AMENDMENT =
  'Mines and Minerals (Development and Regulation) Amendment Act, 2023 (16 of 2023), in force 17 August 2023';
const BEFORE = 'First Schedule as it stood before the Amendment Act, 2023 (16 of 2023)';

interface Group {
  readonly codes: string;
  readonly part: SchedulePart | null;
  readonly before: SchedulePart | null;
  readonly seventh: boolean;
}

/** The First Schedule by groups that changed alike. */
const GROUPS: readonly Group[] = [
  {
    codes: 'BERYLLIUM LITHIUM NIOBIUM TANTALUM TITANIUM ZIRCONIUM ILMENITE RUTILE LEUCOXENE ZIRCON',
    part: 'D',
    before: 'B',
    seventh: true,
  },
  {
    codes:
      'CADMIUM COBALT GRAPHITE INDIUM MOLYBDENUM NICKEL PGE PHOSPHATE POTASH REE RHENIUM SELENIUM TELLURIUM TIN TUNGSTEN VANADIUM',
    part: 'D',
    before: null,
    seventh: true,
  },
  { codes: 'GALLIUM GLAUCONITE', part: 'D', before: null, seventh: false },
  { codes: 'URANIUM THORIUM MONAZITE REE_WITH_U_TH PHOSPHATE_WITH_U', part: 'B', before: 'B', seventh: false },
  { codes: 'COPPER DIAMOND GOLD LEAD ZINC', part: 'C', before: 'C', seventh: true },
  { codes: 'ASBESTOS BAUXITE CHROME_ORE IRON_ORE MANGANESE', part: 'C', before: 'C', seventh: false },
  { codes: 'COAL LIGNITE', part: 'A', before: 'A', seventh: false },
  { codes: 'APATITE SILVER', part: null, before: null, seventh: true },
  { codes: 'GARNET LIMESTONE SILLIMANITE OTHER_MAJOR MINOR', part: null, before: null, seventh: false },
];

/** Minerals that are Part B when they lie in beach sand. */
const IN_BEACH_SAND = 'ILMENITE RUTILE LEUCOXENE GARNET MONAZITE SILLIMANITE ZIRCON TITANIUM ZIRCONIUM'.split(' ');

const NAMES: Readonly<Record<string, string>> = {
  PGE: 'Platinum group of elements',
  REE: 'Rare earth group, without uranium and thorium',
  REE_WITH_U_TH: 'Rare earth group, with uranium or thorium',
  PHOSPHATE: 'Phosphate, without uranium',
  PHOSPHATE_WITH_U: 'Phosphate, with uranium',
  CHROME_ORE: 'Chrome ore',
  IRON_ORE: 'Iron ore',
  OTHER_MAJOR: 'Another major mineral, in no part',
  MINOR: 'Minor mineral',
};

/** Every mineral in both periods, and those of beach sand. The codes are those of the public calculators. */
export const MINERALS: readonly MineralEntry[] = GROUPS.flatMap(({ codes, part, before, seventh }) =>
  codes
    .split(' ')
    .flatMap((code) => [
      makeEntry(code, 'OTHER', EVER, before, false),
      makeEntry(code, 'OTHER', AMENDED_ON, part, seventh),
      ...(IN_BEACH_SAND.includes(code)
        ? [makeEntry(code, 'BEACH_SAND', EVER, before, false), makeEntry(code, 'BEACH_SAND', AMENDED_ON, 'B', false)]
        : []),
    ]),
);

function makeEntry(
  code: string,
  occurrence: Occurrence,
  inForceFrom: string,
  part: SchedulePart | null,
  seventhSchedule: boolean,
): MineralEntry {
  const schedules = [part === null ? 'in no part of the First Schedule' : `First Schedule, Part ${part}`];
  if (seventhSchedule) schedules.push('Seventh Schedule');
  const name = NAMES[code] ?? `${code.charAt(0)}${code.slice(1).toLowerCase()}`;
  return {
    code,
    occurrence,
    part,
    seventhSchedule,
    inForceFrom,
    name: occurrence === 'BEACH_SAND' ? `${name}, in beach sand` : name,
    provision: `${ACTS.mmdr}, ${schedules.join(' and ')}`,
    source: inForceFrom === EVER ? BEFORE : AMENDMENT,
  };
}
