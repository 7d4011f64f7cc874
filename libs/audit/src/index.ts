export { Chain, type ChainFault } from './chain.js';
export { ERASE, findErasure, listErasures, UnreadableEntry, type Erasure, type RecordedEntry } from './entry.js';
export { describeFinding, type Finding, type FindingLevel } from './finding.js';
export { checkpointOf, comparePosition, type Checkpoint, type PartyRecord, type Position } from './position.js';
export {
  Replay,
  replayCase,
  type Difference,
  type ReplayReport,
  type ReplaySources,
  type StepListener,
} from './replay.js';
export { verifyRecord, type Snapshots, type VerifyOptions, type VerifyReport, type VerifyTally } from './verify.js';
export type { VerifySources } from './verify-case.js';
export { inTransaction, snapshotsOf } from './snapshots.js';
export { EraseRefused, erasePayload, type EraseSources, type ErasureOrder } from './erase.js';
