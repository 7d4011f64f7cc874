import type { PoolClient, QueryResult } from 'pg';
import type { Sql } from '#case-kit';

const names = new Map<string, string>();

/** Each statement is prepared once per connection under a name of its own. */
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `adit_${names.size}`;
    names.set(text, name);
  }
  return name;
}

/**
 * The answers to statements that were sent together, in their order. Failures that arrive together are not always handed
 * out in order, so the first statement that failed is looked for: later ones only found the transaction aborted.
 *
 * @throws whatever the first failed statement was rejected with.
 */
export async function answersInOrder<const T extends readonly unknown[]>(
  sent: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  const answers = await Promise.allSettled(sent);
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : undefined)) as {
    -readonly [Index in keyof T]: Awaited<T[Index]>;
  };
}

/** One transaction on a pipelining connection: statements sent without awaiting go out together, in order. */
export class Tx implements Sql {
  constructor(readonly client: PoolClient) {}

  async query<Row extends object>(text: string, params: readonly unknown[] = []): Promise<readonly Row[]> {
    const result: QueryResult<Row> = await this.client.query<Row>({ name: nameOf(text), text, values: [...params] });
    return result.rows;
  }

  /** Sends what `work` asks for in as few packets as it fits into: each packet wakes the server once. */
  together<T>(work: () => T): T {
    const { stream } = (this.client as unknown as { connection: { stream: { cork(): void; uncork(): void } } })
      .connection;
    stream.cork();
    try {
      return work();
    } finally {
      stream.uncork();
    }
  }

  async begin(): Promise<void> {
    await this.client.query('begin');
  }

  /** True only when the server says COMMIT: a failed transaction answers ROLLBACK to the same command. */
  async commit(): Promise<boolean> {
    const result = await this.client.query('commit');
    return result.command === 'COMMIT';
  }

  async rollback(): Promise<void> {
    await this.client.query('rollback');
  }
}
