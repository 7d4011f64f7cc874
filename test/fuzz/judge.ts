import { AnswerValidator, type Method } from '../support/client.js';
import type { WireAnswer } from '../support/wire.js';
import type { FuzzWorld, Secret } from './ground.js';
import type { FuzzRequest } from './requests.js';

const HOLDS_TOKENS = /^POST \/v1\/sessions/;
const TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\./;
/** What only a fault of ours would show: places in the code, words of the database. */
const INNARDS =
  /node_modules|\.ts:\d+|\.js:\d+:\d+|SQLSTATE|syntax error at or near|violates (not-null|foreign key|check|unique)/;
const WORD = /^[\w-]{40,}$/;
const WORDS = /[\w-]{40,}/g;
/** Answers that are the same text are judged once. */
const LARGE = 10_000;

export class Fault extends Error {
  override readonly name = 'Fault';
}

/** What every answer and every line of the log is held against. */
export class Judge {
  private readonly validator: AnswerValidator;
  private readonly known = new Set<string>();
  /** Keys, of which there are many, by their text; each is one word wherever it stands. */
  private words: ReadonlyMap<string, Secret> = new Map();
  private phrases: readonly Secret[] = [];
  private readLines = 0;

  constructor(private readonly fuzz: FuzzWorld) {
    this.validator = new AnswerValidator(fuzz.world.document);
    this.refresh();
  }

  /** Takes in the keys that cases were given meanwhile. */
  refresh(): void {
    const secrets = this.fuzz.listSecrets();
    this.words = new Map(secrets.filter(({ text }) => WORD.test(text)).map((secret) => [secret.text, secret]));
    this.phrases = secrets.filter(({ text }) => !WORD.test(text));
  }

  /** @throws Fault for a fault of ours, an answer that the document does not declare, or one that tells too much. */
  judge(request: FuzzRequest, answer: WireAnswer): void {
    const { status, text } = answer;
    const own = ['GET', 'POST', 'PUT', 'DELETE'].includes(request.method);
    if (status >= 500 && !isReadiness(request, status)) throw new Fault(`${status}: ${text}`);
    const seen = `${request.operation} ${status} ${text.length < LARGE ? '' : text}`;
    if (own && !(text.length >= LARGE && this.known.has(seen))) {
      this.validator.validate(request.method.toLowerCase() as Method, request.path, answer);
      if (text.length >= LARGE && this.known.size < 500) this.known.add(seen);
    }
    for (const leak of this.findSecrets(text)) {
      if (!leak.mayRead(request.caller)) throw new Fault(`the answer holds ${leak.name}: ${text}`);
    }
    if (INNARDS.test(text)) throw new Fault(`the answer shows what is inside: ${text}`);
    if (TOKEN.test(text) && !HOLDS_TOKENS.test(`${request.method} ${request.path}`))
      throw new Fault(`the answer holds a token: ${text}`);
  }

  /** What is wrong with what was logged since the last time, which is forgotten. */
  readLog(): readonly string[] {
    const log = this.fuzz.world.log as string[];
    const lines = log.splice(0);
    this.readLines += lines.length;
    return lines.flatMap((line) => {
      if (/"level":"(error|fatal)"/.test(line)) return [`logged: ${line}`];
      const [leak] = this.findSecrets(line);
      if (leak !== undefined) return [`the log holds ${leak.name}: ${line}`];
      return TOKEN.test(line) ? [`the log holds a token: ${line}`] : [];
    });
  }

  get linesRead(): number {
    return this.readLines;
  }

  private findSecrets(text: string): readonly Secret[] {
    const phrases = this.phrases.filter((secret) => text.includes(secret.text));
    const words = (text.match(WORDS) ?? [])
      .map((word) => this.words.get(word))
      .filter((secret) => secret !== undefined);
    return [...phrases, ...words];
  }
}

function isReadiness({ path }: FuzzRequest, status: number): boolean {
  return status === 503 && path.startsWith('/readyz');
}
