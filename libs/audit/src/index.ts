export { ERASE, findErasure, listErasures, UnreadableEntry, type Erasure, type RecordedEntry } from './entry.js';
export { checkpointOf, comparePosition, type Checkpoint, type PartyRecord, type Position } from './position.js';
export {
  Replay,
  replayCase,
  type Difference,
  type ReplayReport,
  type ReplaySources,
  type StepListener,
} from './replay.js';
