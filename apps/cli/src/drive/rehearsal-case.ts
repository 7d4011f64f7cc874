import type { People } from './people.js';

/** A case as somebody is shown it, or an answer to a command. */
export type View = Readonly<Record<string, unknown>>;

/**
 * A case in rehearsal, driven over HTTP as each of its people. The rehearsal's clock stands between the commands: it
 * moves by `advanceTo` alone.
 *
 * Every step throws `ApiRefused` when the platform refuses it.
 */
export class RehearsalCase {
  constructor(
    readonly people: People,
    readonly id: string,
    /** As its routes name its kind, for example `block-auctions`. */
    private readonly plural: string,
    /** Who moves its clock, as `People.as` knows him. */
    private readonly keeper: string,
  ) {}

  /** Opens one, and answers its id. `startsAt` is RFC 3339: there its clock begins. */
  static async open(
    people: People,
    plural: string,
    { by, startsAt, form }: { readonly by: string; readonly startsAt: string; readonly form: unknown },
  ): Promise<string> {
    const path = `/v1/${plural}?rehearsalStartsAt=${encodeURIComponent(startsAt)}`;
    return (await people.as(by).command<{ readonly caseId: string }>(path, form)).caseId;
  }

  get path(): string {
    return `/v1/${this.plural}/${this.id}`;
  }

  async give(login: string, command: string, body: unknown = {}): Promise<View> {
    return await this.people.as(login).command<View>(`${this.path}/${command}`, body);
  }

  /** Asks for a command that takes two, and answers the id of the proposal. */
  async propose(login: string, command: string, body: unknown = {}): Promise<string> {
    const { proposal } = (await this.give(login, command, body)) as { readonly proposal?: { readonly id: string } };
    if (proposal === undefined) throw new TypeError(`${command} was not a proposal`);
    return proposal.id;
  }

  /** A command that takes two: the first proposes it, the second confirms exactly that. */
  async giveByTwo(first: string, second: string, command: string, body: unknown = {}): Promise<View> {
    const proposalId = await this.propose(first, command, body);
    return await this.give(second, 'confirm-proposal', { proposalId });
  }

  async advanceTo(to: string): Promise<void> {
    await this.give(this.keeper, 'advance-clock', { to });
  }

  /** The case as somebody sees it, or as everybody does when nobody is named. */
  async view<T = View>(login?: string): Promise<T> {
    const client = login === undefined ? this.people.anybody : this.people.as(login);
    return (await client.get<{ readonly view: T }>(`/v1/cases/${this.id}`)).view;
  }
}
