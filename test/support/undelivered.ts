import type { ApiWorld } from './api-world.js';

/** A message that waits for the operator, put there behind the back of the product, which has no reason to fail. */
export async function stickMessage({ database }: ApiWorld): Promise<string> {
  const to = 'role:auditor';
  const body = { kind: 'notice', to, template: 'nothing-happened', data: {}, rehearsal: true };
  const { rows } = await database.pool.query<{ id: string }>(
    `with message as (
       insert into outbox (case_id, seq, kind, target, effective_at, body)
       values ('REHEARSAL-STALL-00000-00000', 1, 'notice', $1, 0, $2) returning id)
     insert into outbox_pending (outbox_id, source, target, stuck)
     select id, 'REHEARSAL-STALL-00000-00000', $1, true from message returning outbox_id::text as id`,
    [to, JSON.stringify(body)],
  );
  const [message] = rows;
  if (message === undefined) throw new Error('no message was put into the outbox');
  return message.id;
}
