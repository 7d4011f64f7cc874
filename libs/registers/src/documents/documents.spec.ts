import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { makeActor, openTestDatabase, type TestDatabase } from '#testing';
import type { NewDocument } from './document.store.js';
import { Documents, MAX_DOCUMENT_BYTES } from './documents.js';
import { XLSX } from './media-type.js';

const PDF = Buffer.from('%PDF-1.7\n% an invented report\n%%EOF\n');
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]);

/** An archive of empty files, enough of one for its directory to be read. */
function zip(names: readonly string[], comment = ''): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const name of names) {
    const local = Buffer.alloc(30 + Buffer.byteLength(name));
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    local.write(name, 30);
    const entry = Buffer.alloc(46 + Buffer.byteLength(name));
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    entry.write(name, 46);
    locals.push(local);
    entries.push(entry);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22 + comment.length);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  end.write(comment, 22);
  return Buffer.concat([...locals, directory, end]);
}

const SHEET = ['[Content_Types].xml', '_rels/.rels', 'xl/workbook.xml', 'xl/worksheets/sheet1.xml'];
const document = (mediaType: string, more: Partial<NewDocument> = {}): NewDocument => ({
  name: 'report.pdf',
  mediaType,
  caseId: null,
  ...more,
});

let database: TestDatabase;
let directory: string;
let documents: Documents;
/** Every test has organisations of its own. */
let count = 0;
let own = '';
let other = '';
let actor = makeActor('bidder');

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

