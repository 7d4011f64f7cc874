/** An act or rules, and the provision in it: `{ act: 'MAR-2015', provision: 'r. 9(4)' }`. */
export interface ProvisionRef {
  readonly act: string;
  readonly provision: string;
}

/** Who can put it right, how, and by when (a date or instant as text, when there is one). */
export interface Cure {
  readonly who: string;
  readonly how: string;
  readonly by?: string;
}

/** What a rule found: which datum failed, what it is, what it must be, and the cure. */
export interface Finding {
  /** Name of the datum in the words of the form or the view, for example `closesAt`. */
  readonly datum: string;
  readonly found: unknown;
  readonly required: unknown;
  readonly cure: Cure;
  /** Set when the caller may know that this datum failed but not its value. */
  readonly concealed?: boolean;
}

/** A refusal as it is answered and recorded: the provision, its sentence, and what was found. */
export interface Refusal extends Finding {
  /** Stable name of the rule, part of the API's contract. */
  readonly rule: string;
  readonly ref: ProvisionRef;
  readonly text: string;
}

/** What a caller is shown of a refusal: a concealed datum is named, its value is not. */
export function discloseRefusal(refusal: Refusal): Omit<Refusal, 'concealed'> {
  const { concealed, ...shown } = refusal;
  return concealed === true ? { ...shown, found: 'not shown in your capacity' } : shown;
}
