import { boxOf, type Box, type BlockGeometry, type Position } from './geojson.js';
import { formatHectares, measureOverlap, measureSquareMetres, rewind } from './geodesic.js';
import { findShapeFault, type ShapeFault } from './simple-shape.js';

/** Another block, as far as its shape goes. */
export interface Neighbour {
  readonly blockId: string;
  readonly version: number;
  readonly geometry: BlockGeometry;
}

/** What one block has in common with another; hectares with four decimals, geodesic. */
export interface Overlap {
  readonly blockId: string;
  readonly version: number;
  readonly areaHa: string;
}

export interface GeometryJob {
  readonly geometry: BlockGeometry;
  readonly neighbours: readonly Neighbour[];
}

export type Inspection =
  | { readonly kind: 'outside'; readonly at: Position; readonly box: Box }
  | { readonly kind: 'not-simple'; readonly fault: ShapeFault }
  | {
      readonly kind: 'sound';
      /** Wound as RFC 7946 has it. */
      readonly geometry: BlockGeometry;
      readonly geodesicAreaHa: string;
      readonly overlaps: readonly Overlap[];
    };

/** The box in which every place of India and of its waters near the coast lies, in degrees. */
export const INDIA: Box = { west: 68, south: 6, east: 98, north: 38 };

/** Everything that is to be known of a shape. Takes up to seconds for a shape of thousands of positions. */
export function inspectGeometry({ geometry, neighbours }: GeometryJob): Inspection {
  const box = boxOf(geometry);
  if (box.west < INDIA.west || box.east > INDIA.east || box.south < INDIA.south || box.north > INDIA.north) {
    return { kind: 'outside', at: [box.west, box.south], box };
  }
  const fault = findShapeFault(geometry);
  if (fault !== undefined) return { kind: 'not-simple', fault };
  const overlaps = neighbours.flatMap(({ blockId, version, geometry: other }): Overlap[] => {
    const common = measureOverlap(geometry, other);
    return common === 0n ? [] : [{ blockId, version, areaHa: formatHectares(common) }];
  });
  const area = formatHectares(measureSquareMetres(geometry));
  return { kind: 'sound', geometry: rewind(geometry), geodesicAreaHa: area, overlaps };
}
