import { Controller, Get, Header, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Anonymous } from '#identity';
import { Problem, PROBLEMS, type ProblemSlug } from '#platform';
import { Answers, Problems } from '../openapi/answers.js';
import { CommandShelf } from './command-shelf.js';

const FOR_AN_HOUR = 'public, max-age=3600';

/** What this interface offers, for programs and people who meet it for the first time. */
@ApiTags('catalogue')
@Controller()
export class CatalogueController {
  constructor(@Inject(CommandShelf) private readonly shelf: CommandShelf) {}

  @Get('v1/case-types')
  @Anonymous()
  @Header('Cache-Control', 'public, max-age=60')
  @ApiOperation({
    operationId: 'listCaseTypes',
    summary: 'List the case types: their states with provisions, their commands, rules and forms',
  })
  @Answers(200, 'CaseTypeList', 'Every case type.')
  @Problems()
  listCaseTypes(): object {
    return { items: this.shelf.listTypes() };
  }

  @Get('problems')
  @Anonymous()
  @Header('Cache-Control', FOR_AN_HOUR)
  @ApiOperation({ operationId: 'listProblems', summary: 'List every kind of error answer' })
  @Answers(200, 'ProblemKindList', 'Every kind.')
  @Problems()
  listProblems(): object {
    return { items: Object.keys(PROBLEMS).map((slug) => describeKind(slug as ProblemSlug)) };
  }

  @Get('problems/:slug')
  @Anonymous()
  @Header('Cache-Control', FOR_AN_HOUR)
  @ApiParam({ name: 'slug', schema: { type: 'string', examples: ['rule-refused'] } })
  @ApiOperation({ operationId: 'getProblem', summary: 'Tell what a kind of error answer means' })
  @Answers(200, 'ProblemKind', 'The kind.')
  @Problems('not-found')
  getProblem(@Param('slug') slug: string): object {
    if (!Object.hasOwn(PROBLEMS, slug)) throw new Problem('not-found');
    return describeKind(slug as ProblemSlug);
  }
}

function describeKind(slug: ProblemSlug): object {
  return { type: `/problems/${slug}`, ...PROBLEMS[slug] };
}
