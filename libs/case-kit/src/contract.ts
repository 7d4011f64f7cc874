import type { AnyStateMachine, EventFromLogic, StateValue } from 'xstate';
import type { Actor, Audience, Role } from './actor.js';
import type { CaseRow, DueEvent, Party } from './case-row.js';
import type { LawRead, LawReader, LawSnapshot } from './law.js';
import type { ProvisionRef } from './refusal.js';
import type { FormSituation, Rule, Situation } from './rule.js';

/** A class-validator DTO class: validation, OpenAPI and form schema from one source. */
export type FormClass<Form extends object = object> = new () => Form;

/** What the machine receives: the command, its form, and what the decision may look at. */
export interface CommandEvent<Type extends string = string, Form = unknown, Facts = unknown> {
  readonly type: Type;
  readonly form: Form;
  readonly at: number;
  readonly actor: Actor;
  readonly party: Party | undefined;
  readonly facts: Facts;
  readonly law: LawReader;
  readonly seq: number;
  /** Values of the sealed envelopes that this command opened, by envelope id; empty for every other command. */
  readonly opened: Readonly<Record<string, string>>;
}

/** Written in the transaction of its transition, and only there. */
export type Effect =
  /** A row of the case type's own tables; `table` names an entry of the store's `apply`. */
  | { readonly kind: 'row'; readonly table: string; readonly row: Readonly<Record<string, unknown>> }
  /** An organisation takes part from now on (or with another alias or capacity). */
  | { readonly kind: 'party'; readonly party: Party }
  /** A dated fact that chooses versions of the law from now on. */
  | { readonly kind: 'anchor'; readonly name: string; readonly on: string };

/** Told after a transition: people (by audience) or another case (by id or relation), through the outbox. */
export type Notice =
  | {
      readonly kind: 'notice';
      readonly to: Audience;
      readonly template: string;
      readonly data: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'command';
      readonly caseId: string;
      readonly command: string;
      readonly form: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'open';
      readonly caseType: string;
      readonly form: Readonly<Record<string, unknown>>;
      /** The new case becomes a child of this one. */
      readonly child: boolean;
    };

/** Second person: the act is recorded as proposed and another person of one of these roles confirms it. */
export interface SecondPerson {
  readonly roles: readonly Role[];
  /** Hours, or the parameter of the rule book that holds them. */
  readonly expiresAfterHours: number | { readonly parameter: string };
  readonly ref: ProvisionRef;
}

/** A sealed field to be opened by this command: the stored envelope and what it is called in the facts. */
export interface EnvelopeToOpen {
  /** Identifies the envelope in the case, for example the row id of the application. */
  readonly id: string;
  readonly envelope: SealedEnvelope;
}

/** What is stored of a sealed field: ciphertext to the case's public key, and a salted commitment. */
export interface SealedEnvelope {
  readonly sealed: 'x25519-hkdf-sha256-aes256gcm';
  readonly keyId: string;
  readonly ephemeral: string;
  readonly nonce: string;
  readonly ciphertext: string;
  /** SHA-256 over a 32-byte salt (inside the envelope) and the value. */
  readonly commitment: string;
}

interface CommandHead<Facts extends object> {
  readonly roles: readonly Role[];
  /** One line for people: what the command does. */
  readonly summary: string;
  readonly ref: ProvisionRef;
  readonly form: FormClass;
  /** Kinds of facts that the decision reads besides the context; each names a loader of the store. */
  readonly facts?: readonly (keyof Facts & string)[];
  /** Names of form fields that are encrypted at the edge and never reach the engine in clear. */
  readonly sealed?: readonly string[];
  /** Accepted commands of one organisation on one case per hour; more are refused. */
  readonly quotaPerHour?: number;
}

export interface CommandSpec<Context, Facts extends object, Form extends object> extends CommandHead<Facts> {
  readonly form: FormClass<Form>;
  readonly rules: readonly Rule<Context, Facts, Form>[];
  readonly secondPerson?: SecondPerson;
  /** Reads only the context and facts that no other hot command changes, so that many may share a batch. */
  readonly hot?: boolean;
  /** Overwrites something that the caller has read: requires If-Match. */
  readonly edit?: boolean;
  /** Gives the case up: never advised as the way towards anything else. */
  readonly abandons?: boolean;
  /** Allowed while a hold stands. */
  readonly duringHold?: boolean;
  /** Never shares a lane with others (opening, large computations). */
  readonly slow?: boolean;
  /** A key pair is made for the case before this command is decided; its public half becomes `row.sealKey`. */
  readonly makesSealKey?: boolean;
  /** Envelopes that the KeyHolder opens once the rules have passed; the values arrive in `opened`. */
  readonly opens?: (situation: FormSituation<Context, Facts, Form>) => readonly EnvelopeToOpen[];
  /** Other cases that the decision reads under a share lock, by id. */
  readonly readsCases?: (row: CaseRow<Context>, form: Form) => readonly string[];
  /** Rows, parties and anchors written with the transition. */
  readonly effects?: (situation: Decided<Context, Facts, Form>) => readonly Effect[];
}

