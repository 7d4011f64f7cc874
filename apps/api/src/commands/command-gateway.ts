import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { findInstant, type AnyCaseType, type AnyForm, type SealKey } from '#case-kit';
import { DecisionFault, sealField, type FieldError, type Outcome } from '#engine';
import { Problem, refuseFields } from '#platform';
import { checkForm } from '../http/field-errors.js';
import { getActor, type ApiRequest } from '../http/request.js';
import { PARTS, type ApiParts } from '../parts.js';
import type { OfferedCommand } from './offered-command.js';

const KEY_HEADER = 'Idempotency-Key';
const KEY = /^[\x21-\x7e]{16,200}$/;

interface Submission {
  readonly key: string;
  readonly mac: string;
  readonly form: AnyForm;
  /** What is wrong with the request itself; told like a fault of the form: after sight and right. */
  readonly fault: Problem | null;
  readonly errors: readonly FieldError[];
}

/**
 * Takes commands from HTTP to the engine. Whatever is wrong with a request is handed to the engine as a fault of its
 * form, which answers 404 and 403 first; nothing with a fault is ever decided or recorded.
 */
@Injectable()
export class CommandGateway {
  constructor(@Inject(PARTS) private readonly parts: ApiParts) {}

  async open(caseType: AnyCaseType, opening: OfferedCommand, request: ApiRequest): Promise<Outcome> {
    const { starts, fault } = readRehearsalStart(request.query);
    // The start is part of what the key stands for: another start is another request.
    const target = starts === undefined ? caseType.id : `${caseType.id} ${starts}`;
    const submission = this.read(opening, target, request, fault);
    const outcome = await this.parts.engine.open({
      caseType: caseType.id,
      form: submission.form,
      actor: getActor(request),
      receivedAt: request.receivedAt,
      key: submission.key,
      mac: submission.mac,
      formErrors: submission.errors,
      ...(starts === undefined ? {} : { rehearsalStartsAt: starts }),
    });
    return tellFault(outcome, submission);
  }

  async give(caseType: AnyCaseType, command: OfferedCommand, caseId: string, request: ApiRequest): Promise<Outcome> {
    // The form belongs to this type: a case of another type must not be given it.
    if (!isCaseIdOf(caseType, caseId)) return { kind: 'not-found' };
    const submission = this.read(command, `${caseId} ${command.name}`, request, null);
    const { form, sealKey } = await this.seal(command, caseId, submission, request);
    const ifMatch = request.headers['if-match'];
    try {
      const outcome = await this.parts.engine.execute(
        {
          name: command.name,
          caseId,
          form,
          actor: getActor(request),
          receivedAt: request.receivedAt,
          key: submission.key,
          mac: submission.mac,
          formErrors: submission.errors,
          ...(command.edit && ifMatch !== undefined ? { ifMatch } : {}),
        },
        caseType,
      );
      return tellFault(outcome, submission);
    } catch (error) {
      if (!(error instanceof DecisionFault) || command.sealed.length === 0 || sealKey !== null) throw error;
      // The case got its key between our look and the decision, which then missed the sealed field.
      const detail = 'The case has just begun to take sealed fields; send the same request again';
      throw new Problem('unavailable', { detail, extensions: { retryAfter: 1 }, cause: error });
    }
  }

  private read(command: OfferedCommand, target: string, request: ApiRequest, other: Problem | null): Submission {
    const given = request.headers['idempotency-key'];
    const key = typeof given === 'string' && KEY.test(given) ? given : undefined;
    const checked = checkForm(command.form, request.body);
    const fault = request.bodyFault ?? (key === undefined ? missingKey() : other);
    // With a fault nothing is kept, so any key will do to ask for sight and right.
    const used = key ?? randomBytes(18).toString('base64url');
    const errors = fault === null ? checked.errors : [{ field: '(request)', message: fault.title }];
    return {
      key: used,
      mac: this.parts.engine.keys.macOf(used, target, request.body ?? {}),
      // Facts are read before the form is refused, for all commands of a batch at once: a value that the database
      // cannot read would be a fault of everybody in it.
      form: errors.length === 0 ? checked.form : {},
      fault,
      errors,
    };
  }

  /** Replaces each sealed field by its envelope. Without a key of the case the field is left out: nothing is in clear. */
  private async seal(
    command: OfferedCommand,
    caseId: string,
    { form, errors }: Submission,
    request: ApiRequest,
  ): Promise<{ form: AnyForm; sealKey: SealKey | null }> {
    if (command.sealed.length === 0) return { form, sealKey: null };
    const open = Object.entries(form).filter(([name]) => !command.sealed.includes(name));
    const seen = errors.length > 0 ? null : await this.parts.reader.find(caseId, getActor(request));
    const sealKey = seen?.row.sealKey ?? null;
    if (sealKey === null) return { form: Object.fromEntries(open), sealKey };
    const sealed = command.sealed
      .filter((name) => form[name] !== undefined)
      .map((name): [string, unknown] => [name, sealField(sealKey, textOf(form[name]))]);
    return { form: Object.fromEntries([...open, ...sealed]), sealKey };
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A fault of the request is told in its own words, and only where a fault of the form would be. */
function tellFault(outcome: Outcome, { fault }: Submission): Outcome {
  if (outcome.kind === 'malformed' && fault !== null) throw fault;
  return outcome;
}

function missingKey(): Problem {
  const detail = `Send the header ${KEY_HEADER}: 16 to 200 visible ASCII characters that nobody else can guess`;
  return new Problem('missing-idempotency-key', { detail });
}

const CASE_ID = /^(?:REHEARSAL-)?([A-Z]+)-[0-9A-Z]{5}-[0-9A-Z]{5}$/;

function isCaseIdOf(caseType: AnyCaseType, caseId: string): boolean {
  return CASE_ID.exec(caseId)?.[1] === caseType.prefix;
}

function readRehearsalStart(query: unknown): { readonly starts: number | undefined; readonly fault: Problem | null } {
  const value = (query as Readonly<Record<string, unknown>>)['rehearsalStartsAt'];
  if (value === undefined) return { starts: undefined, fault: null };
  const starts = findInstant(value);
  if (starts !== undefined) return { starts, fault: null };
  const message = 'must be an RFC 3339 instant with offset, for example 2026-01-05T10:00:00+05:30';
  return { starts, fault: refuseFields([{ field: 'rehearsalStartsAt', message }]) };
}
