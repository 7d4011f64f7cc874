import { feature, featureCollection } from '@turf/helpers';
import { intersect } from '@turf/intersect';
import { boxOf, doBoxesMeet, type BlockGeometry } from './geojson.js';
import { measureSquareMetres } from './geodesic.js';

type TurfGeometry =
  { type: 'Polygon'; coordinates: number[][][] } | { type: 'MultiPolygon'; coordinates: number[][][][] };

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
