import { readdirSync, readFileSync } from 'node:fs';
import type { LawSnapshot } from '#case-kit';
import { calculators, runCalculator } from './calculators.js';
import { buildSeedLaw } from './seed.js';

interface Vector {
  id: string;
  request: unknown;
  expect?: Record<string, unknown>;
  expectStatus?: number;
  why: string;
}

const folder = new URL('../../../data/vectors/', import.meta.url);
const law = buildSeedLaw();

function readVectors(name: string): Vector[] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Vector[];
}

describe('the published vectors', () => {
  it('exist for every calculator and for nothing else', () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
    expect(files.sort()).toEqual([...calculators.keys()].sort());
  });

  for (const name of calculators.keys()) {
    describe(name, () => {
      it.each(readVectors(name))('$id: $why', ({ request, expect: wanted, expectStatus }) => {
        const outcome = runCalculator(name, request, law, '2026-11-23');
        expect(outcome.status).toBe(expectStatus ?? 200);
        if (outcome.status === 400) expect(outcome.errors.length).toBeGreaterThan(0);
        if (outcome.status !== 200) return;
        // The answer as it travels: what JSON cannot hold would be lost there.
        expect(JSON.parse(JSON.stringify(outcome.body.result))).toMatchObject(wanted ?? {});
        expect(outcome.body.working.length).toBeGreaterThan(0);
        expect(outcome.body.rules.length).toBeGreaterThan(0);
      });
    });
  }
});

describe('the numbers of the law', () => {
  it.each([...calculators.values()])('that $name rests on are exactly the parameters it declares', (calculator) => {
    const read = new Set<string>();
    const watched: LawSnapshot = {
      hash: law.hash,
      find(name, on) {
        read.add(name);
        return law.find(name, on);
      },
      anchorOf: (name) => law.anchorOf(name),
      holidays: (jurisdiction) => law.holidays(jurisdiction),
    };
    for (const { request } of readVectors(calculator.name)) calculator.compute(request, watched, '2026-11-23');
    expect([...read].sort()).toEqual([...calculator.parameters].sort());
  });
});
