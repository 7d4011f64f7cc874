import { isSame, listPolygons, toUnits, type BlockGeometry, type Position, type Ring } from './geojson.js';

/** Where a shape is not simple, and in which way. */
export interface ShapeFault {
  readonly kind: 'ring-crosses-itself' | 'rings-touch' | 'hole-outside' | 'rings-nested';
  readonly at: Position;
}

interface Segment {
  readonly ring: number;
  readonly index: number;
  readonly from: Position;
  readonly to: Position;
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

interface ShapeRing {
  readonly polygon: number;
  readonly hole: boolean;
  readonly positions: Ring;
}

/**
 * The first place at which a geometry is not simple: a ring that crosses or touches itself, two rings that touch, a
 * hole outside its outline, an outline or a hole within another. Computed exactly, in whole units of a billionth of a
 * degree: no rounding decides whether a boundary is one. Edges are taken straight in degrees, as they are drawn.
 */
export function findShapeFault(geometry: BlockGeometry): ShapeFault | undefined {
  const rings = listPolygons(geometry).flatMap((polygon, index): ShapeRing[] =>
    polygon.map((positions, place) => ({ polygon: index, hole: place > 0, positions })),
  );
  return findContact(rings) ?? findMisplaced(rings);
}

/** Sweeps from west to east, so that only edges that lie over each other are compared. */
function findContact(rings: readonly ShapeRing[]): ShapeFault | undefined {
  const segments = rings.flatMap(({ positions }, ring) => listSegments(positions, ring));
  segments.sort((a, b) => a.west - b.west);
  let active: Segment[] = [];
  for (const segment of segments) {
    active = active.filter(({ east }) => east >= segment.west);
    for (const other of active) {
      if (other.south > segment.north || other.north < segment.south) continue;
      const fault = judgePair(other, segment, rings[segment.ring]?.positions.length ?? 0);
      if (fault !== undefined) return fault;
    }
    active.push(segment);
  }
  return undefined;
}

function listSegments(ring: Ring, index: number): Segment[] {
  return ring.slice(1).map((to, place) => {
    const from = ring[place] ?? to;
    return {
      ring: index,
      index: place,
      from,
      to,
      west: Math.min(from[0], to[0]),
      east: Math.max(from[0], to[0]),
      south: Math.min(from[1], to[1]),
      north: Math.max(from[1], to[1]),
    };
  });
}

function judgePair(a: Segment, b: Segment, positions: number): ShapeFault | undefined {
  if (a.ring !== b.ring) {
    return doTouch(a, b) ? { kind: 'rings-touch', at: pointNear(a, b) } : undefined;
  }
  const [first, second] = a.index < b.index ? [a, b] : [b, a];
  const edges = positions - 1;
  const follows = second.index === first.index + 1;
  const closes = first.index === 0 && second.index === edges - 1;
  const crosses = follows ? turnsBack(first, second) : closes ? turnsBack(second, first) : doTouch(first, second);
  return crosses ? { kind: 'ring-crosses-itself', at: pointNear(first, second) } : undefined;
}

/** Edges that follow each other share one position; they share more only when the second runs back over the first. */
function turnsBack(edge: Segment, next: Segment): boolean {
  if (sideOf(edge.from, edge.to, next.to) !== 0) return false;
  const [cornerX, cornerY] = unitsOf(edge.to);
  const [fromX, fromY] = unitsOf(edge.from);
  const [toX, toY] = unitsOf(next.to);
  return (fromX - cornerX) * (toX - cornerX) + (fromY - cornerY) * (toY - cornerY) > 0n;
}

function doTouch(a: Segment, b: Segment): boolean {
  const c = sideOf(a.from, a.to, b.from);
  const d = sideOf(a.from, a.to, b.to);
  const e = sideOf(b.from, b.to, a.from);
  const f = sideOf(b.from, b.to, a.to);
  if (c * d < 0 && e * f < 0) return true;
  return (
    (c === 0 && isWithinBox(a, b.from)) ||
    (d === 0 && isWithinBox(a, b.to)) ||
    (e === 0 && isWithinBox(b, a.from)) ||
    (f === 0 && isWithinBox(b, a.to))
  );
}

/** 1 when the point lies to the left of the line, -1 to the right, 0 on it. */
function sideOf(from: Position, to: Position, point: Position): -1 | 0 | 1 {
  const [x, y] = unitsOf(from);
  const [toX, toY] = unitsOf(to);
  const [pointX, pointY] = unitsOf(point);
  const turn = (toX - x) * (pointY - y) - (toY - y) * (pointX - x);
  return turn > 0n ? 1 : turn < 0n ? -1 : 0;
}

function unitsOf([longitude, latitude]: Position): readonly [bigint, bigint] {
  return [BigInt(toUnits(longitude)), BigInt(toUnits(latitude))];
}

function isWithinBox({ west, east, south, north }: Segment, [longitude, latitude]: Position): boolean {
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north;
}

/** A position of one of two edges that touch, for the message. */
function pointNear(a: Segment, b: Segment): Position {
  const shared = [a.from, a.to].find((each) => isSame(each, b.from) || isSame(each, b.to));
  return shared ?? b.from;
}

/** No two rings touch, so one position of a ring tells on which side of another the whole ring lies. */
function findMisplaced(rings: readonly ShapeRing[]): ShapeFault | undefined {
  for (const ring of rings) {
    const [at] = ring.positions;
    if (at === undefined) continue;
    const around = rings.filter((other) => other !== ring && isInside(other.positions, at));
    const own = around.filter(({ polygon }) => polygon === ring.polygon);
    const foreign = around.filter(({ polygon }) => polygon !== ring.polygon);
    // A hole lies in its outline alone; an outline lies in none of its own rings.
    const wanted = ring.hole ? 1 : 0;
    if (ring.hole && !own.some(({ hole }) => !hole)) return { kind: 'hole-outside', at };
    if (own.length !== wanted) return { kind: ring.hole ? 'rings-nested' : 'hole-outside', at };
    // Within another polygon there is room only in its holes: as many holes around as outlines.
    const depth = foreign.reduce((sum, { hole }) => sum + (hole ? -1 : 1), 0);
    if (depth !== 0) return { kind: 'rings-nested', at };
  }
  return undefined;
}

/** Whether a position that is not on the ring lies inside it: how often a ray to the east crosses it. */
function isInside(ring: Ring, point: Position): boolean {
  let inside = false;
  ring.slice(1).forEach((to, index) => {
    const from = ring[index] ?? to;
    if (from[1] > point[1] === to[1] > point[1]) return;
    const [low, high] = from[1] < to[1] ? [from, to] : [to, from];
    if (sideOf(low, high, point) > 0) inside = !inside;
  });
  return inside;
}