beforeEach(() => {
  count += 1;
  own = `own-${count}`;
  other = `other-${count}`;
  actor = makeActor('bidder', { organisationId: own });
  directory = join(mkdtempSync(join(tmpdir(), 'adit-documents-')), 'documents');
  documents = new Documents({ pool: database.pool, directory });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const send = (content: Buffer, mediaType = 'application/pdf', more: Partial<NewDocument> = {}, who = actor) =>
  documents.receive(who, document(mediaType, more), Readable.from([content]));
const hashOf = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const ends = async () => {
  const { rows } = await database.pool.query(
    'select outcome, e.bytes, document_id, reason from document_upload_end e join document_upload u on u.id = upload_id where organisation_id = $1 order by ended_at',
    [own],
  );
  return rows;
};
const leftovers = () => (existsSync(join(directory, 'incoming')) ? readdirSync(join(directory, 'incoming')) : []);

describe('receiving a document', () => {
  it('keeps it under the hash of its content, readable by the application alone', async () => {
    const stored = await send(PDF);
    expect(stored).toMatchObject({
      id: hashOf(PDF),
      organisationId: own,
      caseId: null,
      bytes: PDF.length,
      mediaType: 'application/pdf',
    });
    const path = join(directory, stored.id.slice(0, 2), stored.id);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await buffer(await documents.openContent(stored))).toEqual(PDF);
    expect(leftovers()).toEqual([]);
    expect(await ends()).toEqual([{ outcome: 'stored', bytes: PDF.length, document_id: stored.id, reason: null }]);
  });

  it('knows the same content of the same case again, and keeps apart what is of another case or organisation', async () => {
    const first = await send(PDF);
    expect(await send(PDF, 'application/pdf', { name: 'again.pdf' })).toEqual(first);
    const ofCase = await send(PDF, 'application/pdf', { caseId: 'FAIR-1' });
    await send(PDF, 'application/pdf', {}, makeActor('bidder', { organisationId: other }));
    expect(await documents.listDocuments(own, null)).toEqual([first]);
    expect(await documents.findDocument(first.id, own, 'FAIR-1')).toEqual(ofCase);
    expect(await documents.findDocument(first.id, other, 'FAIR-1')).toBeUndefined();
    expect(await documents.findDocument(first.id, 'org-c', null)).toBeUndefined();
  });

  it('takes every allowed kind by its content, and a stream in many pieces', async () => {
    await expect(send(PNG, 'image/png')).resolves.toMatchObject({ mediaType: 'image/png' });
    await expect(send(JPEG, 'image/jpeg')).resolves.toMatchObject({ mediaType: 'image/jpeg' });
    await expect(send(zip(SHEET, 'a comment'), XLSX)).resolves.toMatchObject({ mediaType: XLSX });
    const text = Buffer.from('Lage des Blocks: ठीक है\n'.repeat(20_000));
    const pieces = Array.from({ length: Math.ceil(text.length / 777) }, (_, i) =>
      text.subarray(i * 777, (i + 1) * 777),
    );
    const stored = await documents.receive(actor, document('text/plain'), Readable.from(pieces));
    expect(stored).toMatchObject({ id: hashOf(text), bytes: text.length });
  });

  it.each([
    ['a program under the name of a PDF', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), 'application/pdf'],
    ['a PDF under the name of an image', PDF, 'image/png'],
    ['a web page under the name of text', Buffer.from('\n <!DOCTYPE html><script>alert(1)</script>'), 'text/plain'],
    ['a drawing with a script under the name of text', Buffer.from('<svg onload="alert(1)"/>'), 'text/plain'],
    ['text with a control character', Buffer.from('a\u0000b'), 'text/plain'],
    ['text that is not UTF-8', Buffer.from([0x61, 0xff, 0xfe]), 'text/plain'],
    ['text that ends in half a character', Buffer.from('ठ').subarray(0, 2), 'text/plain'],
    ['a plain archive', zip(['a.txt']), XLSX],
    ['a spreadsheet with macros', zip([...SHEET, 'xl/vbaProject.bin']), XLSX],
    ['a spreadsheet with something embedded', zip([...SHEET, 'xl/embeddings/oleObject1.bin']), XLSX],
    ['an archive that is cut off', zip(SHEET).subarray(0, 90), XLSX],
    ['an archive whose directory lies', Buffer.concat([zip(SHEET).subarray(0, 200), zip(SHEET).subarray(-22)]), XLSX],
  ])('refuses %s, keeps nothing of it and notes that it came', async (_, content, mediaType) => {
    await expect(send(content, mediaType)).rejects.toMatchObject({
      slug: 'rule-refused',
      extensions: { refusals: [{ rule: 'document-is-what-it-says' }] },
    });
    expect(leftovers()).toEqual([]);
    expect(existsSync(join(directory, hashOf(content).slice(0, 2), hashOf(content)))).toBe(false);
    expect(await documents.listDocuments(own, null)).toEqual([]);
    const { rows } = await database.pool.query('select id, status from document where organisation_id = $1', [own]);
    expect(rows).toEqual([{ id: hashOf(content), status: 'refused' }]);
    expect(await ends()).toMatchObject([{ outcome: 'refused', reason: 'document-is-what-it-says' }]);
  });

  it('refuses a kind that is not on the list before it reads anything, and a document without content', async () => {
    let read = false;
    const content = new Readable({ read: () => (read = true) });
    await expect(documents.receive(actor, document('application/zip'), content)).rejects.toMatchObject({
      extensions: { refusals: [{ rule: 'document-kind-is-allowed', found: 'application/zip' }] },
    });
    expect(read).toBe(false);
    expect(await ends()).toEqual([]);
    await expect(send(Buffer.alloc(0))).rejects.toMatchObject({
      extensions: { refusals: [{ rule: 'document-has-content' }] },
    });
  });

  it('takes exactly as much as is allowed and stops at the first byte beyond, leaving the stream to be answered', async () => {
    expect(MAX_DOCUMENT_BYTES).toBe(25 * 1024 * 1024);
    documents = new Documents({ pool: database.pool, directory, maxBytes: PDF.length });
    await expect(send(PDF)).resolves.toMatchObject({ bytes: PDF.length });
    const content = Readable.from([PDF, Buffer.from('x'), Buffer.from('never read')]);
    await expect(documents.receive(actor, document('application/pdf'), content)).rejects.toMatchObject({
      slug: 'body-too-large',
    });
    expect(content.destroyed).toBe(false);
    expect(leftovers()).toEqual([]);
    expect(await ends()).toMatchObject([
      { outcome: 'stored' },
      { outcome: 'refused', reason: 'too large', document_id: null },
    ]);
  });

  it('keeps nothing of what did not arrive whole', async () => {
    const content = Readable.from(
      (async function* () {
        yield PDF;
        throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
      })(),
    );
    await expect(documents.receive(actor, document('application/pdf'), content)).rejects.toMatchObject({
      slug: 'slow-body',
    });
    expect(leftovers()).toEqual([]);
    expect(await ends()).toEqual([{ outcome: 'broken', bytes: PDF.length, document_id: null, reason: 'cut off' }]);
  });

  it('says that the fault is ours when the disk does not take it', async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'incoming'), 'in the way');
    await expect(send(PDF)).rejects.toMatchObject({ code: expect.stringMatching(/^E(EXIST|NOTDIR)$/) });
    expect(await ends()).toMatchObject([{ outcome: 'broken', reason: 'not written' }]);
  });

  it('lets an organisation send so much a day and so many at a time, and another one meanwhile', async () => {
    documents = new Documents({ pool: database.pool, directory, dailyBytes: 2 * PDF.length });
    await send(PDF);
    await send(PDF, 'application/pdf', { caseId: 'FAIR-1' });
    await expect(send(PDF)).rejects.toMatchObject({ slug: 'too-many-requests', extensions: { retryAfter: 3600 } });
    const another = makeActor('bidder', { organisationId: other });
    const waiting = Array.from({ length: 5 }, () => new Readable({ read: () => undefined }));
    const under = waiting.map((content) => documents.receive(another, document('application/pdf'), content));
    const begun = async (): Promise<number> => {
      const { rows } = await database.pool.query(`select 1 from document_upload where organisation_id = $1`, [other]);
      return rows.length;
    };
    while ((await begun()) < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(send(PDF, 'application/pdf', {}, another)).rejects.toMatchObject({ extensions: { retryAfter: 10 } });
    for (const content of waiting) {
      content.push(PDF);
      content.push(null);
    }
    await expect(Promise.all(under)).resolves.toHaveLength(5);
  });

  it('is in the name of somebody who still may act when it ends', async () => {
    const answers = [true, false];
    const authority = { recheck: async () => [answers.shift() ?? false] };
    documents = new Documents({ pool: database.pool, directory, authority });
    await expect(send(PDF)).rejects.toMatchObject({ slug: 'token-expired' });
    expect(await documents.listDocuments(own, null)).toEqual([]);
  });
});

describe('the content of a document', () => {
  it('that is missing or of another length is a loss, not an empty answer', async () => {
    const stored = await send(PDF);
    await expect(documents.openContent({ ...stored, bytes: 1 })).rejects.toThrow('missing');
    rmSync(join(directory, stored.id.slice(0, 2), stored.id));
    await expect(documents.openContent(stored)).rejects.toThrow('missing');
    await expect(documents.openContent({ id: '../../etc/passwd', bytes: 1 })).rejects.toThrow('missing');
  });

  it('that an upload left behind is swept once it is old', async () => {
    mkdirSync(join(directory, 'incoming'), { recursive: true });
    const old = join(directory, 'incoming', 'old');
    writeFileSync(old, 'x');
    writeFileSync(join(directory, 'incoming', 'young'), 'x');
    const now = Date.now();
    utimesSync(old, (now - 7_200_000) / 1000, (now - 7_200_000) / 1000);
    expect(await documents.sweep(now)).toBe(1);
    expect(leftovers()).toEqual(['young']);
    expect(await new Documents({ pool: database.pool, directory: join(directory, 'none') }).sweep(now)).toBe(0);
  });
});
