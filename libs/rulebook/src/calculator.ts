import { DateOutOfRange, LawMissing, type LawSnapshot } from '#case-kit';
import type { CalculatorAnswer, LawOn } from './reasoning.js';
import { BODY, readRequest, type FieldError, type FieldType, type JsonSchema } from './request.js';
import type { Sentence, Sentences } from './sentence.js';

/** Thrown by a computation that finds a request malformed only while computing. */
export class MalformedRequest extends Error {
  constructor(readonly errors: readonly FieldError[]) {
    super(errors.map(({ field, message }) => `${field} ${message}`).join('; '));
    this.name = 'MalformedRequest';
  }
}

export type Computed = { readonly answer: CalculatorAnswer } | { readonly errors: readonly FieldError[] };

/** A statutory computation with its request's types erased: what the interface and the rule index handle. */
export interface Calculator {
  readonly name: string;
  /** What it computes, as a sentence. */
  readonly summary: string;
  readonly requestSchema: JsonSchema;
  readonly sentences: Sentences;
  /** Names of the parameters that it may read. */
  readonly parameters: readonly string[];
  /** Answers a request under a law; `today` (IST) is the default of `asOf`. Pure but for the observer. */
  compute(body: unknown, law: LawSnapshot, today: string, onSentence?: (sentence: Sentence) => void): Computed;
}

interface CalculatorSpec<Input, Result extends object> {
  readonly name: string;
  readonly summary: string;
  readonly request: FieldType<Input>;
  readonly sentences: Sentences;
  readonly parameters: readonly string[];
  /** The date that chooses the versions of the law. */
  readonly lawDate: (input: Input, today: string) => string;
  readonly answer: (input: Input, law: LawOn) => CalculatorAnswer<Result>;
}

/** A rule book read on one date. */
export function lawOn(snapshot: LawSnapshot, date: string): LawOn {
  return {
    read(name, on = date) {
      const found = snapshot.find(name, on);
      if (found === undefined) throw new LawMissing(name, on);
      return found;
    },
    holidays: (jurisdiction) => snapshot.holidays(jurisdiction),
  };
}

export function defineCalculator<Input, Result extends object>(spec: CalculatorSpec<Input, Result>): Calculator {
  const { name, summary, request, sentences, parameters } = spec;
  return {
    name,
    summary,
    requestSchema: request.schema,
    sentences,
    parameters,
    compute(body, law, today, onSentence) {
      const read = readRequest(body, request);
      if ('errors' in read) return read;
      try {
        const on = lawOn(law, spec.lawDate(read.value, today));
        return { answer: spec.answer(read.value, onSentence === undefined ? on : { ...on, onSentence }) };
      } catch (error) {
        if (error instanceof MalformedRequest) return { errors: error.errors };
        if (error instanceof DateOutOfRange) {
          return { errors: [{ field: BODY, message: 'the answer would hold a date after 9999-12-31' }] };
        }
        throw error;
      }
    },
  };
}
