import { Inject, Injectable, type PipeTransform } from '@nestjs/common';
import type { Refusal, Sql } from '#case-kit';
import { Problem, type ProblemSlug } from '#platform';
import {
  RuleBook,
  RuleBookKeyReused,
  RuleBookNotFound,
  RuleBookRefused,
  type ActedDraft,
  type ActOptions,
  type RuleBookRule,
} from '#rulebook';
import { getActor, type ApiReply, type ApiRequest } from '../http/request.js';
import { PARTS, type ApiParts } from '../parts.js';
import { showDraft } from './rule-book.answers.js';

const DRAFT_ID = /^[\w-]{1,64}$/;
const KEY = /^[\x21-\x7e]{16,200}$/;
const VERSION = /^"([1-9]\d{0,8})"$/;

/** What is not judged by content is told by its own status; every other refusal is a 422. */
const SLUGS: Readonly<Partial<Record<RuleBookRule, ProblemSlug>>> = {
  'rule-book-owner': 'forbidden',
  'draft-open': 'state-conflict',
  'draft-as-read': 'precondition-failed',
};

/** Ids in addresses: what does not look like one names nothing. */
export const draftIdPipe: PipeTransform<string, string> = {
  transform: (id) => {
    if (!DRAFT_ID.test(id)) throw new Problem('not-found', { detail: 'There is no such draft' });
    return id;
  },
};

export const etagOfDraft = ({ version }: { readonly version: number }): string => `"${version}"`;

/** Takes acts on drafts from HTTP to the rule book, and its refusals back as problems. */
@Injectable()
export class DraftActs {
  constructor(
    @Inject(PARTS) private readonly parts: ApiParts,
    @Inject(RuleBook) private readonly ruleBook: RuleBook,
  ) {}

  /** Runs an act under the key of the request; the answer is the draft as it is then. */
  async run(
    request: ApiRequest,
    reply: ApiReply,
    target: string,
    act: (ruleBook: RuleBook, options: ActOptions) => Promise<ActedDraft>,
  ): Promise<object> {
    const options = this.readOptions(request, target);
    const draft = await this.tell(() => act(this.ruleBook, options));
    if (draft.repeated) reply.header('Idempotent-Replayed', 'true');
    reply.header('ETag', etagOfDraft(draft));
    return showDraft(draft);
  }

  /** Says what the rule book says as problems. */
  async tell<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw problemOfRuleBook(error) ?? error;
    }
  }

  private readOptions(request: ApiRequest, target: string): ActOptions {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string' || !KEY.test(key)) {
      const detail = 'Send the header Idempotency-Key: 16 to 200 visible ASCII characters that nobody else can guess';
      throw new Problem('missing-idempotency-key', { detail });
    }
    const actor = getActor(request);
    const { keys } = this.parts.engine;
    const { authority } = this.parts.identity;
    const hash = keys.hashOf(actor.personId, key);
    return {
      key: { hash, mac: keys.macOf(key, `rule-book ${target}`, request.body ?? {}) },
      assertStanding: async (sql: Sql) => {
        const [stands] = await authority.recheck(sql, [actor]);
        if (stands !== true) throw new Problem('token-expired', { detail: 'Your log-in or appointment has ended' });
      },
    };
  }
}

/** The version of the draft that the caller has read. @throws Problem when he names none, or something else. */
export function getReadVersion(request: ApiRequest): number {
  const given = request.headers['if-match'];
  if (given === undefined) {
    throw new Problem('precondition-required', {
      detail: 'Send the ETag of the draft as you have read it in If-Match',
    });
  }
  const version = VERSION.exec(given)?.[1];
  if (version !== undefined) return Number(version);
  throw new Problem('precondition-failed', { detail: 'If-Match is not an ETag of a draft; read the draft again' });
}

function problemOfRuleBook(error: unknown): Problem | undefined {
  if (error instanceof RuleBookNotFound) return new Problem('not-found', { detail: error.message });
  if (error instanceof RuleBookKeyReused) return new Problem('key-reused-with-other-body');
  if (!(error instanceof RuleBookRefused)) return undefined;
  const { refusals } = error;
  const slug = refusals.map(({ rule }: Refusal) => SLUGS[rule as RuleBookRule]).find((each) => each !== undefined);
  const texts = new Set(refusals.map(({ text }) => text));
  return new Problem(slug ?? 'rule-refused', { detail: [...texts].join(' '), extensions: { refusals } });
}
