import type { Response } from 'supertest';
import type { Refusal } from '#case-kit';
import type { ParameterContent } from '#rulebook';
import type { ApiWorld } from './api-world.js';
import { expectStatus } from './client.js';

export const DRAFTS = '/v1/rule-book/drafts';

/** A parameter as the rule book shows it. */
export interface ShownParameter extends Omit<ParameterContent, 'act' | 'provision'> {
  readonly version: string;
  readonly ref: { readonly act: string; readonly provision: string };
  readonly signed: boolean;
  readonly signatures: readonly { readonly id: string; readonly name: string; readonly role: string }[];
}

export interface DraftBody {
  readonly note: string;
  readonly changes: readonly { readonly parameter: string; readonly versions: readonly ParameterContent[] }[];
}

/** Refusals with all that they say. */
export function refusalsIn(answer: Response): readonly Refusal[] {
  return (answer.body as { refusals?: readonly Refusal[] }).refusals ?? [];
}

/** What is signed of a parameter, out of what is shown. */
export function contentOfShown(shown: ShownParameter): ParameterContent {
  const { version: _version, ref, signed: _signed, signatures: _signatures, text, ...rest } = shown;
  return { ...rest, ...ref, ...(typeof text === 'string' && { text }) };
}

/** The owners of the rule book at work, over HTTP. */
export class RuleBookDesk {
  constructor(private readonly world: ApiWorld) {}

  /** The version of a parameter in force on a date. */
  async getInForce(name: string, on = '2026-03-02'): Promise<ParameterContent> {
    const answer = await this.world.anybody.get(`/v1/rule-book?name=${name}&on=${on}`).then(expectStatus(200));
    const shown = (answer.body.items as ShownParameter[]).find((item) => item.name === name);
    if (shown === undefined) throw new Error(`the rule book shows no ${name} on ${on}`);
    return contentOfShown(shown);
  }

  /** A change of the one version in force: from ever, or from a day on. */
  async change(name: string, value: ParameterContent['value'], from?: string): Promise<DraftBody> {
    const old = await this.getInForce(name);
    const fresh = { ...old, value, inForceUntil: null, knownSince: '2026-11-24', source: 'G.S.R. 900(E)' };
    const versions =
      from === undefined
        ? [fresh]
        : [
            { ...old, inForceUntil: from },
            { ...fresh, inForceFrom: from },
          ];
    return { note: `G.S.R. 900(E): ${name} is ${JSON.stringify(value)}`, changes: [{ parameter: name, versions }] };
  }

  async propose(body: unknown, by = 'rules', headers: Record<string, string> = {}): Promise<Response> {
    return await (await this.world.as(by)).command(DRAFTS, body, headers);
  }

  /** Gives a draft to somebody to act on; the version that he has read is the first unless he says otherwise. */
  async act(
    id: string,
    act: 'revise' | 'sign-off' | 'publish' | 'withdraw',
    by = 'rules',
    {
      version = 1,
      body = {},
      headers = {},
    }: { version?: number; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return await (
      await this.world.as(by)
    ).command(`${DRAFTS}/${id}/${act}`, body, {
      'If-Match': `"${version}"`,
      ...headers,
    });
  }

  /** Proposes, signs by two and publishes; answers the hash of the new law. */
  async enact(body: unknown): Promise<string> {
    const proposed = await this.propose(body).then(expectStatus(201));
    const id = proposed.body.id as string;
    // What was signed in an earlier draft is signed already.
    for (const by of proposed.body.missing.length === 0 ? [] : ['rules', 'rules2']) {
      await this.act(id, 'sign-off', by).then(expectStatus(200));
    }
    const published = await this.act(id, 'publish', 'rules2').then(expectStatus(200));
    return published.body.publication.law as string;
  }
}
