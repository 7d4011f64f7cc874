import { Controller, Get, Header, HttpCode, Inject, Param, Post, Req, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags, type ApiBodyOptions } from '@nestjs/swagger';
import { dateOf } from '#engine';
import { Anonymous } from '#identity';
import { Problem, refuseFields, type ProblemSlug } from '#platform';
import { calculators, runCalculator, type Calculator, type CalculatorAnswer } from '#rulebook';
import { pascal } from '../commands/offered-command.js';
import { DefersBody } from '../http/body.guard.js';
import type { ApiRequest } from '../http/request.js';
import { Answers, Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { listCalculators } from '../rule-book/calculator-list.js';
import { toSendable } from '../rule-book/long-answer.js';

const BODY_PROBLEMS: readonly ProblemSlug[] = [
  'validation',
  'malformed-json',
  'body-too-large',
  'unsupported-media-type',
  'slow-body',
];

/**
 * The statutory calculators, open to everybody: one implementation, the engine's own. Each has an operation of its
 * own in the document; the last one answers for names that are no calculator's.
 */
export function createRulesController(): Type {
  @ApiTags('rules')
  @Controller('v1/rules')
  class RulesController {
    constructor(@Inject(PARTS) readonly parts: ApiParts) {}

    @Get()
    @Anonymous()
    @Header('Cache-Control', 'public, max-age=60')
    @ApiOperation({
      operationId: 'listCalculators',
      summary: 'List the public calculators with their requests and the numbers they read today',
    })
    @Answers(200, 'CalculatorList', 'Every calculator.')
    @Problems()
    list(): object {
      return listCalculators(this.parts.currentLaw(), dateOf(this.parts.clock.now()));
    }

    run(name: string, request: ApiRequest): object {
      return toSendable(compute(this.parts, name, request));
    }

    @Post(':name')
    @Anonymous()
    @DefersBody()
    @HttpCode(200)
    @ApiParam({ name: 'name', schema: { type: 'string' } })
    @ApiOperation({ operationId: 'runCalculator', summary: 'Run a calculator by its name' })
    @ApiBody({ schema: { type: 'object' } })
    @Answers(200, 'CalculatorAnswer', 'The result, with its working and the provisions on which it rests.')
    @Problems(...BODY_PROBLEMS, 'not-found')
    runNamed(@Param('name') name: string, @Req() request: ApiRequest): object {
      return this.run(name, request);
    }
  }
  for (const calculator of calculators.values()) addCalculator(RulesController.prototype, calculator);
  return RulesController;
}

/** What the decorators of a written method would do. */
function addCalculator(prototype: { run(name: string, request: ApiRequest): object }, calculator: Calculator): void {
  const { name, summary, requestSchema } = calculator;
  const key = `run${pascal(name)}`;
  const descriptor: PropertyDescriptor = {
    value(this: typeof prototype, request: ApiRequest): object {
      return this.run(name, request);
    },
    configurable: true,
    writable: true,
  };
  Object.defineProperty(prototype, key, descriptor);
  Reflect.defineMetadata('design:paramtypes', [Object], prototype, key);
  Req()(prototype, key, 0);
  const decorators = [
    Post(name),
    Anonymous(),
    DefersBody(),
    HttpCode(200),
    ApiOperation({ operationId: key, summary }),
    ApiBody({ schema: requestSchema as Extract<ApiBodyOptions, { schema: unknown }>['schema'] }),
    Answers(200, 'CalculatorAnswer', 'The result, with its working and the provisions on which it rests.'),
    Problems(...BODY_PROBLEMS),
  ];
  for (const decorate of decorators) decorate(prototype, key, descriptor);
}

function compute(parts: ApiParts, name: string, request: ApiRequest): CalculatorAnswer {
  // Whether there is such a calculator comes first: it is no secret, and the body may be meant for another address.
  if (!calculators.has(name)) throw new Problem('not-found', { detail: 'There is no calculator of this name' });
  if (request.bodyFault !== null) throw request.bodyFault;
  const outcome = runCalculator(name, request.body, parts.currentLaw(), dateOf(parts.clock.now()));
  switch (outcome.status) {
    case 200:
      return outcome.body;
    case 400:
      throw refuseFields(outcome.errors);
    case 404:
      throw new Problem('not-found');
  }
}
