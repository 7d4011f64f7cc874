import { Controller, Get, Header, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { localDateAt } from '#case-kit';
import { Anonymous } from '#identity';
import { Problem, refuseFields } from '#platform';
import {
  hashContent,
  listChanges,
  RuleBook,
  SIGNATURES_NEEDED,
  type LawBook,
  type Publication,
  type PublishedParameter,
} from '#rulebook';
import type { ApiReply } from '../http/request.js';
import { Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { DraftActs } from './draft-acts.js';
import { showEntry, showParameter, showPublication, showPublished } from './rule-book.answers.js';
import { ChangesQuery, InForceQuery, PublicationQuery } from './rule-book.queries.js';
import { AnswersWith, CHANGES, HISTORY, IN_FORCE, LAW, PUBLICATIONS } from './rule-book.schemas.js';

/** A publication shows within seconds. */
const FOR_SECONDS = 'public, max-age=5';
const FOR_EVER = 'public, max-age=31536000, immutable';
const HOLIDAY_LIST = /^holidays\.[A-Z]+$/;

interface CurrentLaw {
  readonly book: LawBook;
  readonly publication: Publication;
}

/** The law as this platform applies it, for everybody: every number with its source, confidence and signatures. */
@ApiTags('rule book')
@Controller('v1/rule-book')
export class RuleBookController {
  constructor(
    @Inject(PARTS) private readonly parts: ApiParts,
    @Inject(RuleBook) private readonly ruleBook: RuleBook,
    @Inject(DraftActs) private readonly acts: DraftActs,
  ) {}

  @Get()
  @Anonymous()
  @Header('Cache-Control', FOR_SECONDS)
  @ApiOperation({
    operationId: 'getRuleBook',
    summary: 'Show the parameters in force on a date, with source, confidence and who signed them',
  })
  @AnswersWith(200, IN_FORCE, 'One version of each parameter.')
  @Problems('validation', 'not-found')
  async inForce(@Query() query: InForceQuery): Promise<object> {
    const { on = localDateAt(this.parts.clock.now()), name } = query;
    const { book, publication } = await this.getCurrent();
    const found = selectParameters(book, on, name);
    const signatures = await this.ruleBook.signaturesOf(found);
    return {
      on,
      publication: showPublication(publication),
      items: found.map((content) => showPublished(content, signatures)),
    };
  }

  @Get('changes')
  @Anonymous()
  @Header('Cache-Control', FOR_SECONDS)
  @ApiOperation({ operationId: 'listLawChanges', summary: 'Show what changed in law from one date to another' })
  @AnswersWith(200, CHANGES, 'Parameters of which another version holds, or came and went.')
  @Problems('validation', 'not-found')
  async changes(@Query() { from, to }: ChangesQuery): Promise<object> {
    if (to < from) throw refuseFields([{ field: 'to', message: 'must not be before from' }]);
    const { book, publication } = await this.getCurrent();
    const changes = listChanges(book, from, to);
    const contents = changes.flatMap(({ before, after, since }) => [before, after, ...since]);
    const signatures = await this.ruleBook.signaturesOf(contents.filter((content) => content !== null));
    const show = (content: PublishedParameter): object => showPublished(content, signatures);
    return {
      from,
      to,
      publication: showPublication(publication),
      items: changes.map(({ name, before, after, since }) => ({
        name,
        before: before && show(before),
        after: after && show(after),
        since: since.map(show),
      })),
    };
  }

  @Get('publications')
  @Anonymous()
  @Header('Cache-Control', FOR_SECONDS)
  @ApiOperation({ operationId: 'listPublications', summary: 'List the publications of the law and what each changed' })
  @AnswersWith(200, PUBLICATIONS, 'One page.')
  @Problems('validation')
  async publications(@Query() { before, limit }: PublicationQuery): Promise<object> {
    const items = await this.ruleBook.history({ limit, ...(before !== undefined && { before }) });
    const last = items.at(-1)?.seq ?? 1;
    return { items: items.map(showEntry), next: last > 1 ? last : null };
  }

  @Get('parameters/:name/history')
  @Anonymous()
  @Header('Cache-Control', FOR_SECONDS)
  @ApiParam({ name: 'name', schema: { type: 'string', examples: ['bid-security.cap'] } })
  @ApiOperation({
    operationId: 'getParameterHistory',
    summary: 'Show every version of a parameter that was ever published, with its publication',
  })
  @AnswersWith(200, HISTORY, 'The versions.')
  @Problems('not-found')
  async history(@Param('name') name: string): Promise<object> {
    const versions = /^[\w.-]+$/.test(name) ? await this.ruleBook.parameterHistory(name) : [];
    if (versions.length === 0) throw new Problem('not-found', { detail: 'No parameter of this name was published' });
    const [{ book }, signatures] = await Promise.all([
      this.getCurrent(),
      this.ruleBook.signaturesOf(versions.map(({ content }) => content)),
    ]);
    const standing = new Map(book.parameters.map((content) => [hashContent(content), content.signed]));
    return {
      name,
      versions: versions.map(({ content, publication }) => {
        const hash = hashContent(content);
        const signed = standing.get(hash) ?? (signatures.get(hash)?.length ?? 0) >= SIGNATURES_NEEDED;
        return {
          ...showParameter(content, signed, signatures),
          standing: standing.has(hash),
          publication: showPublication(publication),
        };
      }),
    };
  }

  @Get('laws/:hash')
  @Anonymous()
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiParam({ name: 'hash', schema: { type: 'string', pattern: '^[0-9a-f]{64}$' } })
  @ApiOperation({
    operationId: 'getLaw',
    summary: 'Give a published law whole, as the text whose SHA-256 is its name',
  })
  @AnswersWith(200, LAW, 'The canonical text; it never changes.')
  @Problems('not-found')
  async law(@Param('hash') hash: string, @Res({ passthrough: true }) reply: ApiReply): Promise<string> {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new Problem('not-found');
    const { text } = await this.acts.tell(() => this.ruleBook.snapshotByHash(hash));
    reply.header('Cache-Control', FOR_EVER);
    return text;
  }

  private async getCurrent(): Promise<CurrentLaw> {
    return await this.acts.tell(async () => {
      const publication = await this.ruleBook.currentPublication();
      return { publication, book: await this.ruleBook.snapshotByHash(publication.hash) };
    });
  }
}

/** All in force, one by its whole name, or those whose names begin with the words. */
function selectParameters(book: LawBook, on: string, name: string | undefined): readonly PublishedParameter[] {
  const all = book.listInForce(on);
  if (name === undefined) return all;
  const found = all.filter((content) => content.name === name || content.name.startsWith(`${name}.`));
  if (found.length > 0 || !HOLIDAY_LIST.test(name)) return found;
  // A State without a list of its own: the central one, shown as what it is, lent and unsigned.
  const lent = book.findParameter(name, on);
  return lent === undefined ? [] : [lent];
}
