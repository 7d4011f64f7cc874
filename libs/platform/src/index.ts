export { AditConfig, ConfigError, LOG_LEVELS, loadConfig, type LogLevel } from './config.js';
export { startEmbeddedPostgres, type EmbeddedOptions, type EmbeddedPostgres } from './embedded-postgres.js';
export {
  MIGRATIONS_TABLE,
  createCommandPool,
  createDataSource,
  type CommandPoolOptions,
  type DataSourceSettings,
  type EntityClass,
} from './database.js';
export { migrate, pendingMigrations, revertMigrations, type MigrateOptions } from './migrate.js';
export { withFileLock } from './process-identity.js';
export { FixedClock, PlatformClock, type Clock, type ClockSources } from './clock.js';
export { LoopDelayMonitor, type LoopDelay } from './loop-delay.js';
export { NestLogger, createLogger, type Logger } from './logger.js';
export { isConfidentialName, redact, scrubText } from './redaction.js';
export {
  PROBLEMS,
  Problem,
  refuseFields,
  type FieldError,
  type ProblemDetails,
  type ProblemDocument,
  type ProblemSlug,
} from './problem.js';
export { RandomPool } from './random-pool.js';
export { loadSecrets, type Secrets } from './secrets.js';
export { getOnlyRow, inTransaction, sqlOf } from './sql.js';
