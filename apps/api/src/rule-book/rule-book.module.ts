import { Module, type DynamicModule } from '@nestjs/common';
import { RuleBook } from '#rulebook';
import { PARTS, type ApiParts } from '../parts.js';
import { DraftActs } from './draft-acts.js';
import { DraftsController } from './drafts.controller.js';
import { RuleBookController } from './rule-book.controller.js';

/**
 * The rule book over HTTP. It asks the database which law is in force at each request, so that what one process has
 * published every process shows; the engine of each process follows within a second.
 */
@Module({})
export class RuleBookModule {
  static register(parts: ApiParts): DynamicModule {
    return {
      module: RuleBookModule,
      controllers: [RuleBookController, DraftsController],
      providers: [
        { provide: PARTS, useValue: parts },
        { provide: RuleBook, useValue: new RuleBook(parts.pool) },
        DraftActs,
      ],
    };
  }
}
