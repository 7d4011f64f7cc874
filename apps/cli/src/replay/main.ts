import { explainUnreachable } from '../drive/reach.js';
import { runReplay } from './run-replay.js';

/** `npm run replay -- <auction>`: a published auction once more, on the platform that runs. */
process.exitCode = await explainUnreachable(
  (text) => void process.stderr.write(`${text}\n`),
  async (complain) =>
    await runReplay(process.argv.slice(2), { print: (text) => void process.stdout.write(`${text}\n`), complain }),
);
