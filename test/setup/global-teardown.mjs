import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ends the cluster that the specs shared, at once: nobody keeps its data. */
export default async function endSharedCluster() {
  const run = process.env.TEST_CLUSTER_DIR;
  const file = join(run, 'cluster.json');
  if (existsSync(file)) {
    const { pid, dir } = JSON.parse(readFileSync(file, 'utf8'));
    if (signal(pid, 'SIGQUIT')) for (let waited = 0; signal(pid, 0) && waited < 10_000; waited += 20) await sleep(20);
    rmSync(dir, { recursive: true, force: true });
  }
  rmSync(run, { recursive: true, force: true });
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