/** What effects see: the situation before, and state and context after the machine has moved. */
export interface Decided<Context, Facts, Form> extends FormSituation<Context, Facts, Form> {
  readonly after: { readonly state: StateValue; readonly context: Context };
  /** Sequence number of the transition that is being written; rows carry it. */
  readonly seq: number;
  /** Values of the envelopes that this command opened, by id. */
  readonly opened: Readonly<Record<string, string>>;
}

export interface OpenSpec<Context, Facts extends object, Form extends object> extends CommandHead<Facts> {
  readonly form: FormClass<Form>;
  readonly rules: readonly Rule<undefined, Facts, Form>[];
  /** `CENTRE` or a State's code: whose officers act on the case. */
  readonly jurisdiction: (form: Form, actor: Actor) => string;
  /** Input of the machine; the context factory must tolerate undefined. */
  readonly input: (situation: FormSituation<undefined, Facts, Form>) => unknown;
  readonly blockId?: (form: Form) => string | null;
  readonly effects?: (situation: Decided<Context, Facts, Form>) => readonly Effect[];
}

/** What one audience may see in lists: nothing else of a case is filterable or sortable. */
export interface Listing {
  readonly title: string;
  /** Plain-language status. */
  readonly status: string;
  /** Roles whose act the case waits for: it stands in their inbox. */
  readonly awaits: readonly Role[];
  /** Next due instant that this audience may know, epoch milliseconds. */
  readonly dueAt: number | null;
}

export interface Sight extends Listing {
  readonly audience: Audience;
}

/** A transition as views and notices read it. */
export interface TransitionFact {
  readonly seq: number;
  readonly kind: TransitionKind;
  readonly command: string;
  readonly actorId: string;
  readonly organisationId: string;
  readonly role: Role;
  readonly at: number;
  readonly from: StateValue | null;
  readonly to: StateValue;
  /** The form as decided (sealed fields as envelopes); null once erased. */
  readonly form: Readonly<Record<string, unknown>> | null;
}

export type TransitionKind =
  | 'accepted'
  | 'refused'
  | 'proposed'
  | 'timer'
  | 'migration'
  | 'hold'
  | 'order'
  | 'law'
  | 'clock'
  | 'erasure'
  | 'throttled';

/** Loads one kind of fact for a whole batch with one query; answers in the order of the requests. */
export type FactLoader = (sql: Sql, requests: readonly FactRequest[]) => Promise<readonly unknown[]>;

export interface FactRequest {
  readonly caseId: string;
  readonly form: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  /** The organisation that filled the form in, when the actor is the second person and confirms it. */
  readonly proposedBy?: string | undefined;
}

/** The one way to the database that a store gets: inside the engine's transaction, parameters always bound. */
export interface Sql {
  query<Row extends object>(text: string, params?: readonly unknown[]): Promise<readonly Row[]>;
}

