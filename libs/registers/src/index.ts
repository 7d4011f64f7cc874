export type { AffiliateGroup, Bidder, BidderContent, BidderLink, Debarment, DebarmentContent } from './bidder.model.js';
export type { LinkContent, LinkEvidence } from './bidder.model.js';
export { BIDDER_KINDS, DECLARED, maskPan, RELATIONS, type BidderKind, type Relation } from './bidder.model.js';
export {
  DENOMINATORS,
  FIGURES,
  summariseAttempts,
  type AttemptSummary,
  type Count,
  type Denominator,
  type Figure,
  type FigureName,
} from './attempt-figures.js';
export type { Attempt, AttemptFilter, AttemptMineral } from './attempt.model.js';
export { AttemptRegister, GROUPINGS, type GroupedSummary, type Grouping } from './attempts.js';
export { writeCsv } from './csv.js';
export { Bidders, type BidderDeclaration, type BidderEntry } from './bidders.js';
export type { Block, BlockContent, BlockMineral, EstimatedResource, LandClasses, Source } from './block.model.js';
export { BLOCK_ID, CONCESSIONS, EXPLORATION_LEVELS, type Concession, type ExplorationLevel } from './block.model.js';
export type { BlockQuery } from './block.store.js';
export { BlockValues, type BlockValue } from './block-values.js';
export { Blocks, type BlockRecording, type Recorded, type RegisterSettings } from './blocks.js';
export { parseCsv, readDataFile, type CsvRow } from './data-file.js';
export { Debarments } from './debarments.js';
export { ContentDamaged, type BlobArea, type BlobStore } from './documents/blob-store.js';
export type { NewDocument, StoredDocument } from './documents/document.store.js';
export { NEXT_SCAN_SECONDS } from './documents/scans.js';
export { documentsFolder, openBlobStore } from './documents/open-store.js';
export {
  Documents,
  MAX_DOCUMENT_BYTES,
  type DocumentFindings,
  type DocumentSettings,
  type InfectedDocument,
  type ScannerFault,
} from './documents/documents.js';
export { ResumableUploads, type NewUpload, type Progress } from './documents/resumable-uploads.js';
export { ClamdScanner, type MalwareScanner, type ScanState } from './documents/scanner.js';
export { isMediaType, MEDIA_TYPES, type MediaType } from './documents/media-type.js';
export { GeometryDesk } from './geometry/geometry-desk.js';
export { readGeometry, type BlockGeometry, type GeometryFault } from './geometry/geojson.js';
export type { Overlap } from './geometry/inspection.js';
export { readMineralNames } from './mineral-names.js';
export { Minerals, type Mineral } from './minerals.js';
export type { Occurrence, SchedulePart } from './minerals.data.js';
export { PublishedHistory, type PublishedOffer, type Tranche } from './published-history.js';
export { listRegisterRules, type RegisterRule } from './register-rules.js';
export { AREA_TOLERANCE, registersLaw, type RegisterParameter } from './registers.law.js';
export { PRACTICE_BLOCKS, type PracticeBlock } from './seed/practice-blocks.js';
export { seedRegisters, type SeedCounts } from './seed/seed.js';
export { readStates, type StateCodes } from './seed/states.js';
export type { StandingCheck } from './sql.js';
export {
  ANNULMENT_GROUNDS,
  REGIMES,
  STAGES,
  STATUSES,
  type Regime,
  type Stage,
  type Status,
  type StatusDefinition,
} from './statuses.js';
export type { ValueRecording, WorksheetLine } from './worksheet.js';
export { PAPER_KINDS, Papers, REMINDER_DAYS, type Paper, type PaperKind, type PaperReminder } from './papers.js';
