import {
  ApiClient,
  ApiRefused,
  type ApiAnswer,
  type ApiRequest,
  type Patience,
  type TokenSource,
} from '../drive/api-client.js';

/** What somebody was told of a command in the end. */
export interface Acknowledgement {
  readonly status: number;
  /** Beginning of the hash of the entry on the record, when the answer names one. */
  readonly transition: string | undefined;
  /** Rules that refused it. */
  readonly refusedBy: readonly string[];
  /** It had been decided at an earlier sending whose answer was lost. */
  readonly repeated: boolean;
}

export interface SentCommand {
  readonly key: string;
  readonly request: ApiRequest;
  /** The same once more, as the same person, first at the other door. */
  readonly sendAgain: () => Promise<ApiAnswer<unknown>>;
  acknowledgement: Acknowledgement | undefined;
}

interface CommandBody {
  readonly transition?: string;
}

/** Every command that was sent, with what was answered to it. */
export class Journal {
  private readonly sent = new Map<string, SentCommand>();

  get commands(): readonly SentCommand[] {
    return [...this.sent.values()];
  }

  /** Another run begins. */
  clear(): void {
    this.sent.clear();
  }

  /** Answers the entry of a command that is sent for the first time. */
  enter(request: ApiRequest, sendAgain: SentCommand['sendAgain']): SentCommand | undefined {
    const key = request.headers?.['Idempotency-Key'];
    if (key === undefined || this.sent.has(key)) return undefined;
    const command: SentCommand = { key, request, sendAgain, acknowledgement: undefined };
    this.sent.set(key, command);
    return command;
  }
}

/** Asks at both doors until it is answered, and keeps a journal of it. */
export class WitnessedClient extends ApiClient {
  constructor(
    private readonly both: readonly string[],
    private readonly journal: Journal,
    private readonly source?: TokenSource,
  ) {
    super(both, source, ENDLESS);
  }

  override as(token: TokenSource): WitnessedClient {
    return new WitnessedClient(this.both, this.journal, token);
  }

  override async send<Body>(request: ApiRequest): Promise<ApiAnswer<Body>> {
    const { both, source } = this;
    const command = this.journal.enter(request, () => new ApiClient(both.toReversed(), source, ENDLESS).send(request));
    try {
      const answer = await super.send<Body>(request);
      if (command !== undefined) command.acknowledgement = acknowledge(answer.status, answer.body, answer.headers);
      return answer;
    } catch (error) {
      // The last answer of a platform that is not well is no acknowledgement of anything.
      if (command !== undefined && error instanceof ApiRefused && error.status < 500 && error.status !== 429) {
        command.acknowledgement = {
          ...acknowledge(error.status, error.problem),
          refusedBy: (error.problem.refusals ?? []).map(({ rule }) => rule),
        };
      }
      throw error;
    }
  }
}

/** Whatever is unanswered, busy or broken is sent again, to the other door, for a minute. */
const ENDLESS: Patience = {
  mostAttempts: 400,
  firstWaitMs: 10,
  longestWaitMs: 200,
  giveUpMs: 30_000,
  isWorthARetry: (status) => status === 429 || status >= 500,
};

function acknowledge(status: number, body: unknown, headers?: Headers): Acknowledgement {
  const { transition } = body as CommandBody;
  return { status, transition, refusedBy: [], repeated: headers?.get('Idempotent-Replayed') === 'true' };
}
