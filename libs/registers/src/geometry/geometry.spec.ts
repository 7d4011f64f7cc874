import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { formatHectares, measureOverlap, measureSquareMetres, rewind } from './geodesic.js';
import { boxOf, listPolygons, MOST_POSITIONS, readGeometry, type BlockGeometry, type Position } from './geojson.js';
import { GeometryDesk } from './geometry-desk.js';
import { inspectGeometry } from './inspection.js';
import { findShapeFault } from './simple-shape.js';

const square = (west: number, south: number, size: number): Position[] => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];

const polygon = (...rings: (readonly Position[])[]): BlockGeometry => {
  const read = readGeometry({ type: 'Polygon', coordinates: rings });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.geometry;
};

const multi = (...polygons: (readonly Position[])[][]): BlockGeometry => {
  const read = readGeometry({ type: 'MultiPolygon', coordinates: polygons });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.geometry;
};

const faultsOf = (value: unknown): readonly { path: string; message: string }[] => {
  const read = readGeometry(value);
  return 'faults' in read ? read.faults : [];
};

describe('reading a geometry', () => {
  it('takes polygons and multipolygons and nothing else', () => {
    expect(readGeometry({ type: 'Polygon', coordinates: [square(84, 20, 0.1)] })).toHaveProperty(
      'geometry.type',
      'Polygon',
    );
    for (const value of [null, 7, [], 'POLYGON', { type: 'Point', coordinates: [84, 20] }, { type: 'Polygon' }]) {
      expect(faultsOf(value)).not.toEqual([]);
    }
  });

  it('refuses a coordinate system of its own and members that it does not know', () => {
    const faults = faultsOf({ type: 'Polygon', coordinates: [square(84, 20, 0.1)], crs: { type: 'name' }, bbox: [] });
    expect(faults.map(({ path }) => path)).toEqual(['crs', 'bbox']);
  });

  it('names the ring that is not closed, is too short or stands still', () => {
    const open = square(84, 20, 0.1).slice(0, -1);
    expect(faultsOf({ type: 'Polygon', coordinates: [open] })).toEqual([
      { path: 'coordinates[0]', message: 'must be closed: its last position is the first one again' },
    ]);
    expect(faultsOf({ type: 'Polygon', coordinates: [open.slice(0, 2)] })[0]?.message).toContain('at least four');
    const [first] = open;
    expect(faultsOf({ type: 'Polygon', coordinates: [[first, ...square(84, 20, 0.1)]] })).toEqual([
      { path: 'coordinates[0][1]', message: 'must differ from the position before it' },
    ]);
  });

  it('names the position that is none', () => {
    for (const bad of [[84], [84, 20, 100], ['84', '20'], [84, 91], [Number.NaN, 20], null]) {
      const faults = faultsOf({ type: 'Polygon', coordinates: [[bad, ...square(84, 20, 0.1)]] });
      expect(faults[0]?.path).toBe('coordinates[0][0]');
    }
  });

  it('keeps nine decimals and refuses more positions than are surveyed', () => {
    expect(
      polygon([
        [84.12345678949, 20],
        [85, 20],
        [85, 21],
        [84.12345678949, 20],
      ]).coordinates[0]?.[0],
    ).toEqual([84.123456789, 20]);
    const many = Array.from({ length: MOST_POSITIONS + 1 }, (_, i) => [84 + i / 1e4, 20 + (i % 2) / 10]);
    expect(faultsOf({ type: 'Polygon', coordinates: [[...many, many[0]]] })[0]?.message).toContain('at most 2000');
  });
});

