import { setTimeout as sleep } from 'node:timers/promises';
import { ApiRefused } from '../drive/api-client.js';
import { cite, tabulate, wrap } from '../drive/lines.js';
import type { People } from '../drive/people.js';

/** A story that somebody can watch. */
export interface Story {
  /** As it is called on the command line. */
  readonly name: string;
  readonly title: string;
  /** Drives the platform and tells what happens. @throws ApiRefused when the platform refuses what it should not. */
  readonly tell: (teller: Storyteller, people: People) => Promise<void>;
}

/** About as long as it takes to read a line. */
const MS_PER_LINE = 500;

/** Tells a story in lines, as fast as one can read. */
export class Storyteller {
  constructor(
    private readonly print: (text: string) => void,
    /** Without pauses, for whoever does not read along. */
    private readonly fast: boolean,
  ) {}

  /** Opens a part of the story. */
  async chapter(title: string): Promise<void> {
    await this.tell(['', title.toUpperCase(), '']);
  }

  /** What happens, and why it is so. */
  async say(text: string): Promise<void> {
    await this.tell(wrap(text));
  }

  /** What somebody sees on his screen. */
  async show(who: string, rows: readonly (readonly string[])[]): Promise<void> {
    await this.tell([`  ${who}`, ...tabulate(rows, 4)]);
  }

  /**
   * Does what is to be refused, and tells why it was.
   *
   * @throws Error when it was not refused.
   */
  async refuse(attempt: string, act: () => Promise<unknown>): Promise<ApiRefused> {
    const refused = await findRefusal(act);
    if (refused === undefined) throw new Error(`${attempt}: this should have been refused`);
    const { title = '', detail, refusals = [] } = refused.problem;
    const reasons = refusals.flatMap(({ rule, ref, text, found, required, cure }) => [
      ...wrap(`${rule} (${cite(ref)}): ${text}`, 4, 6),
      ...wrap(`found: ${toText(found)}; required: ${toText(required)}`, 6),
      ...wrap(`cure: ${cure.who}: ${cure.how}${cure.by === undefined ? '' : `, by ${cure.by}`}`, 6),
    ]);
    const why = reasons.length > 0 ? reasons : wrap(detail ?? title, 4, 6);
    await this.tell([...wrap(`${attempt} Refused (${refused.status}):`, 2, 4), ...why]);
    return refused;
  }

  private async tell(lines: readonly string[]): Promise<void> {
    for (const line of lines) this.print(line);
    if (!this.fast) await sleep(MS_PER_LINE * Math.min(3, lines.length));
  }
}

async function findRefusal(act: () => Promise<unknown>): Promise<ApiRefused | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof ApiRefused) return error;
    throw error;
  }
}

function toText(value: unknown): string {
  if (value === null) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
