import { Controller, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import type { AnyCaseType } from '#case-kit';
import { DefersBody } from '../http/body.guard.js';
import type { ApiReply, ApiRequest } from '../http/request.js';
import { CommandAnswers, type CommandAnswer } from './command-answers.js';
import { CommandGateway } from './command-gateway.js';
import { describeCommand, describeOpening } from './command.openapi.js';
import { findOpening, listOfferedCommands, pascal } from './offered-command.js';

type Handler<Self> = (this: Self, request: ApiRequest, reply: ApiReply) => Promise<CommandAnswer>;

/**
 * The routes of a case type, made from its tables: `POST /v1/<plural>` opens a case, and each command that people can
 * give has an address of its own below the case. No case type has a controller written by hand.
 */
export function createCaseTypeController(caseType: AnyCaseType): Type {
  @DefersBody()
  @Controller(`v1/${caseType.plural}`)
  class CaseTypeController {
    constructor(
      @Inject(CommandGateway) readonly gateway: CommandGateway,
      @Inject(CommandAnswers) readonly answers: CommandAnswers,
    ) {}
  }
  Object.defineProperty(CaseTypeController, 'name', { value: `${pascal(caseType.id)}Controller` });
  const add = (name: string, path: string, handler: Handler<CaseTypeController>, describe: MethodDecorator): void =>
    addPost(CaseTypeController.prototype, name, path, handler, describe);

  const opening = findOpening(caseType);
  if (opening !== null) {
    add(
      'open',
      '',
      async function (request, reply) {
        return await this.answers.tell(await this.gateway.open(caseType, opening, request), true, request, reply);
      },
      describeOpening(caseType, opening),
    );
  }
  for (const command of listOfferedCommands(caseType)) {
    add(
      command.name,
      `:caseId/${command.path}`,
      async function (request, reply) {
        const { caseId } = request.params as { readonly caseId: string };
        return await this.answers.tell(
          await this.gateway.give(caseType, command, caseId, request),
          false,
          request,
          reply,
        );
      },
      describeCommand(caseType, command),
    );
  }
  return CaseTypeController;
}

/** What the decorators of a written method would do. The body is read by the gateway, after the guard. */
function addPost<Self extends object>(
  prototype: Self,
  name: string,
  path: string,
  handler: Handler<Self>,
  describe: MethodDecorator,
): void {
  const descriptor: PropertyDescriptor = { value: handler, writable: true, configurable: true, enumerable: false };
  Object.defineProperty(prototype, name, descriptor);
  Reflect.defineMetadata('design:paramtypes', [Object, Object], prototype, name);
  Req()(prototype, name, 0);
  Res({ passthrough: true })(prototype, name, 1);
  Post(path)(prototype, name, descriptor);
  describe(prototype, name, descriptor);
}
