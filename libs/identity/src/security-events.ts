import type { Sql } from '#case-kit';

export const SECURITY_EVENT_KINDS = [
  'log-in',
  'log-in-failed',
  'log-in-blocked',
  'identity-linked',
  'identity-unlinked',
  'log-out',
  'log-out-everywhere',
  'refresh-token-reused',
  'password-changed',
  'password-reset',
  'organisation-created',
  'person-created',
  'person-disabled',
  'person-enabled',
  'appointment-created',
  'appointment-delegated',
  'appointment-revoked',
  'administration-refused',
  'access-refused',
  'document-infected',
  'document-opened',
] as const;
export type SecurityEventKind = (typeof SECURITY_EVENT_KINDS)[number];

export interface SecurityEvent {
  readonly kind: SecurityEventKind;
  /** Who did it; left out when nobody was identified. */
  readonly personId?: string;
  readonly sessionId?: string | null;
  /** Id of what it was done to. */
  readonly subject?: string;
  readonly ip?: string;
  /** Ids, roles, times and reasons; never a password, a token or an e-mail address. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Appends to the security log, in the caller's transaction when there is one. */
export async function recordSecurityEvent(sql: Sql, event: SecurityEvent): Promise<void> {
  const { kind, personId, sessionId, subject, ip, detail = {} } = event;
  await sql.query(
    `insert into security_event (kind, person_id, session_id, subject, ip, detail) values ($1, $2, $3, $4, $5, $6)`,
    [kind, personId ?? null, sessionId ?? null, subject ?? null, ip ?? null, JSON.stringify(detail)],
  );
}

export interface SecurityEventEntry {
  readonly id: number;
  readonly at: Date;
  readonly kind: SecurityEventKind;
  readonly personId: string | null;
  readonly sessionId: string | null;
  readonly subject: string | null;
  readonly ip: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface SecurityEventFilter {
  readonly kind?: string;
  readonly personId?: string;
  /** Only entries with a smaller id: the next page. */
  readonly before?: number;
  readonly limit: number;
}

/** The newest entries first. */
export async function listSecurityEvents(
  sql: Sql,
  filter: SecurityEventFilter,
): Promise<readonly SecurityEventEntry[]> {
  return await sql.query<SecurityEventEntry>(
    `select id, at, kind, person_id as "personId", session_id as "sessionId", subject, ip, detail
     from security_event
     where ($1::text is null or kind = $1) and ($2::text is null or person_id = $2) and ($3::bigint is null or id < $3)
     order by id desc limit $4`,
    [filter.kind ?? null, filter.personId ?? null, filter.before ?? null, filter.limit],
  );
}
