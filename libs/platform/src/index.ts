export { AditConfig, ConfigError, LOG_LEVELS, loadConfig, type LogLevel } from './config.js';