export interface AppliedRow {
  readonly caseId: string;
  readonly seq: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/**
 * The only part of a case type with SQL. Rows are inserted, never updated. `apply` sends inserts and reads nothing: its
 * statements travel with the COMMIT, so their answers are always empty.
 */
export interface CaseTypeStore {
  readonly facts: Readonly<Record<string, FactLoader>>;
  readonly apply: Readonly<Record<string, (sql: Sql, rows: readonly AppliedRow[]) => Promise<void>>>;
}

export interface Views<Context, Facts extends object> {
  /** Facts that the view reads; loaders of the store. */
  readonly facts?: readonly (keyof Facts & string)[];
  /** Those of them that it reads for this viewer, as the case stands; all of them when this is left out. */
  readonly factsFor?: (
    looking: Pick<Situation<Context, Facts>, 'row' | 'actor' | 'party'>,
  ) => readonly (keyof Facts & string)[];
  /** The case as this viewer may see it; what he may not see is absent. */
  readonly case: (situation: Situation<Context, Facts>) => Readonly<Record<string, unknown>>;
  /** What everybody may see of a live phase; cacheable for a second. Null: nothing is live. */
  readonly live?: (row: CaseRow<Context>, law: LawReader) => Readonly<Record<string, unknown>> | null;
  /** A transition as this viewer may see it, or null when he may not know that it happened. */
  readonly transition: (
    situation: Omit<Situation<Context, Facts>, 'facts'>,
    transition: TransitionFact,
  ) => Readonly<Record<string, unknown>> | null;
}

/** A transition with everything that the record keeps of it: what a protocol is written from. */
export interface RecordedTransition extends TransitionFact {
  /** SHA-256 of the entry as hashed, hex. */
  readonly hash: string;
  readonly decidedAt: number;
  /** Rules that refused, by their stable names. */
  readonly failed: readonly string[];
  /** Values of the law that the decision rested on. */
  readonly reads: readonly LawRead[];
  readonly lawHash: string;
  /** Received in time and brought up only after a deadline had been applied. */
  readonly late: boolean;
  /** State that the transition introduced and that no decision computes, for example the id of a hold. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Values of the envelopes that it opened, by envelope id. */
  readonly opened: Readonly<Record<string, string>>;
}

export interface ProtocolMaterial<Context, Facts extends object> {
  readonly row: CaseRow<Context>;
  readonly parties: readonly Party[];
  readonly facts: Facts;
  /** The whole record, first transition first. */
  readonly record: readonly RecordedTransition[];
  /** The law under which a transition was decided, by its hash. */
  readonly lawOf: (hash: string) => LawSnapshot;
}

/**
 * The account of a case that everybody may read once it has led somewhere: complete enough that a stranger can compute
 * its result again. It must never hold what `views` hide from the public.
 */
export interface Protocol<Context, Facts extends object> {
  readonly title: string;
  /** Facts that it is written from; loaders of the store. */
  readonly facts: readonly (keyof Facts & string)[];
  /** Asked before the record is read: whether there is anything to publish yet. */
  readonly isOpen: (row: CaseRow<Context>) => boolean;
  readonly write: (material: ProtocolMaterial<Context, Facts>) => Readonly<Record<string, unknown>> | null;
}

/** A kind of case: a folder that a regulation expert can read, assembled. */
export interface CaseType<Context = unknown, Facts extends object = object> {
  /** Kebab case, singular: `fair-stall`. */
  readonly id: string;
  /** Path segment of its routes: `fair-stalls`. */
  readonly plural: string;
  /** Short upper-case prefix of case ids: `STALL`. */
  readonly prefix: string;
  readonly title: string;
  readonly version: string;
  readonly machine: AnyStateMachine;
  readonly open: OpenSpec<Context, Facts, AnyForm>;
  /** Exactly the machine's events. */
  readonly commands: Readonly<Record<string, CommandSpec<Context, Facts, AnyForm>>>;
  /** Who may place a hold or set aside a transition on an order of a court. */
  readonly orders: { readonly roles: readonly Role[]; readonly secondPerson: SecondPerson };
  readonly timers: (row: CaseRow<Context>, law: LawReader) => readonly DueEvent[];
  readonly audiences: (row: CaseRow<Context>, parties: readonly Party[]) => readonly Sight[];
  readonly views: Views<Context, Facts>;
  /** Left out: cases of this type have no public protocol. */
  readonly protocol?: Protocol<Context, Facts>;
  readonly notices: (transition: TransitionFact, row: CaseRow<Context>, parties: readonly Party[]) => readonly Notice[];
  readonly store: CaseTypeStore;
  /** For each older version whose cases may be moved to this one: where state and context go. */
  readonly migratesFrom?: Readonly<
    Record<string, (row: CaseRow) => { readonly state: StateValue; readonly context: Context }>
  >;
  /** Provision of each state, by its dotted path; every state has one. Its title is what people call the state. */
  readonly stateProvisions: Readonly<
    Record<string, { readonly ref: ProvisionRef; readonly text: string; readonly title?: string }>
  >;
}

/** Facts with their names erased. */
export type AnyFacts = Record<string, unknown>;
/** A form with its fields erased. */
export type AnyForm = Record<string, unknown>;
/** A case type with its particulars erased: what the engine handles. */
export type AnyCaseType = CaseType<unknown, AnyFacts>;
export type AnyCommandSpec = CommandSpec<unknown, AnyFacts, AnyForm>;
export type AnyOpenSpec = OpenSpec<unknown, AnyFacts, AnyForm>;

type FormOf<Event> = Event extends { readonly form: infer Form extends object } ? Form : never;

/** Exactly one row per event of the machine. */
export type CommandTable<Context, Facts extends object, Machine extends AnyStateMachine> = {
  readonly [Type in EventFromLogic<Machine>['type']]: CommandSpec<
    Context,
    Facts,
    FormOf<Extract<EventFromLogic<Machine>, { type: Type }>>
  >;
};

/** Definition of a case type: a missing command, an unknown role or the wrong form class does not compile. */
export type CaseTypeDefinition<
  Context,
  Facts extends object,
  Machine extends AnyStateMachine,
  OpenForm extends object,
> = Omit<CaseType<Context, Facts>, 'machine' | 'commands' | 'open'> & {
  readonly machine: Machine;
  readonly commands: CommandTable<Context, Facts, Machine>;
  readonly open: OpenSpec<Context, Facts, OpenForm>;
};

/**
 * Assembles a case type. Facts must be a type alias (not an interface).
 * The particulars are erased here, once, after the compiler has checked them against the machine.
 */
export function defineCaseType<Context, Facts extends object, Machine extends AnyStateMachine, OpenForm extends object>(
  definition: CaseTypeDefinition<Context, Facts, Machine, OpenForm>,
): AnyCaseType {
  return definition as unknown as AnyCaseType;
}
