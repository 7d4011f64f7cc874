import { loadConfig } from '#platform';
import { runAdit } from './run-adit.js';

/** `npm run adit -- <command>`: the platform from the command line, for whoever holds its database. */
process.exitCode = await runAdit(process.argv.slice(2), {
  readConfig: () => loadConfig(),
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
});
