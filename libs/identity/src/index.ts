export { listAccessRules } from './access-rules.js';
export {
  ACTING_AS_HEADER,
  chooseActor,
  describeAppointment,
  listActiveAppointments,
  type HeldAppointment,
  type Principal,
} from './acting.js';
export { type By } from './administration.js';
export { type Place } from './place.js';
export { IdentityAuthority } from './authority.js';
export { EpochWatch, type ChangeListener, type IdentityChange } from './epoch-watch.js';
export { createFirstAdministrator } from './first-administrator.js';
export { IdentityModule, createIdentity, type Identity, type IdentitySettings } from './identity.module.js';
export { digestWithKey, drawId, drawSecret, hashSecret } from './ids.js';
export {
  Anonymous,
  AnyPerson,
  CommandedBy,
  CurrentActor,
  CurrentPrincipal,
  FromPlace,
  JwtGuard,
  OnlyFor,
  Public,
  entryOf,
  type Entry,
  type IdentifiedRequest,
} from './jwt.guard.js';
export { findOrganisations, type Organisation } from './organisations.js';
export { Passwords } from './passwords.js';
export { Principals } from './principals.js';
export {
  APPOINTABLE_ROLES,
  ORGANISATION_KINDS,
  ROLES_OF_KIND,
  STATE_CODES,
  isJurisdiction,
  type AppointableRole,
  type OrganisationKind,
} from './roles.js';
export {
  SECURITY_EVENT_KINDS,
  listSecurityEvents,
  recordSecurityEvent,
  type SecurityEvent,
  type SecurityEventKind,
} from './security-events.js';
export { DEMO_PASSWORD, countDemoAccounts, seedDemo, type DemoAccount } from './seed.js';
export { Sessions, type SessionRef, type SessionTokens } from './sessions.js';
export { type AccessClaims } from './tokens.js';
