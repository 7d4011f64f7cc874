import { Area } from '#case-kit';
import type { BlockContent, Concession, EstimatedResource, ExplorationLevel, Source } from '../block.model.js';
import { CONCESSIONS } from '../block.model.js';
import { parseCsv, readDataFile, type CsvRow } from '../data-file.js';
import { readMineralNames } from '../mineral-names.js';
import { decimalOrNull, getStateCode, isUnnamed, slugOf, textOrNull, type StateCodes } from './states.js';

export interface PublishedBlock {
  readonly id: string;
  readonly content: BlockContent;
  /** Offers of it, by the ids under which results name them. */
  readonly offers: readonly string[];
}

const TRANCHES = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII'];

/** The id of a block out of that of an offer: `CMIII-KURCHHA` and `CMI-KURCHHA` offer `CM-KURCHHA`. */
export function blockIdOfOffer(offerId: string): string {
  return offerId.replace(/^CM[IV]+-/, 'CM-');
}

/**
 * The central blocks, one each however often they were offered. What a later offer states holds; what it does not state
 * is taken from the earlier one; each offer is among the sources.
 *
 * @throws Error when two offers of one id name different blocks.
 */
export function readCentralBlocks(states: StateCodes, text: string = readDataFile('blocks.csv')): PublishedBlock[] {
  const offers = new Map<string, CsvRow[]>();
  for (const row of parseCsv(text)) {
    const id = blockIdOfOffer(getField(row, 'block_id'));
    offers.set(id, [...(offers.get(id) ?? []), row]);
  }
  return [...offers].map(([id, rows]) => mergeOffers(id, rows, states));
}

function mergeOffers(id: string, rows: readonly CsvRow[], states: StateCodes): PublishedBlock {
  const ordered = [...rows].sort((a, b) => TRANCHES.indexOf(b['tranche'] ?? '') - TRANCHES.indexOf(a['tranche'] ?? ''));
  for (const field of ['block_name', 'state', 'minerals']) {
    if (new Set(ordered.map((row) => row[field])).size > 1) throw new Error(`the offers of ${id} differ in ${field}`);
  }
  const latest = (field: string): string | null =>
    textOrNull(ordered.map((row) => row[field]).find((each) => each !== ''));
  const notes = ordered.map(({ resource_note, notes }) => `${resource_note} ${notes}`).join(' ');
  const forestHa = decimalOrNull(latest('forest_ha') ?? '');
  return {
    id,
    offers: ordered.map((row) => getField(row, 'block_id')).reverse(),
    content: {
      name: latest('block_name') ?? id,
      state: getStateCode(states, latest('state') ?? ''),
      district: latest('district'),
      concession: readConcession(latest('concession_type')),
      minerals: readMineralNames(latest('minerals') ?? ''),
      areaHa: decimalOrNull(latest('area_ha') ?? ''),
      geometry: null,
      land: forestHa === null ? null : { forestHa, governmentHa: null, otherHa: null },
      demarcated: null,
      explorationLevel: findLevel(notes),
      resources: readResources(latest('resource_note')),
      geologicalReportDocument: null,
      sources: ordered.map((row) => sourceOf(row, `offer ${getField(row, 'block_id')}`)).reverse(),
    },
  };
}

/** The blocks that were offered for exploration licences. Those that no source names have an id by place and mineral. */
export function readExplorationBlocks(
  states: StateCodes,
  text: string = readDataFile('el_blocks.csv'),
): PublishedBlock[] {
  return parseCsv(text).map((row) => {
    const state = getStateCode(states, row['state']);
    const minerals = readMineralNames(getField(row, 'minerals'));
    const areaSqKm = decimalOrNull(row['area_sqkm']);
    return {
      id: explorationBlockId(row, state),
      offers: [explorationOfferId(row, state)],
      content: {
        name: getField(row, 'block_name'),
        state,
        district: textOrNull(row['district']),
        concession: 'EL',
        minerals,
        areaHa: areaSqKm === null ? null : hectaresOf(areaSqKm),
        geometry: null,
        land: null,
        demarcated: null,
        explorationLevel: null,
        resources: null,
        geologicalReportDocument: null,
        sources: [sourceOf(row, `offer ${explorationOfferId(row, state)}`)],
      },
    };
  });
}

/** Names an exploration block over all its offers. */
export function explorationBlockId(row: CsvRow, state: string | null): string {
  const name = getField(row, 'block_name');
  return isUnnamed(name) ? explorationOfferId(row, state) : `EL-${slugOf(name.replace(/ Exploration Block$/, ''))}`;
}

/** Names one offer of an exploration block. */
export function explorationOfferId(row: CsvRow, state: string | null): string {
  const [tranche, name] = [getField(row, 'tranche'), getField(row, 'block_name')];
  if (!isUnnamed(name)) return `${tranche}-${slugOf(name.replace(/ Exploration Block$/, ''))}`;
  const [mineral = ''] = getField(row, 'minerals').split(';');
  const ordinal = /block (\d+) of/.exec(name)?.[1] ?? '1';
  return `${tranche}-${state ?? 'IN'}-${slugOf(mineral)}-${ordinal}`;
}

export function readConcession(text: string | null): Concession | null {
  return CONCESSIONS.find((each) => each === text) ?? null;
}

/** @throws Error when the table has no such column or the field is empty. */
export function getField(row: CsvRow, field: string): string {
  const text = row[field];
  if (text === undefined || text === '') throw new Error(`a row has no ${field}: ${JSON.stringify(row)}`);
  return text;
}

/** Hundred hectares make a square kilometre. */
function hectaresOf(squareKilometres: string): string {
  return Area.ofUnits(Area.parse(squareKilometres).units * 100n)
    .format()
    .replace(/\.?0+$/, '');
}

function findLevel(notes: string): ExplorationLevel | null {
  const levels = new Set(notes.match(/\bG[1-4]\b/g));
  // Two levels in one remark: which of them is the block's cannot be told from it.
  const [level] = levels.size === 1 ? levels : [];
  return level === undefined ? null : (level as ExplorationLevel);
}

/** In the words of the source; a remark that only tells the level of exploration is no estimate. */
function readResources(note: string | null): readonly EstimatedResource[] | null {
  if (note === null || /^G[1-4]$/.test(note)) return null;
  return [{ mineral: null, category: null, tonnes: null, grade: null, asPublished: note }];
}

function sourceOf(row: CsvRow, field: string): Source {
  const note = textOrNull(row['notes']);
  return { url: getField(row, 'source_url'), field, ...(note !== null && { note }) };
}
