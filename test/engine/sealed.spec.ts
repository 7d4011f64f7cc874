import { createHash } from 'node:crypto';
import { drawKey } from '#testing';
import { bidderOf, DocketWorld, HOUR, MEMBER, mustBe, NOON, OFFICER, runAs } from './support/docket-world.js';

const PRICE = '73915.42';
const OUTBID = '60847.19';

describe('a sealed price', () => {
  const logged: string[] = [];
  const note = (data: object, message: string): void => {
    logged.push(
      message,
      JSON.stringify(data, (_key, value: unknown) => (value instanceof Error ? String(value) : value)),
    );
  };
  let world: DocketWorld;
  beforeAll(async () => {
    world = await DocketWorld.start({ graceMs: 0, log: { info: note, warn: note, error: note } });
  });
  afterAll(() => world.stop());

  /** Everything that a superuser finds in the database, and every line of the log. */
  async function everything(): Promise<string> {
    const tables = await runAs(
      world.database.adminUrl,
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')`,
    );
    const texts = [...logged];
    for (const { name } of tables.rows as { name: string }[]) {
      const { rows } = await runAs(world.database.adminUrl, `select t::text as text from ${name} t`);
      texts.push(...rows.map(({ text }: { text: string }) => text));
    }
    return texts.join('\n');
  }

  /** The price itself, and what could be compared with guesses of it. */
  function tracesOf(price: string): string[] {
    const bytes = Buffer.from(price);
    const hashes = ['md5', 'sha1', 'sha256', 'sha512'].map((name) => createHash(name).update(bytes).digest());
    return [
      price,
      ...[bytes, ...hashes].flatMap((value) => [
        value.toString('hex'),
        value.toString('base64'),
        value.toString('base64url'),
      ]),
      createHash('sha256').update(JSON.stringify({ price })).digest('hex'),
      createHash('sha256')
        .update(JSON.stringify({ form: { price } }))
        .digest('hex'),
    ];
  }

  it('is nowhere before it is opened, nor anything by which a guess could be proved', async () => {
    const caseId = await world.gathering();
    const key = drawKey();
    mustBe('accepted', await world.claim(caseId, 'acme', PRICE, key));
    mustBe('accepted', await world.claim(caseId, 'zenith', OUTBID));
    expect(await world.claim(caseId, 'acme', '1.00', key)).toEqual({ kind: 'key-reused' });
    world.clock.set(NOON + HOUR + 1);
    expect(await world.claim(caseId, 'late', PRICE)).toMatchObject({ kind: 'refused' });
    mustBe('proposed', await world.give(caseId, 'WEIGH'));
    const found = await everything();
    expect(found).toContain(caseId);
    for (const price of [PRICE, OUTBID]) {
      for (const trace of tracesOf(price)) expect([price, trace, found.includes(trace)]).toEqual([price, trace, false]);
    }
    const seen = await world.reader.find(caseId, OFFICER);
    if (seen === null) throw new Error('the officer sees nothing');
    expect(JSON.stringify(await world.reader.view(seen, OFFICER))).not.toContain(PRICE);

    mustBe('accepted', await world.confirm(caseId, MEMBER));
    expect(await everything()).toContain(PRICE);
  });

  it('that was replaced is never opened', async () => {
    world.clock.set(NOON);
    const caseId = await world.gathering();
    mustBe('accepted', await world.claim(caseId, 'acme', '11111.11'));
    mustBe('accepted', await world.claim(caseId, 'acme', '22222.22'));
    world.clock.set(NOON + HOUR + 1);
    mustBe('proposed', await world.give(caseId, 'WEIGH'));
    mustBe('accepted', await world.confirm(caseId, MEMBER));
    const found = await everything();
    expect(found).toContain('22222.22');
    expect(found).not.toContain('11111.11');
  });

  it('is sealed to one case: an envelope of another does not open', async () => {
    world.clock.set(NOON);
    const [one, two] = [await world.gathering(), await world.gathering()];
    mustBe('accepted', await world.claim(one, 'acme', PRICE));
    const { rows } = await world.pool.query('select envelope from docket_claim where case_id = $1', [one]);
    const { envelope } = rows[0] as { envelope: object };
    mustBe('accepted', await world.give(two, 'CLAIM', { price: envelope }, { actor: bidderOf('copyist') }));
    world.clock.set(NOON + HOUR + 1);
    mustBe('proposed', await world.give(two, 'WEIGH'));
    await expect(world.confirm(two, MEMBER)).rejects.toThrow('does not open');
  });
});
