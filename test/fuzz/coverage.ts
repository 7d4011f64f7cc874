import type { Operation } from './requests.js';

/** Operations that no request made from the document can bring to a good answer, each with its reason. */
const NEVER_WELL: Readonly<Record<string, string>> = {
  'GET /v1/feed': 'takes a ticket that serves once, within half a minute; its own tests open it',
  'GET /v1/sessions/oidc/start': 'no identity provider is configured',
  'GET /v1/sessions/oidc/callback': 'no identity provider is configured',
  'POST /v1/rules/{name}': 'answers for names that are no calculator’s; the others have operations of their own',
};

/** What became of the requests to each operation. */
export class Coverage {
  private readonly counts = new Map<string, Map<number, number>>();
  private readonly toldWell = new Set<string>();
  private total = 0;

  constructor(private readonly operations: readonly Operation[]) {}

  note(operation: string, status: number): void {
    this.total += 1;
    const statuses = this.counts.get(operation) ?? new Map<number, number>();
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    this.counts.set(operation, statuses);
  }

  /** A good answer while the stories were told. */
  noteTold(operation: string, status: number): void {
    if (status < 300) this.toldWell.add(operation);
  }

  /** Operations that no request reached, and those that were never answered well although they could be. */
  findGaps(): { readonly unreached: readonly string[]; readonly neverWell: readonly string[] } {
    const names = this.operations.map(({ name }) => name);
    return {
      unreached: names.filter((name) => !this.counts.has(name)),
      neverWell: names.filter((name) => !(name in NEVER_WELL) && !this.toldWell.has(name) && !this.isWell(name)),
    };
  }

  /** For people: the share of each class of answers, and the operations that only the stories brought to a good one. */
  describe(): string {
    const classes = new Map<string, number>();
    for (const statuses of this.counts.values()) {
      for (const [status, count] of statuses) {
        const name = `${Math.floor(status / 100)}xx`;
        classes.set(name, (classes.get(name) ?? 0) + count);
      }
    }
    const shares = [...classes].sort().map(([name, count]) => `${name} ${((100 * count) / this.total).toFixed(1)} %`);
    const wellAtRandom = this.operations.filter(({ name }) => this.isWell(name)).length;
    return [
      `${this.total} requests on ${this.counts.size} of ${this.operations.length} operations: ${shares.join(', ')}.`,
      `Answered well: ${wellAtRandom} operations at random, ${this.toldWell.size} in the stories before.`,
    ].join('\n');
  }

  private isWell(name: string): boolean {
    return [...(this.counts.get(name)?.keys() ?? [])].some((status) => status < 300);
  }
}
