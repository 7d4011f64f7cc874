/**
 * How bad a finding is. `broken`: the record, or what must follow from it, is not what was written. `drift`: an index
 * computed from the record is stale; nothing is decided from it. `unavailable`: it could not be checked.
 */
export type FindingLevel = 'broken' | 'drift' | 'unavailable';

/** One thing that verification found, located. */
export interface Finding {
  readonly level: FindingLevel;
  /** Short name for programs: `hash`, `prev`, `commitment`, `context`, `head` … */
  readonly what: string;
  readonly caseId: string | null;
  readonly seq: number | null;
  /** In plain words, without case and number. */
  readonly message: string;
}

/** A finding as a line for people: `STALL-1 transition 4: its text was changed`. */
export function describeFinding({ level, caseId, seq, message }: Finding): string {
  const place = [caseId ?? 'database', ...(seq === null ? [] : [`transition ${seq}`])].join(' ');
  return `${level.padEnd(11)} ${place}: ${message}`;
}

/** Collects findings up to a bound: a record that is broken everywhere need not fill the memory. */
export class Findings {
  readonly list: Finding[] = [];
  omitted = 0;

  constructor(private readonly limit: number) {}

  add(finding: Finding): void {
    if (this.list.length < this.limit) this.list.push(finding);
    else this.omitted += 1;
  }

  addTo(caseId: string, level: FindingLevel, what: string, message: string, seq: number | null = null): void {
    this.add({ level, what, caseId, seq, message });
  }
}
