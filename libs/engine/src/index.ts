export { findForbiddance, hasSight, partyOf, sightOf } from './access.js';
export { CASE_ID, isRehearsalId } from './case-id.js';
export { type ListCursor, type ListedCase, type ListFilter, type ListSort } from './case-list.js';
export { CaseReader, type SeenTransition } from './case-reader.js';
export { loadParties, lockCases, readCases, storedCaseOf, type StoredCase } from './case.store.js';
export { CaseTypeRegistry, UnknownCaseType } from './case-type-registry.js';
export { CommandKeys } from './command-keys.js';
export {
  DecisionFault,
  EngineBusy,
  OutcomeUnknown,
  type Cause,
  type Command,
  type FieldError,
  type OpenCommand,
  type Outcome,
} from './command.js';
export { refusalOfMissingLaw } from './refusals.js';
export { decide, type Accepted, type DecideInput, type Decision, type Refused } from './decide.js';
export { dueEventsOf, HOLD_ENDS, PROPOSAL_EXPIRES, standingHold } from './due.js';
export {
  ADOPT_LAW,
  ADVANCE_CLOCK,
  MIGRATE,
  CONFIRM,
  ENGINE_COMMANDS,
  SET_ASIDE,
  decideEngineCommand,
  resolveConfirmation,
  secondPersonOf,
  type EngineCommandSpec,
} from './engine-commands.js';
export { DueWorker } from './due.worker.js';
export { CaseEngine } from './engine.js';
export { commandPath, type CommandExplanation, type SeenCase } from './explain.js';
export { etagOf } from './facts.js';
export { FeedHub, type FeedEvent, type FeedSubscriber } from './feed-hub.js';
export { FileKeyHolder } from './file-key-holder.js';
export { localDateAt as dateOf } from '#case-kit';
export { LawWorker } from './law.worker.js';
export { decideMigration } from './migration.js';
export { OutboxWorker, type NoticeSink } from './outbox.worker.js';
export { blankRow, decideOpening, OPEN, type OpeningGiven } from './opening.js';
export type { Authority, EngineLog, EngineOptions, KeyHolder, LawProvider } from './ports.js';
export {
  commitmentOf,
  GENESIS,
  recordTransition,
  type TransitionPayload,
  type TransitionRow,
  type TransitionText,
} from './record.js';
export { recallOutcome } from './recall.js';
export { renderCase, type RenderedCase, type RenderedProposal } from './render.js';
export { BrokenEnvelope, makeSealPair, openEnvelope, sealField } from './seal.js';
export { explainState } from './ways.js';
export { NO_FACTS } from './working-case.js';
