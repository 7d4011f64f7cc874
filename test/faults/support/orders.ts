/** What a parent tells a child process to do. */
export interface Order {
  readonly appUrl: string;
  /** Hex. */
  readonly keySecret: string;
  readonly caseId: string;
  /** One command for each, in this order. */
  readonly keys: readonly string[];
  readonly inFlight: number;
  /** The process kills itself at the so manieth COMMIT. */
  readonly death?: { readonly moment: 'before' | 'during' | 'after'; readonly commit: number };
}

/** What a child reports: each answer as soon as it has it, and the end. */
export type Report =
  | { readonly kind: 'answer'; readonly key: string; readonly outcome: string; readonly seq: number }
  | { readonly kind: 'done' };

/** The command that stands for a key; every process must make the same of it. */
export const commandOf = (
  caseId: string,
  key: string,
): { caseId: string; name: string; form: { by: number }; key: string } => ({
  caseId,
  name: 'ADD',
  form: { by: 1 },
  key,
});
