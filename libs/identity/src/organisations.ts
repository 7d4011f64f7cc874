import type { Jurisdiction, Sql } from '#case-kit';
import { sqlOf } from '#platform';
import { describeRefusal, refuse, refuseAll } from './access-rules.js';
import { isDuplicate, requireRole, type Administration, type By } from './administration.js';
import { drawId } from './ids.js';
import { TERRITORY_OF_KIND, fitsTerritory, type OrganisationKind } from './roles.js';

export interface Organisation {
  readonly id: string;
  readonly kind: OrganisationKind;
  readonly name: string;
  readonly jurisdiction: Jurisdiction | null;
}

export type NewOrganisation = Omit<Organisation, 'id'>;

const TERRITORY_IN_WORDS = {
  centre: 'CENTRE',
  state: 'the code of a State',
  either: 'CENTRE or the code of a State',
  none: 'no territory',
} as const;

/** Organisations for which people act. */
export class Organisations {
  constructor(private readonly administration: Administration) {}

  /** @throws Problem rule-refused when the name is taken or the territory does not fit the kind. */
  async create(by: By, wanted: NewOrganisation): Promise<Organisation> {
    requireRole(by.actor, 'administrator');
    return await this.administration.run(by, async (sql) => {
      if (!fitsTerritory(wanted.kind, wanted.jurisdiction)) {
        const required = TERRITORY_IN_WORDS[TERRITORY_OF_KIND[wanted.kind]];
        throw refuseAll([
          describeRefusal('organisation-has-territory', {
            datum: 'jurisdiction',
            found: wanted.jurisdiction,
            required,
            cure: { who: 'you', how: `give ${required} for an organisation of the kind ${wanted.kind}` },
          }),
        ]);
      }
      const organisation = { ...wanted, id: drawId() };
      try {
        await insertOrganisation(sql, organisation);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        throw refuse('organisation-is-unique', {
          datum: 'name',
          found: wanted.name,
          required: 'a name that no other organisation of this kind has',
          cure: { who: 'you', how: 'use the organisation that exists, or another name' },
        });
      }
      const { id: subject, ...detail } = organisation;
      await this.administration.record(sql, by, { kind: 'organisation-created', subject, detail });
      return organisation;
    });
  }

  /** By kind and name. For administrators and auditors: who takes part in what must not be guessed from it. */
  async list(by: By, kind?: OrganisationKind): Promise<readonly Organisation[]> {
    requireRole(by.actor, 'administrator', 'auditor');
    return await sqlOf(this.administration.pool).query<Organisation>(
      `select id, kind, name, jurisdiction from organisation where ($1::text is null or kind = $1) order by kind, name`,
      [kind ?? null],
    );
  }
}

export async function insertOrganisation(sql: Sql, { id, kind, name, jurisdiction }: Organisation): Promise<void> {
  await sql.query('insert into organisation (id, kind, name, jurisdiction) values ($1, $2, $3, $4)', [
    id,
    kind,
    name,
    jurisdiction,
  ]);
}

/** The organisations with these ids, those that exist. For whoever shows a party whose name the viewer may know. */
export async function findOrganisations(sql: Sql, ids: readonly string[]): Promise<readonly Organisation[]> {
  return await sql.query<Organisation>('select id, kind, name, jurisdiction from organisation where id = any($1)', [
    ids,
  ]);
}
