import { explainUnreachable } from '../drive/reach.js';
import { runStory } from './run-story.js';

/** `npm run story -- <story>`: what the platform does, told while it does it. */
process.exitCode = await explainUnreachable(
  (text) => void process.stderr.write(`${text}\n`),
  async (complain) =>
    await runStory(process.argv.slice(2), { print: (text) => void process.stdout.write(`${text}\n`), complain }),
);