describe('a simple shape', () => {
  it('neither crosses nor touches itself', () => {
    expect(findShapeFault(polygon(square(84, 20, 0.1)))).toBeUndefined();
    expect(
      findShapeFault(
        polygon([
          [84, 20],
          [85, 21],
          [85, 20],
          [84, 21],
          [84, 20],
        ]),
      )?.kind,
    ).toBe('ring-crosses-itself');
    // A boundary that runs back over itself, and one that comes back to a position that it left.
    const spike: Position[] = [
      [84, 20],
      [85, 20],
      [86, 20],
      [85, 20],
      [85, 21],
      [84, 20],
    ];
    expect(findShapeFault(polygon(spike))?.kind).toBe('ring-crosses-itself');
    const eight: Position[] = [
      [84, 20],
      [85, 20],
      [84.5, 20.5],
      [85, 21],
      [84, 21],
      [84.5, 20.5],
      [84, 20],
    ];
    expect(findShapeFault(polygon(eight))).toEqual({ kind: 'ring-crosses-itself', at: [84.5, 20.5] });
  });

  it('takes positions on a straight line', () => {
    expect(
      findShapeFault(
        polygon([
          [84, 20],
          [84.5, 20],
          [85, 20],
          [85, 21],
          [84, 21],
          [84, 20],
        ]),
      ),
    ).toBeUndefined();
  });

  it('has its holes inside its outline, apart from each other', () => {
    const outline = square(84, 20, 1);
    expect(findShapeFault(polygon(outline, square(84.1, 20.1, 0.2), square(84.5, 20.5, 0.2)))).toBeUndefined();
    expect(findShapeFault(polygon(outline, square(86, 20.1, 0.2)))?.kind).toBe('hole-outside');
    expect(findShapeFault(polygon(outline, square(84.9, 20.1, 0.2)))?.kind).toBe('rings-touch');
    expect(findShapeFault(polygon(outline, square(84.1, 20.1, 0.5), square(84.2, 20.2, 0.1)))?.kind).toBe(
      'rings-nested',
    );
    expect(findShapeFault(polygon(square(84.1, 20.1, 0.2), outline))?.kind).toBe('hole-outside');
  });

  it('has parts that lie beside each other, or one in a hole of another', () => {
    const outline = square(84, 20, 1);
    expect(findShapeFault(multi([outline], [square(86, 20, 1)]))).toBeUndefined();
    expect(findShapeFault(multi([outline], [square(84.2, 20.2, 0.1)]))?.kind).toBe('rings-nested');
    expect(findShapeFault(multi([outline, square(84.1, 20.1, 0.5)], [square(84.2, 20.2, 0.1)]))).toBeUndefined();
    expect(findShapeFault(multi([outline], [square(85, 20, 1)]))?.kind).toBe('rings-touch');
  });

  it('is what every star around a point is, and what no star with two neighbours swapped across it is', () => {
    const star = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 5, maxLength: 60 }).map((radii) =>
      radii.map((radius, i): Position => {
        const angle = (i / radii.length) * 2 * Math.PI;
        return [84 + (radius / 1e4) * Math.cos(angle), 20 + (radius / 1e4) * Math.sin(angle)];
      }),
    );
    fc.assert(
      fc.property(star, (points) => {
        const [first] = points;
        if (first === undefined) return;
        expect(findShapeFault(polygon([...points, first]))).toBeUndefined();
      }),
    );
    const circle = Array.from({ length: 40 }, (_, i): Position => [
      84 + 0.1 * Math.cos((i / 40) * 2 * Math.PI),
      20 + 0.1 * Math.sin((i / 40) * 2 * Math.PI),
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 39 }), fc.integer({ min: 2, max: 37 }), (at, by) => {
        const swapped = [...circle];
        const other = (at + by) % 40;
        [swapped[at], swapped[other]] = [circle[other] ?? [0, 0], circle[at] ?? [0, 0]];
        expect(findShapeFault(polygon([...swapped, swapped[0] ?? [0, 0]]))?.kind).toBe('ring-crosses-itself');
      }),
    );
  });
});

