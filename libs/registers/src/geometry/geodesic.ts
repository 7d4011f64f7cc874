import { feature, featureCollection } from '@turf/helpers';
import { intersect } from '@turf/intersect';
import geodesic from 'geographiclib-geodesic';
import { formatUnits } from '#case-kit';
import { boxOf, doBoxesMeet, listPolygons, type BlockGeometry, type Ring } from './geojson.js';

type TurfGeometry =
  { type: 'Polygon'; coordinates: number[][][] } | { type: 'MultiPolygon'; coordinates: number[][][][] };

const WGS84 = geodesic.Geodesic.WGS84;

/**
 * The area on the WGS 84 ellipsoid, edges taken as geodesics, in whole square metres; what is beyond a whole one is
 * cut, so that an area is never stated larger than it is. A sphere would make it 0.1 to 0.4 per cent too large in India.
 */
export function measureSquareMetres(geometry: BlockGeometry): bigint {
  let area = 0;
  for (const [outline = [], ...holes] of listPolygons(geometry)) {
    area += Math.abs(signedArea(outline));
    for (const hole of holes) area -= Math.abs(signedArea(hole));
  }
  return BigInt(Math.floor(Math.max(area, 0)));
}

/**
 * How much two shapes have in common, in whole square metres on the ellipsoid. The common shape itself is found in the
 * plane of degrees, where blocks that share a boundary share exactly nothing.
 */
export function measureOverlap(a: BlockGeometry, b: BlockGeometry): bigint {
  if (!doBoxesMeet(boxOf(a), boxOf(b))) return 0n;
  const common = intersect(featureCollection([feature(copyForTurf(a)), feature(copyForTurf(b))]));
  return common === null ? 0n : measureSquareMetres(common.geometry as unknown as BlockGeometry);
}

function copyForTurf(geometry: BlockGeometry): TurfGeometry {
  return structuredClone(geometry) as unknown as TurfGeometry;
}

/** Square metres as hectares: a square metre is the last of four decimals, so nothing is lost. */
export function formatHectares(squareMetres: bigint): string {
  return formatUnits(squareMetres, 4);
}

/** The same shape with outlines counter-clockwise and holes clockwise, as RFC 7946 section 3.1.6 asks of a writer. */
export function rewind(geometry: BlockGeometry): BlockGeometry {
  const turn = (rings: readonly Ring[]): readonly Ring[] =>
    rings.map((ring, index) => (signedArea(ring) > 0 === (index === 0) ? ring : [...ring].reverse()));
  return geometry.type === 'Polygon'
    ? { type: 'Polygon', coordinates: turn(geometry.coordinates) }
    : { type: 'MultiPolygon', coordinates: geometry.coordinates.map(turn) };
}

/** Positive for a ring that runs counter-clockwise. */
function signedArea(ring: Ring): number {
  const polygon = WGS84.Polygon(false);
  for (const [longitude, latitude] of ring.slice(0, -1)) polygon.AddPoint(latitude, longitude);
  return polygon.Compute(false, true).area ?? 0;
}
