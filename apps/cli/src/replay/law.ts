import type { ApiClient } from '../drive/api-client.js';
import type { Qualify } from './field.js';

/** A number of the rule book as it stood on a date. */
export interface LawNumber {
  readonly name: string;
  readonly value: unknown;
  readonly unit: string;
  readonly ref: { readonly act: string; readonly provision: string };
  readonly text: string;
  readonly source: string;
  /** `primary`, `secondary` or `derived` where it was found; `policy` or `unverified` where it is assumed. */
  readonly confidence: string;
}

export type LawOfDate = ReadonlyMap<string, LawNumber>;

/** The rule book of the running platform, as on a date (`YYYY-MM-DD`). */
export async function readLaw(platform: ApiClient, on: string): Promise<LawOfDate> {
  const { items } = await platform.get<{ readonly items: readonly LawNumber[] }>(`/v1/rule-book?on=${on}`);
  return new Map(items.map((item) => [item.name, item]));
}

/** @throws Error when the rule book has no such number on that date. */
export function getWhole(law: LawOfDate, name: string): number {
  const value = law.get(name)?.value;
  if (typeof value !== 'number') throw new Error(`the rule book has no ${name} on that date`);
  return value;
}

/** @throws Error when the rule book has no such number on that date. */
export function getDecimal(law: LawOfDate, name: string): string {
  const value = law.get(name)?.value;
  if (typeof value !== 'string') throw new Error(`the rule book has no ${name} on that date`);
  return value;
}

/** Asks the public calculator of the running platform who qualifies by the law of that date. */
export function qualifyBy(platform: ApiClient, reserve: string, on: string): Qualify {
  return async (offers) => {
    const { result } = await platform.post<{ readonly result: { readonly qualified: readonly string[] } }>(
      '/v1/rules/qualification',
      { direction: 'ascending', attempt: 'FIRST', boundPercent: reserve, asOf: on, bids: offers },
    );
    return result.qualified;
  };
}

/** Whether the sources that were read have this number for that time; otherwise it is assumed. */
export function isAssumed({ confidence }: LawNumber): boolean {
  return confidence === 'policy' || confidence === 'unverified';
}
