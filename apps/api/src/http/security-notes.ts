import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Sql } from '#case-kit';
import { CASE_ID } from '#engine';
import { recordSecurityEvent } from '#identity';
import { type Problem, sqlOf } from '#platform';
import { PARTS, type ApiParts } from '../parts.js';
import { CASE_DOCUMENT, type ApiRequest } from './request.js';

/** Answers that do not stand on the record of a case, so that attempts would be seen nowhere. */
const NOTED: ReadonlySet<number> = new Set([400, 403, 404, 412, 429]);
/** Of one person, so that nobody fills the log: this many at once, then one a second. */
const BURST = 20;
const PER_MS = 1 / 1_000;
const MOST_PEOPLE = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** Writes refused attempts of known people to the security log. Failed log-ins are noted where they are decided. */
@Injectable()
export class SecurityNotes implements OnModuleDestroy {
  private readonly buckets = new Map<string, Bucket>();
  private readonly pending = new Set<Promise<void>>();
  private readonly sql: Sql;

  constructor(@Inject(PARTS) private readonly parts: ApiParts) {
    this.sql = sqlOf(parts.pool);
  }

  /** Returns at once: the answer does not wait for the log. */
  note(request: ApiRequest, problem: Problem): void {
    const { actor } = request;
    if (actor === undefined || actor.sessionId === null || !NOTED.has(problem.status) || !this.hasRoom(actor.personId))
      return;
    const { caseId } = request.params as { readonly caseId?: string };
    // Who may give a command, or asks for papers, takes part in the case. That he did so wrongly is noted, but not
    // where: under an alias or a seal, nobody learns who takes part.
    const isStranger = problem.status === 403 || problem.status === 404;
    const isPart =
      actor.role === 'bidder' && caseId !== undefined && (!isStranger || request.routeOptions.url === CASE_DOCUMENT);
    const writing = recordSecurityEvent(this.sql, {
      kind: 'access-refused',
      personId: actor.personId,
      sessionId: actor.sessionId,
      ip: request.ip,
      ...(caseId !== undefined && !isPart && CASE_ID.test(caseId) && { subject: caseId }),
      detail: {
        status: problem.status,
        problem: problem.slug,
        method: request.method,
        route: isPart ? null : request.routeOptions.url,
        capacity: actor.role,
        request: request.id,
      },
    })
      .catch((error: unknown) => this.parts.log.error({ err: error }, 'a refused attempt could not be noted'))
      .finally(() => this.pending.delete(writing));
    this.pending.add(writing);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.pending);
  }

  private hasRoom(personId: string): boolean {
    const now = this.parts.clock.now();
    const bucket = this.buckets.get(personId) ?? { tokens: BURST, at: now };
    bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) * PER_MS);
    bucket.at = now;
    if (this.buckets.size > MOST_PEOPLE) this.buckets.clear();
    this.buckets.set(personId, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
