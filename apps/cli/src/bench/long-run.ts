import pg from 'pg';
import type { EngineFigures } from './engine-figures.js';
import type { LoadOptions, Sample } from './measure.js';

const WINDOW_MS = 30_000;
/** At the end the old case and a new one take turns, so that a slow moment of the machine meets both. */
const PAIRS = 5;
const PAIR_MS = 8_000;

export interface LongRun {
  readonly windows: readonly Sample[];
  /** Rate of the last quarter beside that of the first: the server's tables have grown in between as well. */
  readonly ratio: number;
  /** Rate of the case at its end beside that of a case opened then, in the same tables and beside the same reader. */
  readonly besideNew: number;
}

/**
 * One case under load for many minutes, beside one read transaction that stays open all the while: nothing that the
 * case leaves behind can be cleaned up, so whatever is not written once and left alone would slow down.
 */
export async function runLong(
  figures: EngineFigures,
  adminUrl: string,
  minutes: number,
  load: LoadOptions,
): Promise<LongRun> {
  const reader = new pg.Client({ connectionString: adminUrl });
  await reader.connect();
  try {
    await reader.query('begin isolation level repeatable read');
    await reader.query('select count(*) from case_file');
    const caseId = await figures.openHot();
    const windows: Sample[] = [];
    const mean = (samples: readonly Sample[]): number =>
      samples.reduce((sum, { perSecond }) => sum + perSecond, 0) / samples.length;
    for (let done = 0; done < Math.max(4, Math.round((minutes * 60_000) / WINDOW_MS)); done += 1) {
      const sample = await figures.hot(
        { ...load, warmUpMs: done === 0 ? load.warmUpMs : 0, measureMs: WINDOW_MS },
        caseId,
      );
      windows.push(sample);
      console.log(
        `${String((done + 1) * (WINDOW_MS / 1_000)).padStart(5)} s  ${Math.round(sample.perSecond)}/s  p99 ${sample.p99Ms.toFixed(1)} ms`,
      );
    }
    const quarter = Math.ceil(windows.length / 4);
    const newCase = await figures.openHot();
    const pairs: { readonly old: Sample; readonly fresh: Sample }[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const window = { ...load, warmUpMs: 0, measureMs: PAIR_MS };
      pairs.push({ old: await figures.hot(window, caseId), fresh: await figures.hot(window, newCase) });
    }
    const ratio = mean(windows.slice(-quarter)) / mean(windows.slice(0, quarter));
    return { windows, ratio, besideNew: mean(pairs.map(({ old }) => old)) / mean(pairs.map(({ fresh }) => fresh)) };
  } finally {
    await reader.end();
  }
}
