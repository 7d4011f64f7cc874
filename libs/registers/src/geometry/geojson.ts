/** Longitude and latitude in degrees, WGS 84. */
export type Position = readonly [longitude: number, latitude: number];
export type Ring = readonly Position[];

export interface PolygonGeometry {
  readonly type: 'Polygon';
  readonly coordinates: readonly Ring[];
}

export interface MultiPolygonGeometry {
  readonly type: 'MultiPolygon';
  readonly coordinates: readonly (readonly Ring[])[];
}

/** The shape of a block, RFC 7946: closed rings, the first of each polygon its outline, the others its holes. */
export type BlockGeometry = PolygonGeometry | MultiPolygonGeometry;

export interface GeometryFault {
  /** Path within the geometry, for example `coordinates[0][3]`. */
  readonly path: string;
  readonly message: string;
}

export type GeometryReading = { readonly geometry: BlockGeometry } | { readonly faults: readonly GeometryFault[] };

/** A surveyed outline has some dozens of positions; with more the exact overlap takes seconds. */
export const MOST_POSITIONS = 2_000;
const MOST_FAULTS = 20;
/** A tenth of a millimetre. Finer digits come of conversions and would only make equal points differ. */
const UNITS_PER_DEGREE = 1e9;

/**
 * Reads a GeoJSON geometry: Polygon or MultiPolygon, nothing else in it. Coordinates are kept to nine decimals. Whether
 * the shape makes sense is not asked here.
 */
export function readGeometry(value: unknown): GeometryReading {
  const faults: GeometryFault[] = [];
  const geometry = readShape(value, faults);
  if (geometry === undefined || faults.length > 0) return { faults: faults.slice(0, MOST_FAULTS) };
  const count = listPolygons(geometry).flat(2).length;
  if (count > MOST_POSITIONS) {
    return {
      faults: [{ path: 'coordinates', message: `must have at most ${MOST_POSITIONS} positions, it has ${count}` }],
    };
  }
  return { geometry };
}

/** The polygons of either kind of geometry, each with its outline first. */
export function listPolygons(geometry: BlockGeometry): readonly (readonly Ring[])[] {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

export interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** The smallest box of degrees around a geometry. */
export function boxOf(geometry: BlockGeometry): Box {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const [outline = []] of listPolygons(geometry)) {
    for (const [longitude, latitude] of outline) {
      box.west = Math.min(box.west, longitude);
      box.east = Math.max(box.east, longitude);
      box.south = Math.min(box.south, latitude);
      box.north = Math.max(box.north, latitude);
    }
  }
  return box;
}

export function doBoxesMeet(a: Box, b: Box): boolean {
  return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
}

function readShape(value: unknown, faults: GeometryFault[]): BlockGeometry | undefined {
  if (!isRecord(value)) return void faults.push({ path: '', message: 'must be a GeoJSON geometry' });
  const { type, coordinates, ...rest } = value;
  for (const name of Object.keys(rest)) {
    const message = name === 'crs' ? 'is not allowed: coordinates are WGS 84' : 'is not a member of a geometry here';
    faults.push({ path: name, message });
  }
  if (type === 'Polygon') {
    return { type, coordinates: readPolygon(coordinates, 'coordinates', faults) };
  }
  if (type === 'MultiPolygon') {
    const polygons = readList(coordinates, 'coordinates', 'polygons', faults);
    return { type, coordinates: polygons.map((each, index) => readPolygon(each, `coordinates[${index}]`, faults)) };
  }
  return void faults.push({ path: 'type', message: 'must be Polygon or MultiPolygon' });
}

function readPolygon(value: unknown, path: string, faults: GeometryFault[]): readonly Ring[] {
  return readList(value, path, 'rings', faults).map((each, index) => readRing(each, `${path}[${index}]`, faults));
}

function readRing(value: unknown, path: string, faults: GeometryFault[]): Ring {
  const ring = readList(value, path, 'positions', faults).flatMap((each, index) => {
    const position = findPosition(each);
    if (position === undefined) {
      faults.push({ path: `${path}[${index}]`, message: 'must be [longitude, latitude] in degrees, two numbers' });
      return [];
    }
    return [position];
  });
  if (faults.length > 0) return ring;
  const [first, last] = [ring[0], ring.at(-1)];
  if (ring.length < 4) faults.push({ path, message: 'must have at least four positions, the last one the first' });
  else if (first === undefined || last === undefined || !isSame(first, last)) {
    faults.push({ path, message: 'must be closed: its last position is the first one again' });
  }
  ring.slice(1).forEach((position, index) => {
    const before = ring[index];
    if (before !== undefined && isSame(before, position)) {
      faults.push({ path: `${path}[${index + 1}]`, message: 'must differ from the position before it' });
    }
  });
  return ring;
}

function readList(value: unknown, path: string, what: string, faults: GeometryFault[]): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= MOST_POSITIONS * 2) return value;
  faults.push({ path, message: `must be a list of ${what} with something in it` });
  return [];
}

function findPosition(value: unknown): Position | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [longitude, latitude] = value as unknown[];
  if (typeof longitude !== 'number' || typeof latitude !== 'number') return undefined;
  if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) return undefined;
  return [roundDegrees(longitude), roundDegrees(latitude)];
}

function roundDegrees(degrees: number): number {
  // The sum makes -0 into 0, which JSON does not tell apart.
  return Math.round(degrees * UNITS_PER_DEGREE) / UNITS_PER_DEGREE + 0;
}

/** A coordinate as a whole number of its finest unit, for exact arithmetic. */
export function toUnits(degrees: number): number {
  return Math.round(degrees * UNITS_PER_DEGREE);
}

export function isSame(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
