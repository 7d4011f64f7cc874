import type { MigrationInterface } from 'typeorm';
import { Engine1764000000001 } from './0001-engine.js';
import { Identity1764000000002 } from './0002-identity.js';
import { Rulebook1764000000003 } from './0003-rulebook.js';
import { FairStall1764000000004 } from './0004-fair-stall.js';
import { Registers1764000000005 } from './0005-registers.js';
import { BlockAuction1764000000006 } from './0006-block-auction.js';
import { RuleBookKeys1764000000007 } from './0007-rule-book-keys.js';
import { OneRowPerTransition1764000000008 } from './0008-one-row-per-transition.js';
import { LogInUploadsPapers1764000000009 } from './0009-log-in-uploads-papers.js';
import { AttemptRegister1764000000012 } from './0012-attempt-register.js';

/** Every migration, oldest first. Explicit classes: a glob would find nothing in the built output or in tests. */
export const migrations: (new () => MigrationInterface)[] = [
  Engine1764000000001,
  Identity1764000000002,
  Rulebook1764000000003,
  FairStall1764000000004,
  Registers1764000000005,
  BlockAuction1764000000006,
  RuleBookKeys1764000000007,
  OneRowPerTransition1764000000008,
  LogInUploadsPapers1764000000009,
  AttemptRegister1764000000012,
];
