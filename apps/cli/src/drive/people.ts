import { DEMO_PASSWORD, type AppointableRole, type OrganisationKind } from '#identity';
import type { ApiClient } from './api-client.js';
import { ApiRefused } from './api-client.js';

/** Somebody who is to be there: his organisation, and his role for it. */
export interface Appointee {
  readonly email: string;
  readonly name: string;
  readonly role: AppointableRole;
  readonly organisation: {
    readonly kind: OrganisationKind;
    readonly name: string;
    /** CENTRE or the code of a State, where the kind has a territory. */
    readonly jurisdiction?: string;
  };
}

interface Named {
  readonly id: string;
  readonly name: string;
}

const ADMINISTRATOR = 'administrator';
const DEMO_DOMAIN = 'adit.example';
/** A token is renewed while it still has this long to live, so that it does not expire on the way. */
const MARGIN_MS = 20_000;

/**
 * The people through whom a platform is driven: those of its demonstration, and whoever is appointed here. All have the
 * password of the demonstration. Somebody is named by his e-mail, or by what stands before the `@` in the demonstration.
 */
export class People {
  private readonly tokens = new Map<string, Promise<{ readonly token: string; readonly until: number }>>();
  private organisations: Promise<Map<string, string>> | undefined;

  constructor(readonly anybody: ApiClient) {}

  /** Asks as this person; logs him in at the first request. */
  as(name: string): ApiClient {
    const email = emailOf(name);
    return this.anybody.as((renew) => this.tokenOf(email, renew));
  }

  /** Whether this person can log in. */
  async knows(name: string): Promise<boolean> {
    return await this.tokenOf(emailOf(name), false).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ApiRefused && error.status === 401) return false;
        throw error;
      },
    );
  }

  /**
   * Makes whatever is missing of a person: organisation, account, appointment, password. What is there stays, so that
   * it can be done again, and after having been interrupted. Answers the id of the organisation.
   */
  async appoint({ email, name, role, organisation }: Appointee): Promise<string> {
    const organisationId = await this.findOrMakeOrganisation(organisation);
    const administrator = this.as(ADMINISTRATOR);
    const found = await administrator.get<readonly (Named & { readonly email: string })[]>(
      `/v1/people?search=${encodeURIComponent(email)}`,
    );
    const known = found.find((person) => person.email === email);
    const created =
      known === undefined
        ? await administrator.post<InitialPassword>('/v1/people', { name, email })
        : { id: known.id, initialPassword: undefined };
    const standing = await administrator.get<readonly Standing[]>(`/v1/appointments?personId=${created.id}`);
    if (!standing.some((each) => each.active && each.role === role && each.organisationId === organisationId)) {
      await administrator.post('/v1/appointments', { personId: created.id, organisationId, role });
    }
    await this.givePassword(email, created);
    return organisationId;
  }

  private async givePassword(email: string, { id, initialPassword }: Partial<InitialPassword>): Promise<void> {
    if (initialPassword === undefined && (await this.knows(email))) return;
    const reason = 'Its first owner was interrupted';
    const initial =
      initialPassword ??
      (await this.as(ADMINISTRATOR).post<InitialPassword>(`/v1/people/${id}/password-reset`, { reason }))
        .initialPassword;
    const token = (await this.logIn(email, initial)).token;
    await this.anybody
      .as(async () => await Promise.resolve(token))
      .send({
        method: 'PUT',
        path: '/v1/me/password',
        body: { currentPassword: initial, newPassword: DEMO_PASSWORD },
      });
    this.tokens.delete(email);
  }

  private async findOrMakeOrganisation(wanted: Appointee['organisation']): Promise<string> {
    const key = `${wanted.kind} ${wanted.name}`;
    this.organisations ??= this.listOrganisations();
    const known = await this.organisations;
    const id = known.get(key) ?? (await this.as(ADMINISTRATOR).post<Named>('/v1/organisations', wanted)).id;
    known.set(key, id);
    return id;
  }

  private async listOrganisations(): Promise<Map<string, string>> {
    const listed =
      await this.as(ADMINISTRATOR).get<readonly (Named & { readonly kind: string })[]>('/v1/organisations');
    return new Map(listed.map(({ kind, name, id }) => [`${kind} ${name}`, id]));
  }

  private async tokenOf(email: string, renew: boolean): Promise<string> {
    const known = await this.tokens.get(email);
    if (known !== undefined && !renew && known.until > Date.now()) return known.token;
    // One log-in at a time for each person: hashing a password is slow on purpose.
    const logIn = this.logIn(email, DEMO_PASSWORD);
    this.tokens.set(email, logIn);
    logIn.catch(() => this.tokens.delete(email));
    return (await logIn).token;
  }

  private async logIn(email: string, password: string): Promise<{ readonly token: string; readonly until: number }> {
    const { accessToken, expiresIn } = await this.anybody.post<{ accessToken: string; expiresIn: number }>(
      '/v1/sessions',
      { email, password },
    );
    return { token: accessToken, until: Date.now() + expiresIn * 1000 - MARGIN_MS };
  }
}

interface InitialPassword {
  readonly id: string;
  readonly initialPassword: string;
}

interface Standing {
  readonly role: string;
  readonly organisationId: string;
  readonly active: boolean;
}

function emailOf(name: string): string {
  return name.includes('@') ? name : `${name}@${DEMO_DOMAIN}`;
}
