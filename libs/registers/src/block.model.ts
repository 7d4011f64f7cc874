import { Area } from '#case-kit';
import type { BlockGeometry } from './geometry/geojson.js';
import type { Overlap } from './geometry/inspection.js';
import type { Occurrence } from './minerals.data.js';

export const CONCESSIONS = ['ML', 'CL', 'EL'] as const;
/** Mining lease, composite licence or exploration licence. */
export type Concession = (typeof CONCESSIONS)[number];

export const EXPLORATION_LEVELS = ['G1', 'G2', 'G3', 'G4'] as const;
/** From detailed exploration (G1) to reconnaissance (G4). */
export type ExplorationLevel = (typeof EXPLORATION_LEVELS)[number];

export interface BlockMineral {
  /** As in the register of minerals; null where a source names no single one. */
  readonly code: string | null;
  readonly occurrence: Occurrence;
  readonly asPublished: string;
}

/** Classes of land in hectares, decimal text; null is not known. */
export interface LandClasses {
  readonly forestHa: string | null;
  readonly governmentHa: string | null;
  readonly otherHa: string | null;
}

export interface EstimatedResource {
  readonly mineral: string | null;
  /** For example `indicated (332)`. */
  readonly category: string | null;
  readonly tonnes: string | null;
  readonly grade: string | null;
  /** In the words of the source, where it is not taken apart. */
  readonly asPublished: string | null;
}

export interface Source {
  readonly url: string | null;
  /** What was read there; the whole entry when absent. */
  readonly field?: string;
  readonly note?: string;
}

/** What a version of a block says. Null is not known. */
export interface BlockContent {
  readonly name: string;
  /** ISO 3166-2:IN without its country part. */
  readonly state: string | null;
  readonly district: string | null;
  readonly concession: Concession | null;
  readonly minerals: readonly BlockMineral[];
  /** As stated, hectares, decimal text. */
  readonly areaHa: string | null;
  readonly geometry: BlockGeometry | null;
  readonly land: LandClasses | null;
  /** The boundary was surveyed on the ground. */
  readonly demarcated: boolean | null;
  readonly explorationLevel: ExplorationLevel | null;
  readonly resources: readonly EstimatedResource[] | null;
  /** Id (SHA-256) of the document. */
  readonly geologicalReportDocument: string | null;
  readonly sources: readonly Source[];
}

export interface Block extends BlockContent {
  readonly id: string;
  readonly version: number;
  /** Of the geometry, hectares with four decimals. */
  readonly geodesicAreaHa: string | null;
  /** Other blocks that this version overlapped when it was recorded. */
  readonly overlaps: readonly Overlap[];
  /** Invented for practice. */
  readonly rehearsal: boolean;
  readonly recordedAt: Date;
  readonly recordedBy: string;
}

export const BLOCK_ID = /^[A-Z0-9][A-Z0-9-]{1,58}[A-Z0-9]$/;

/** The members that make up what a block says, in the order in which they are compared and stored. */
export function contentOf(block: BlockContent): BlockContent {
  const { name, state, district, concession, minerals, areaHa, geometry, land, demarcated } = block;
  const { explorationLevel, resources, geologicalReportDocument, sources } = block;
  return {
    name,
    state,
    district,
    concession,
    minerals,
    areaHa,
    geometry,
    land,
    demarcated,
    explorationLevel,
    resources,
    geologicalReportDocument,
    sources,
  };
}

/** What a land register lacks or has too much of, or undefined when the classes make up the area. */
export function findLandFault(areaHa: string, land: LandClasses): { found: string; required: string } | undefined {
  const stated = Area.parse(areaHa);
  const classes = [land.forestHa, land.governmentHa, land.otherHa];
  const known = classes.filter((each) => each !== null).map((each) => Area.parse(each));
  const sum = known.reduce((total, each) => total.plus(each), Area.ofUnits(0n));
  const difference = sum.compare(stated);
  if (known.length === classes.length ? difference === 0 : difference <= 0) return undefined;
  const required = known.length === classes.length ? `${stated.format()} ha` : `at most ${stated.format()} ha`;
  return { found: `${sum.format()} ha`, required };
}

/**
 * Whether a stated area differs from the measured one by more than the tolerance, a decimal percentage of the stated
 * area. Exact: the difference is compared, nothing is divided.
 */
export function isBeyondTolerance(statedHa: string, measuredHa: string, tolerancePercent: string): boolean {
  const stated = Area.parse(statedHa).units;
  const measured = Area.parse(measuredHa).units;
  const difference = stated > measured ? stated - measured : measured - stated;
  const tolerance = Area.parse(tolerancePercent).units;
  // Both sides in ten-thousandths of a hectare, of a percentage point, of a hundred.
  return difference * 10_000n * 100n > stated * tolerance;
}
