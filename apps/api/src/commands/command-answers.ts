import { Inject, Injectable } from '@nestjs/common';
import { discloseRefusal } from '#case-kit';
import { etagOf, type Outcome, type RenderedCase, type RenderedProposal } from '#engine';
import { Problem, refuseFields } from '#platform';
import { getActor, type ApiReply, type ApiRequest } from '../http/request.js';
import { PARTS, type ApiParts } from '../parts.js';
import { getTransitionId, shortenHash } from './transition-id.js';

type Done = Extract<Outcome, { kind: 'accepted' | 'proposed' }>;
type Refused = Extract<Outcome, { kind: 'refused' }>;

/** What an accepted or proposed command answers. */
export interface CommandAnswer {
  readonly caseId: string;
  /** Names the entry of the record: the beginning of its hash. */
  readonly transition: string;
  readonly outcome: 'accepted' | 'proposed';
  /** The proposal as the caller sees it, while it is open. */
  readonly proposal?: RenderedProposal | null;
  /** The case as the caller sees it now; null when he has lost sight of it by his own act. */
  readonly case?: RenderedCase | null;
}

const MINIMAL = /(^|[,;\s])return\s*=\s*"?minimal"?($|[,;\s])/i;

/** Turns what the engine decided into the answer of HTTP. */
@Injectable()
export class CommandAnswers {
  constructor(@Inject(PARTS) private readonly parts: ApiParts) {}

  /** @throws Problem for everything but an accepted or proposed command. */
  async tell(outcome: Outcome, opens: boolean, request: ApiRequest, reply: ApiReply): Promise<CommandAnswer> {
    switch (outcome.kind) {
      case 'accepted':
      case 'proposed':
        return await this.tellDone(outcome, opens, request, reply);
      case 'refused':
        throw await this.tellRefused(outcome, reply);
      case 'not-found':
        throw new Problem('not-found');
      case 'forbidden':
        throw new Problem('forbidden', { detail: outcome.reason, extensions: { roles: outcome.roles } });
      case 'malformed':
        throw refuseFields(outcome.errors);
      case 'precondition':
        throw outcome.required
          ? new Problem('precondition-required', {
              detail: 'Send the ETag of the case as you have read it in If-Match',
            })
          : new Problem('precondition-failed', { detail: 'Read the case again and decide on what it says now' });
      case 'key-reused':
        throw new Problem('key-reused-with-other-body');
      case 'unauthorised':
        throw new Problem('token-expired', { detail: 'Your right to act was withdrawn; log in again' });
      case 'throttled':
        throw tellThrottled(outcome.retryAfterSeconds, reply);
    }
  }

  private async tellDone(outcome: Done, opens: boolean, request: ApiRequest, reply: ApiReply): Promise<CommandAnswer> {
    const { caseId, seq, kind } = outcome;
    if (outcome.repeated) reply.header('Idempotent-Replayed', 'true');
    if (opens) reply.header('Location', `/v1/cases/${caseId}`);
    reply.code(kind === 'proposed' ? 202 : opens ? 201 : 200);
    const head = { caseId, transition: await this.nameTransition(outcome), outcome: kind };
    if (MINIMAL.test(String(request.headers['prefer'] ?? ''))) {
      reply.header('Preference-Applied', 'return=minimal');
      return head;
    }
    const actor = getActor(request);
    const { reader } = this.parts;
    const seen =
      outcome.atHand === undefined ? await reader.find(caseId, actor) : reader.ifSeen(outcome.atHand.seen, actor);
    const shown = seen === null ? null : await reader.view(seen, actor);
    if (shown !== null) reply.header('ETag', etagOf(shown));
    if (kind === 'accepted') return { ...head, case: shown };
    const open = seen?.row.proposals.find((proposal) => proposal.seq === seq);
    return { ...head, proposal: shown?.proposals.find(({ id }) => id === open?.id) ?? null, case: shown };
  }

  private async nameTransition({ caseId, seq, atHand }: Done | Refused): Promise<string> {
    return atHand === undefined ? await getTransitionId(this.parts.pool, caseId, seq) : shortenHash(atHand.hash);
  }

  private async tellRefused(outcome: Refused, reply: ApiReply): Promise<Problem> {
    const { caseId, seq, status, late, refusals } = outcome;
    if (outcome.repeated) reply.header('Idempotent-Replayed', 'true');
    const slug = late ? 'platform-late' : status === 409 ? 'state-conflict' : 'rule-refused';
    const entry = seq > 0 ? { caseId, transition: await this.nameTransition(outcome) } : {};
    const detail = refusals.map(({ text }) => text).join(' ');
    return new Problem(slug, { detail, extensions: { ...entry, refusals: refusals.map(discloseRefusal) } });
  }
}

function tellThrottled(retryAfter: number, reply: ApiReply): Problem {
  // Refusals: ten at once, then one a second; a quota of accepted commands: within the hour that it is counted over.
  const policy = retryAfter > 1 ? '"accepted";w=3600' : '"refused";q=10;w=10';
  reply.header('RateLimit-Policy', policy).header('RateLimit', `${policy.split(';', 1)[0]};r=0;t=${retryAfter}`);
  return new Problem('too-many-requests', { extensions: { retryAfter } });
}
