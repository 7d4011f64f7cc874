export { AditConfig, ConfigError, LOG_LEVELS, loadConfig, type LogLevel } from './config.js';
export { startEmbeddedPostgres, type EmbeddedOptions, type EmbeddedPostgres } from './embedded-postgres.js';