describe('the geodesic area', () => {
  it('is that of the ellipsoid, as its author prints it for Antarctica', () => {
    const coast = [
      [-58, -63.1],
      [-74, -72.9],
      [-102, -71.9],
      [-102, -74.9],
      [-131, -74.3],
      [-163, -77.5],
      [163, -77.4],
      [172, -71.7],
      [140, -65.9],
      [113, -65.7],
      [88, -66.6],
      [59, -66.9],
      [25, -69.8],
      [-4, -70],
      [-14, -71],
      [-33, -77.3],
      [-46, -77.9],
      [-61, -74.7],
      [-58, -63.1],
    ] as Position[];
    expect(measureSquareMetres({ type: 'Polygon', coordinates: [coast] })).toBe(13_662_703_680_020n);
  });

  it('agrees with the integral over the ellipsoid for a narrow strip of the graticule', () => {
    // Area between two parallels and two meridians: b^2 dl/2 [s/(1-e2 s^2) + atanh(e s)/e], s the sine of latitude.
    const [a, f] = [6_378_137, 1 / 298.257223563];
    const [b, e2] = [a * (1 - f), f * (2 - f)];
    const e = Math.sqrt(e2);
    const q = (latitude: number) => {
      const s = Math.sin((latitude * Math.PI) / 180);
      return s / (1 - e2 * s * s) + Math.atanh(e * s) / e;
    };
    fc.assert(
      fc.property(fc.double({ min: 8, max: 36, noNaN: true }), (south) => {
        const size = 0.02;
        const exact = ((b * b * size * Math.PI) / 180 / 2) * (q(south + size) - q(south));
        const measured = Number(measureSquareMetres(polygon(square(80, south, size))));
        // Parallels bulge from geodesics; on two kilometres that is well under a millionth.
        expect(Math.abs(measured - exact) / exact).toBeLessThan(2e-6);
      }),
    );
  });

  it('adds up when a shape is cut in two, and does not depend on where or which way a ring begins', () => {
    const coordinate = fc.integer({ min: 0, max: 900 });
    fc.assert(
      fc.property(coordinate, coordinate, fc.integer({ min: 1, max: 99 }), fc.nat(3), (x, y, cut, start) => {
        const [west, south, size] = [70 + x / 50, 8 + y / 50, 0.1];
        const middle = west + (size * cut) / 100;
        const whole = polygon(square(west, south, size));
        const left = polygon([
          [west, south],
          [middle, south],
          [middle, south + size],
          [west, south + size],
          [west, south],
        ]);
        const right = polygon([
          [middle, south],
          [west + size, south],
          [west + size, south + size],
          [middle, south + size],
          [middle, south],
        ]);
        const sum = measureSquareMetres(left) + measureSquareMetres(right);
        // The cut puts a position on each parallel, whose geodesics then follow it more closely: some square metres.
        expect(Number(sum - measureSquareMetres(whole))).toBeLessThan(Number(measureSquareMetres(whole)) / 1e5);
        const open = square(west, south, size).slice(0, -1);
        const turned = [...open.slice(start), ...open.slice(0, start)];
        const rotated = polygon([...turned, turned[0] ?? [0, 0]]);
        const reversed = polygon([...square(west, south, size)].reverse());
        for (const same of [rotated, reversed]) {
          const difference = measureSquareMetres(same) - measureSquareMetres(whole);
          expect(difference >= -1n && difference <= 1n).toBe(true);
        }
      }),
    );
  });

  it('leaves holes out, and is written in hectares to the square metre', () => {
    const outline = square(84, 20, 0.1);
    const hole = square(84.02, 20.02, 0.05);
    const difference = measureSquareMetres(polygon(outline)) - measureSquareMetres(polygon(hole));
    const measured = measureSquareMetres(polygon(outline, hole));
    expect(measured - difference >= -1n && measured - difference <= 1n).toBe(true);
    expect(formatHectares(1_234_567n)).toBe('123.4567');
  });

  it('winds outlines counter-clockwise and holes clockwise', () => {
    const wound = rewind(polygon([...square(84, 20, 1)].reverse(), square(84.2, 20.2, 0.2)));
    expect(listPolygons(wound)[0]?.[0]).toEqual(square(84, 20, 1));
    expect(listPolygons(wound)[0]?.[1]).toEqual(
      [...(polygon(square(84.2, 20.2, 0.2)).coordinates[0] as Position[])].reverse(),
    );
  });
});

