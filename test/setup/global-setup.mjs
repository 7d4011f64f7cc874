import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Names the place where the specs of this run share one throw-away database cluster. The first spec that needs it
 * starts it; a run that needs none pays nothing. Workers get the name through the environment, the only thing that
 * jest hands on to them.
 */
export default function nameSharedCluster() {
  process.env.TEST_CLUSTER_DIR = mkdtempSync(join(tmpdir(), 'adit-test-run-'));
  process.env.TEST_RUN_PID = String(process.pid);
}
