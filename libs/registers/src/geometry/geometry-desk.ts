import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Problem } from '#platform';
import { findErrorCode } from '../error-code.js';
import { inspectGeometry, type GeometryJob, type Inspection } from './inspection.js';

/** Longest inspection, in milliseconds: two outlines of the greatest length take about half a second. */
const PATIENCE_MS = 30_000;
/** Two outlines that cross each other thousands of times would take all there is. */
const MEMORY_MB = 256;

export interface GeometryDeskOptions {
  /** The built program of the thread; sources run under the test runner have none beside them. */
  readonly program?: URL;
  readonly patienceMs?: number;
}

/**
 * Inspects shapes in a thread of its own, one after another, so that a long one holds up nobody else. Where the program
 * of the thread is not built, it is done in place.
 */
export class GeometryDesk {
  private last: Promise<unknown> = Promise.resolve();
  private readonly program: URL;
  private readonly patienceMs: number;

  constructor(options: GeometryDeskOptions = {}) {
    this.program = options.program ?? new URL('./geometry.worker.js', import.meta.url);
    this.patienceMs = options.patienceMs ?? PATIENCE_MS;
  }

  /** @throws Problem unavailable when it takes more time or memory than the desk gives. */
  async inspect(job: GeometryJob): Promise<Inspection> {
    const turn = this.last.then(() => this.run(job));
    this.last = turn.catch(() => undefined);
    return await turn;
  }

  private async run(job: GeometryJob): Promise<Inspection> {
    if (!existsSync(fileURLToPath(this.program))) return inspectGeometry(job);
    const worker = new Worker(this.program, { workerData: job, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
    const tooMuch = () => new Problem('unavailable', { detail: 'The geometry takes too long to inspect' });
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Inspection>((resolve, reject) => {
        timer = setTimeout(() => reject(tooMuch()), this.patienceMs);
        worker.once('message', resolve);
        worker.once('error', (error) =>
          reject(findErrorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch() : error),
        );
        worker.once('exit', () => reject(new Error('the thread ended without an answer')));
      });
    } finally {
      clearTimeout(timer);
      await worker.terminate();
    }
  }
}