describe('an overlap', () => {
  it('is nothing between blocks that share a boundary or lie apart', () => {
    expect(measureOverlap(polygon(square(84, 20, 0.1)), polygon(square(84.1, 20, 0.1)))).toBe(0n);
    expect(measureOverlap(polygon(square(84, 20, 0.1)), polygon(square(86, 20, 0.1)))).toBe(0n);
    const slanted = polygon([
      [84, 20],
      [84.0333333, 20.0777777],
      [84.1, 20],
      [84, 20],
    ]);
    const beside = polygon([
      [84, 20],
      [84.0333333, 20.0777777],
      [83.9, 20.1],
      [84, 20],
    ]);
    expect(measureOverlap(slanted, beside)).toBe(0n);
  });

  it('is the inner shape where one lies in the other, and the same from both sides', () => {
    const inner = polygon(square(84.02, 20.02, 0.05));
    const outer = polygon(square(84, 20, 0.1));
    expect(measureOverlap(inner, outer)).toBe(measureSquareMetres(inner));
    fc.assert(
      fc.property(fc.integer({ min: -120, max: 120 }), fc.integer({ min: -120, max: 120 }), (x, y) => {
        const moved = polygon(square(84 + x / 1000, 20 + y / 1000, 0.1));
        const common = measureOverlap(outer, moved);
        const back = measureOverlap(moved, outer);
        expect(back - common >= -1n && back - common <= 1n).toBe(true);
        expect(common <= measureSquareMetres(moved)).toBe(true);
        expect(common > 0n).toBe(Math.abs(x) < 100 && Math.abs(y) < 100);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the overlap of irregular shapes', () => {
  it('is the same from both sides and never more than either', () => {
    const star = fc
      .tuple(fc.array(fc.integer({ min: 200, max: 1000 }), { minLength: 5, maxLength: 40 }), fc.nat(1000), fc.nat(1000))
      .map(([radii, x, y]) => {
        const points = radii.map((radius, i): Position => {
          const angle = (i / radii.length) * 2 * Math.PI;
          return [84 + x / 1e4 + (radius / 1e4) * Math.cos(angle), 20 + y / 1e4 + (radius / 1e4) * Math.sin(angle)];
        });
        return polygon([...points, ...points.slice(0, 1)]);
      });
    fc.assert(
      fc.property(star, star, (a, b) => {
        const common = measureOverlap(a, b);
        const difference = measureOverlap(b, a) - common;
        expect(difference >= -1n && difference <= 1n).toBe(true);
        expect(common <= measureSquareMetres(a) + 1n && common <= measureSquareMetres(b) + 1n).toBe(true);
        const own = measureOverlap(a, a) - measureSquareMetres(a);
        expect(own >= -1n && own <= 1n).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the inspection', () => {
  const geometry = polygon(square(84, 20, 0.1));
  const neighbour = { blockId: 'OTHER', version: 3, geometry: polygon(square(84.05, 20.05, 0.1)) };

  it('tells area and overlaps of a sound shape', () => {
    const inspection = inspectGeometry({ geometry, neighbours: [neighbour] });
    expect(inspection).toMatchObject({ kind: 'sound', overlaps: [{ blockId: 'OTHER', version: 3 }] });
    expect(inspectGeometry({ geometry, neighbours: [] })).toMatchObject({ overlaps: [] });
  });

  it('does not look further at a shape outside India, or one that is not simple', () => {
    expect(inspectGeometry({ geometry: polygon(square(20, 84, 1)), neighbours: [] })).toMatchObject({
      kind: 'outside',
    });
    const bow = polygon([
      [84, 20],
      [85, 21],
      [85, 20],
      [84, 21],
      [84, 20],
    ]);
    expect(inspectGeometry({ geometry: bow, neighbours: [] })).toMatchObject({ kind: 'not-simple' });
    expect(boxOf(bow)).toEqual({ west: 84, south: 20, east: 85, north: 21 });
  });

  it('is done in place where no thread is built, and in a thread where one is, one after another', async () => {
    const job = { geometry, neighbours: [neighbour] };
    expect(await new GeometryDesk().inspect(job)).toEqual(inspectGeometry(job));
    const program = writeProgram(`
      const { parentPort, workerData } = require('node:worker_threads');
      parentPort.postMessage({ kind: 'outside', at: workerData.geometry.coordinates[0][0], box: { threaded: true } });`);
    const desk = new GeometryDesk({ program });
    const answers = await Promise.all([desk.inspect(job), desk.inspect(job)]);
    for (const answer of answers) expect(answer).toEqual({ kind: 'outside', at: [84, 20], box: { threaded: true } });
  });

  it('gives up a thread that takes too long or dies, and serves the next', async () => {
    const job = { geometry, neighbours: [] };
    const stuck = new GeometryDesk({ program: writeProgram('setInterval(() => undefined, 1000);'), patienceMs: 50 });
    await expect(stuck.inspect(job)).rejects.toMatchObject({ slug: 'unavailable' });
    await expect(stuck.inspect(job)).rejects.toMatchObject({ slug: 'unavailable' });
    await expect(new GeometryDesk({ program: writeProgram('process.exit(0);') }).inspect(job)).rejects.toThrow('ended');
    await expect(new GeometryDesk({ program: writeProgram('throw new Error("x");') }).inspect(job)).rejects.toThrow(
      'x',
    );
    const greedy = writeProgram('const all = []; for (;;) all.push(new Array(1e5).fill({}));');
    await expect(new GeometryDesk({ program: greedy }).inspect(job)).rejects.toMatchObject({ slug: 'unavailable' });
  });
});

function writeProgram(source: string): URL {
  const path = join(mkdtempSync(join(tmpdir(), 'adit-desk-')), 'program.cjs');
  writeFileSync(path, source);
  return pathToFileURL(path);
}
