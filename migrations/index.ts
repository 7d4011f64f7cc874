import type { MigrationInterface } from 'typeorm';

/** Every migration, oldest first. Explicit classes: a glob would find nothing in the built output or in tests. */
export const migrations: (new () => MigrationInterface)[] = [];
