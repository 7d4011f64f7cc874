import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAdit } from '../../apps/cli/src/run-adit.js';
import { loadConfig } from '#platform';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { openS3Server, type S3Server } from '../support/s3-server.js';

interface Findings {
  readonly checked: number;
  readonly missing: readonly string[];
  readonly damaged: readonly string[];
}

describe.each(['folder', 'bucket'] as const)('documents of a platform that keeps them in a %s', (kind) => {
  let server: S3Server;
  let world: ApiWorld;
  let settings: Record<string, string>;

  beforeAll(async () => {
    server = await openS3Server();
    const { endpoint, bucket, accessKeyId, secretAccessKey } = server.settings;
    settings =
      kind === 'folder'
        ? {}
        : {
            ADIT_S3_ENDPOINT: endpoint,
            ADIT_S3_BUCKET: bucket,
            ADIT_S3_ACCESS_KEY_ID: accessKeyId,
            ADIT_S3_SECRET_ACCESS_KEY: secretAccessKey,
          };
    world = await openApiWorld(settings);
  });
  afterAll(async () => {
    await world.close();
    await server.close();
  });

  const fileOf = (id: string) =>
    kind === 'folder'
      ? join(world.dataDir, 'documents', id.slice(0, 2), id)
      : join(server.directory, 'documents', id.slice(0, 2), `${id}._S3rver_object`);

  async function store(text: string) {
    const client = await world.as('bidder1');
    return await client.send('post', '/v1/documents?name=paper.txt', (test) =>
      test.set('Content-Type', 'text/plain').send(text),
    );
  }

  async function verify(): Promise<{ readonly code: number; readonly findings: Findings }> {
    const printed: string[] = [];
    const code = await runAdit(['verify-documents', '--json'], {
      readConfig: () => loadConfig({ ...settings, ADIT_DATA_DIR: world.dataDir, DATABASE_URL: world.database.appUrl }),
      print: (text) => void printed.push(text),
      complain: (text) => void printed.push(text),
    });
    return { code, findings: JSON.parse(printed.join('')) as Findings };
  }

  it('lie there under the SHA-256 of their content, those of the seed among them', async () => {
    const answer = await store('One paper of a bidder.\n');
    expect(answer.status).toBe(201);
    expect(answer.body.id).toBe(createHash('sha256').update('One paper of a bidder.\n').digest('hex'));
    expect(existsSync(fileOf(answer.body.id as string))).toBe(true);
    expect(readdirSync(join(world.dataDir, 'documents', 'incoming'))).toEqual([]);
    const { code, findings } = await verify();
    expect([code, findings.missing, findings.damaged]).toEqual([0, [], []]);
    expect(findings.checked).toBeGreaterThan(1);
  });

  it('that are damaged or lost are named by verify-documents, which then fails', async () => {
    const damaged = (await store('A paper that somebody will change.\n')).body.id as string;
    const lost = (await store('A paper that somebody will remove.\n')).body.id as string;
    writeFileSync(fileOf(damaged), 'A paper that somebody has changed.\n');
    rmSync(fileOf(lost));
    const { code, findings } = await verify();
    expect([code, findings.damaged, findings.missing]).toEqual([1, [damaged], [lost]]);
    // What is sent again is whole again.
    await store('A paper that somebody will change.\n');
    await store('A paper that somebody will remove.\n');
    expect((await verify()).code).toBe(0);
  });

  if (kind === 'bucket') {
    it('that cannot be kept are answered 503, leave nothing behind, and are taken once the store is back', async () => {
      const text = 'A paper for a store that is down.\n';
      await server.stop();
      const answer = await store(text);
      expect([answer.status, answer.body.type, answer.headers['retry-after']]).toEqual([
        503,
        '/problems/unavailable',
        '5',
      ]);
      expect(readdirSync(join(world.dataDir, 'documents', 'incoming'))).toEqual([]);
      const id = createHash('sha256').update(text).digest('hex');
      const { rows } = await world.database.pool.query('select 1 from document where id = $1', [id]);
      expect(rows).toEqual([]);
      const { rows: ends } = await world.database.pool.query(
        'select outcome, reason from document_upload_end order by ended_at desc limit 1',
      );
      expect(ends).toEqual([{ outcome: 'broken', reason: 'not stored' }]);
      await server.start();
      expect((await store(text)).status).toBe(201);
    });
  }
});
