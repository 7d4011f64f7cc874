export * from './acts.js';
export * from './calculator.js';
export * from './calculators.js';
export * from './calculators/bid-security.js';
export * from './calculators/deadline.js';
export * from './calculators/final-offer.js';
export * from './calculators/net-worth.js';
export * from './calculators/qualification.js';
export * from './changes.js';
export type {
  Draft,
  DraftInput,
  DraftState,
  MissingSignature,
  ParameterChange,
  Signature,
  Signatures,
} from './draft.js';
export * from './draft.request.js';
export * from './holidays.js';
export * from './law-book.js';
export { LongList } from './long-list.js';
export * from './parameter.js';
export * from './reasoning.js';
export type { FieldError, JsonSchema } from './request.js';
export { RuleBookKeyReused, RuleBookNotFound, RuleBookRefused, type RuleBookRule } from './rule-book.refusals.js';
export * from './rule-book.seed.js';
export type {
  ActKey,
  DraftPage,
  DraftPlace,
  ListedDrafts,
  Publication,
  PublicationPage,
  PublishedContent,
} from './rule-book.store.js';
export * from './rule-book.js';
export * from './rule-index.js';
export * from './seed.js';
export * from './sentence.js';
