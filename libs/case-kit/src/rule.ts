import type { Actor } from './actor.js';
import type { CaseRow, Party } from './case-row.js';
import type { LawReader } from './law.js';
import type { Finding, ProvisionRef } from './refusal.js';

/** Everything that a rule, an effect or a view may look at. No clock, no database. */
export interface Situation<Context = unknown, Facts = unknown> {
  readonly row: CaseRow<Context>;
  readonly facts: Facts;
  readonly law: LawReader;
  readonly actor: Actor;
  /** The party for which the actor's organisation takes part, or undefined. */
  readonly party: Party | undefined;
  readonly parties: readonly Party[];
  /** The instant that counts in law: receipt of the command, or the due instant (epoch milliseconds). */
  readonly at: number;
}

export interface FormSituation<Context = unknown, Facts = unknown, Form = unknown> extends Situation<Context, Facts> {
  readonly form: Form;
}

interface RuleHead {
  /** Stable name in kebab case; part of the API's contract and of the rule index. */
  readonly name: string;
  readonly ref: ProvisionRef;
  /** The rule as a sentence that an officer would write. */
  readonly text: string;
}

/** A rule that can be judged before any form is filled in: it answers "why not". */
export interface CaseRule<Context, Facts> extends RuleHead {
  readonly needs: 'case';
  readonly check: (situation: Situation<Context, Facts>) => true | Finding;
}

/** A rule about what the form says: listed as a condition until there is one. */
export interface FormRule<Context, Facts, Form> extends RuleHead {
  readonly needs: 'form';
  readonly check: (situation: FormSituation<Context, Facts, Form>) => true | Finding;
}

export type Rule<Context, Facts, Form> = CaseRule<Context, Facts> | FormRule<Context, Facts, Form>;
