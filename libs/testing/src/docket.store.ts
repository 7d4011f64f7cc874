import type { AppliedRow, CaseTypeStore, FactLoader, SealedEnvelope } from '#case-kit';
import type { DocketClaim } from './docket.machine.js';

/** Tables of the docket, made by the specs that use it: no migration of the product knows them. */
export const DOCKET_TABLES = `
  create table docket_note (
    case_id text not null, seq bigint not null, text text not null check (text <> 'forbidden'),
    primary key (case_id, seq));
  create table docket_claim (
    case_id text not null, seq bigint not null, organisation_id text not null, envelope jsonb not null,
    primary key (case_id, seq));
  grant select, insert on docket_note, docket_claim to adit_app;`;

const loadNotes: FactLoader = async (sql, requests) => {
  const rows = await sql.query<{ case_id: string; notes: number }>(
    'select case_id, count(*)::int as notes from docket_note where case_id = any($1) group by case_id',
    [requests.map(({ caseId }) => caseId)],
  );
  const counts = new Map(rows.map(({ case_id, notes }) => [case_id, notes]));
  return requests.map(({ caseId }) => counts.get(caseId) ?? 0);
};

const loadClaims: FactLoader = async (sql, requests) => {
  const rows = await sql.query<{ case_id: string; organisation_id: string; seq: number; envelope: SealedEnvelope }>(
    `select distinct on (case_id, organisation_id) case_id, organisation_id, seq, envelope
     from docket_claim where case_id = any($1) order by case_id, organisation_id, seq desc`,
    [requests.map(({ caseId }) => caseId)],
  );
  return requests.map(({ caseId }) =>
    rows
      .filter((row) => row.case_id === caseId)
      .map(({ organisation_id, seq, envelope }): DocketClaim => ({ organisationId: organisation_id, seq, envelope })),
  );
};

const keys = (rows: readonly AppliedRow[]): [string[], number[]] => [
  rows.map(({ caseId }) => caseId),
  rows.map(({ seq }) => seq),
];

export const docketStore = {
  facts: { notes: loadNotes, claims: loadClaims },
  apply: {
    docket_note: async (sql, rows) => {
      await sql.query(
        'insert into docket_note (case_id, seq, text) select * from unnest($1::text[], $2::bigint[], $3::text[])',
        [...keys(rows), rows.map(({ row }) => row['text'])],
      );
    },
    docket_claim: async (sql, rows) => {
      await sql.query(
        `insert into docket_claim (case_id, seq, organisation_id, envelope)
         select * from unnest($1::text[], $2::bigint[], $3::text[], $4::jsonb[])`,
        [...keys(rows), rows.map(({ row }) => row['organisationId']), rows.map(({ row }) => row['envelope'])],
      );
    },
  },
} satisfies CaseTypeStore;
