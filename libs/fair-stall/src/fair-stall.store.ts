import type { AppliedRow, CaseTypeStore, FactLoader, FactRequest, SealedEnvelope, Sql } from '#case-kit';
import type { Application, FairStallFacts, RosterPlace, Standing } from './fair-stall.model.js';

type ApplicationRow = Application & { readonly index: number };
type RosterRow = RosterPlace & { readonly caseId: string };
type StandingRow = Standing & { readonly caseId: string };

const caseIds = (requests: readonly FactRequest[]): string[] => requests.map(({ caseId }) => caseId);
const organisations = (requests: readonly FactRequest[]): string[] => requests.map(({ actor }) => actor.organisationId);

function toApplication({ organisationId, seq, receivedAt, envelope }: ApplicationRow): Application {
  return { organisationId, seq, receivedAt, envelope };
}

/** The latest row of each organisation is the one that stands, unless it is a withdrawal. */
const loadApplications: FactLoader = async (sql, requests) => {
  const rows = await sql.query<ApplicationRow>(
    `select r.index::int as index, a.organisation_id as "organisationId", a.seq, a.received_at as "receivedAt", a.envelope
       from unnest($1::text[]) with ordinality as r(case_id, index)
       cross join lateral (
         select distinct on (organisation_id) organisation_id, seq, received_at, withdrawn, envelope
           from fair_application where case_id = r.case_id order by organisation_id, seq desc) a
      where not a.withdrawn
      order by r.index, a.seq`,
    [caseIds(requests)],
  );
  const answers = requests.map((): Application[] => []);
  for (const row of rows) answers[row.index - 1]?.push(toApplication(row));
  return answers;
};

const loadOwnApplication: FactLoader = async (sql, requests) => {
  const rows = await sql.query<ApplicationRow>(
    `select r.index::int as index, a.organisation_id as "organisationId", a.seq, a.received_at as "receivedAt", a.envelope
       from unnest($1::text[], $2::text[]) with ordinality as r(case_id, organisation_id, index)
       cross join lateral (
         select organisation_id, seq, received_at, withdrawn, envelope from fair_application
          where case_id = r.case_id and organisation_id = r.organisation_id order by seq desc limit 1) a
      where not a.withdrawn`,
    [caseIds(requests), organisations(requests)],
  );
  const answers = requests.map((): Application | null => null);
  for (const row of rows) answers[row.index - 1] = toApplication(row);
  return answers;
};

/** Groups what one query answered for several cases. */
function groupByCase<Row extends { readonly caseId: string }, Item>(
  rows: readonly Row[],
  toItem: (row: Row) => Item,
): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const row of rows) {
    const group = groups.get(row.caseId);
    if (group === undefined) groups.set(row.caseId, [toItem(row)]);
    else group.push(toItem(row));
  }
  return groups;
}

/** A calling that an order of a court set aside leaves its roster behind; the newest opening counts. */
const NEWEST_ROSTER = 'o.seq = (select max(seq) from fair_roster where case_id = o.case_id)';

const loadRoster: FactLoader = async (sql, requests) => {
  const rows = await sql.query<RosterRow>(
    `select o.case_id as "caseId", o.organisation_id as "organisationId", o.alias
       from fair_roster o where o.case_id = any($1::text[]) and ${NEWEST_ROSTER}
      order by o.case_id, o.organisation_id`,
    [[...new Set(caseIds(requests))]],
  );
  const rosters = groupByCase(rows, ({ organisationId, alias }): RosterPlace => ({ organisationId, alias }));
  return requests.map(({ caseId }) => rosters.get(caseId) ?? []);
};

const loadStandings: FactLoader = async (sql, requests) => {
  const rows = await sql.query<StandingRow>(
    `select o.case_id as "caseId", o.organisation_id as "organisationId", o.alias,
            greatest(o.offer, c.offer)::text as offer
       from fair_roster o
       left join lateral (
         select offer from fair_call
          where case_id = o.case_id and organisation_id = o.organisation_id and seq > o.seq
          order by offer desc limit 1) c on true
      where o.case_id = any($1::text[])
        and ${NEWEST_ROSTER}
      order by o.case_id, greatest(o.offer, c.offer) desc, o.rank`,
    [[...new Set(caseIds(requests))]],
  );
  const standings = groupByCase(rows, ({ organisationId, alias, offer }): Standing => ({
    organisationId,
    alias,
    offer,
  }));
  return requests.map(({ caseId }) => standings.get(caseId) ?? []);
};

function column(rows: readonly AppliedRow[], name: string): unknown[] {
  return rows.map(({ row }) => row[name]);
}

function keys(rows: readonly AppliedRow[]): [string[], number[]] {
  return [rows.map(({ caseId }) => caseId), rows.map(({ seq }) => seq)];
}

async function insertApplications(sql: Sql, rows: readonly AppliedRow[]): Promise<void> {
  const envelopes = rows.map(({ row }) => {
    const envelope = row['envelope'] as SealedEnvelope | null;
    return envelope === null ? null : JSON.stringify(envelope);
  });
  await sql.query(
    `insert into fair_application (case_id, seq, organisation_id, received_at, withdrawn, envelope)
     select case_id, seq, organisation_id, received_at, withdrawn, envelope::jsonb
       from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::boolean[], $6::text[])
         as t(case_id, seq, organisation_id, received_at, withdrawn, envelope)`,
    [...keys(rows), column(rows, 'organisationId'), column(rows, 'receivedAt'), column(rows, 'withdrawn'), envelopes],
  );
}

async function insertRoster(sql: Sql, rows: readonly AppliedRow[]): Promise<void> {
  await sql.query(
    `insert into fair_roster (case_id, seq, organisation_id, alias, rank, offer)
     select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::numeric[])`,
    [...keys(rows), ...['organisationId', 'alias', 'rank', 'offer'].map((name) => column(rows, name))],
  );
}

async function insertCalls(sql: Sql, rows: readonly AppliedRow[]): Promise<void> {
  await sql.query(
    `insert into fair_call (case_id, seq, organisation_id, received_at, offer)
     select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::numeric[])`,
    [...keys(rows), ...['organisationId', 'receivedAt', 'offer'].map((name) => column(rows, name))],
  );
}

async function insertPayments(sql: Sql, rows: readonly AppliedRow[]): Promise<void> {
  await sql.query(
    `insert into fair_payment (case_id, seq, received_at, amount, reference)
     select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::numeric[], $5::text[])`,
    [...keys(rows), ...['receivedAt', 'amount', 'reference'].map((name) => column(rows, name))],
  );
}

/** The only part of this case type with SQL; rows are inserted, what is current is a query. */
export const fairStallStore = {
  facts: {
    applications: loadApplications,
    ownApplication: loadOwnApplication,
    roster: loadRoster,
    standings: loadStandings,
  } satisfies Record<keyof FairStallFacts, FactLoader>,
  apply: {
    fair_application: insertApplications,
    fair_roster: insertRoster,
    fair_call: insertCalls,
    fair_payment: insertPayments,
  },
} satisfies CaseTypeStore;
