import type { ProvisionRef } from '#case-kit';
import type { ApiClient } from './api-client.js';

/** One entry of the record of a case, as an auditor reads it. Times are RFC 3339. */
export interface RecordedAct {
  readonly command: string;
  readonly kind: string;
  readonly capacity: string;
  /** Names of the rules that were judged. */
  readonly rules: readonly string[];
  readonly hash: string;
  readonly view: {
    /** By the rehearsal's own clock. */
    readonly at: string;
    readonly from?: string | null;
    readonly to?: string | null;
    /** Id of the organisation for which it was done. */
    readonly organisation?: string;
    readonly form?: Readonly<Record<string, unknown>> | null;
  };
}

/** The provision on which something rests, and its sentence. */
export interface Cited {
  readonly ref: ProvisionRef;
  readonly text: string;
}

interface ListedCommand {
  readonly name: string;
  readonly summary: string;
  readonly ref: ProvisionRef;
  readonly rules: readonly (Cited & { readonly name: string })[];
}

interface ListedCaseType {
  readonly id: string;
  readonly opening: ListedCommand;
  readonly states: readonly (Cited & { readonly path: string })[];
  readonly commands: readonly ListedCommand[];
}

/** The whole record of a case, in its order. */
export async function readRecord(reader: ApiClient, caseId: string): Promise<readonly RecordedAct[]> {
  const acts: RecordedAct[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { readonly items: readonly RecordedAct[]; readonly next: string | null } = await reader.get(
      `/v1/cases/${caseId}/transitions?limit=200${after}`,
    );
    acts.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return acts;
}

/** What a running platform says of one of its case types: where each command, rule and state has its ground. */
export class Provisions {
  private constructor(private readonly caseType: ListedCaseType) {}

  /** @throws Error when the platform has no such case type. */
  static async read(platform: ApiClient, caseTypeId: string): Promise<Provisions> {
    const { items } = await platform.get<{ readonly items: readonly ListedCaseType[] }>('/v1/case-types');
    const found = items.find(({ id }) => id === caseTypeId);
    if (found === undefined) throw new Error(`this platform has no case type ${caseTypeId}`);
    return new Provisions(found);
  }

  ofCommand(name: string): Cited | undefined {
    const command = this.find(name);
    return command === undefined ? undefined : { ref: command.ref, text: command.summary };
  }

  ofRule(command: string, rule: string): Cited | undefined {
    return this.find(command)?.rules.find(({ name }) => name === rule);
  }

  ofState(path: string): Cited | undefined {
    return this.caseType.states.find((state) => state.path === path);
  }

  private find(name: string): ListedCommand | undefined {
    return [this.caseType.opening, ...this.caseType.commands].find((command) => command.name === name);
  }
}
