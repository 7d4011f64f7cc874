import { CONFIDENCES, Percent, Rupees, type Confidence, type LawValue, type ProvisionRef } from '#case-kit';
import type { Sentence } from './sentence.js';

/**
 * The law as a calculator reads it: each parameter in the version that the case or the request chooses. The engine's
 * reader is one (it goes by a case's anchors), a rule book on a date another.
 */
export interface LawOn {
  /** `on` names a date only for what goes by years, such as holiday lists. Throws when nothing is in force. */
  read(name: string, on?: string): LawValue;
  holidays(jurisdiction: string): readonly string[];
  /** Told of each sentence that an answer rests on; for the rule index. */
  readonly onSentence?: (sentence: Sentence) => void;
}

/** What every calculator answers: the result, how it was reached, on which provisions it rests and how firmly. */
export interface CalculatorAnswer<Result extends object = object> {
  readonly result: Result;
  readonly working: readonly string[];
  readonly rules: readonly ProvisionRef[];
  /** The weakest of the values and readings that the answer rests on. */
  readonly confidence: Confidence;
}

/** Collects, while a calculator works, what its answer rests on, so that nothing that was read can be left unsaid. */
export class Reasoning {
  readonly #working: string[] = [];
  readonly #rules = new Map<string, ProvisionRef>();
  #confidence: Confidence = 'primary';

  constructor(readonly law: LawOn) {}

  /** One line of the working, with its numbers. */
  say(line: string): void {
    this.#working.push(line);
  }

  /** Rests the answer on a rule that holds no number. */
  apply(sentence: Sentence): void {
    this.law.onSentence?.(sentence);
    this.#rest(sentence.ref, sentence.confidence);
  }

  /** Reads a parameter and rests the answer on it. */
  read(name: string, on?: string): unknown {
    const { value, provision, confidence } = this.law.read(name, on);
    this.#rest(provision, confidence);
    return value;
  }

  percent(name: string): Percent {
    return Percent.parse(this.#text(name));
  }

  rupees(name: string): Rupees {
    return Rupees.parse(this.#text(name));
  }

  /** A ceiling in rupees, or null where the law sets none. */
  cap(name: string): Rupees | null {
    const value = this.read(name);
    if (value === null) return null;
    if (typeof value !== 'string') throw new TypeError(`parameter ${name} is no amount`);
    return Rupees.parse(value);
  }

  integer(name: string): number {
    const value = this.read(name);
    if (typeof value !== 'number') throw new TypeError(`parameter ${name} is no integer`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.read(name);
    if (typeof value !== 'boolean') throw new TypeError(`parameter ${name} is neither true nor false`);
    return value;
  }

  answer<Result extends object>(result: Result): CalculatorAnswer<Result> {
    return { result, working: this.#working, rules: [...this.#rules.values()], confidence: this.#confidence };
  }

  #text(name: string): string {
    const value = this.read(name);
    if (typeof value !== 'string') throw new TypeError(`parameter ${name} is no decimal string`);
    return value;
  }

  #rest(ref: ProvisionRef, confidence: Confidence): void {
    this.#rules.set(`${ref.act} ${ref.provision}`, { act: ref.act, provision: ref.provision });
    if (CONFIDENCES.indexOf(confidence) > CONFIDENCES.indexOf(this.#confidence)) this.#confidence = confidence;
  }
}
