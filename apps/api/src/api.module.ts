import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { IdentityModule } from '#identity';
import { CommandAnswers } from './commands/command-answers.js';
import { CommandGateway } from './commands/command-gateway.js';
import { createCaseTypeController } from './commands/case-type.controller.js';
import { FeedController } from './feed/feed.controller.js';
import { FeedStreams } from './feed/feed-streams.js';
import { HealthController } from './health/health.controller.js';
import { ReadinessProbe } from './health/readiness.js';
import { BodyGuard } from './http/body.guard.js';
import { strictPipe } from './http/field-errors.js';
import { ProblemFilter } from './http/problem.filter.js';
import type { RouteTable } from './http/route-table.js';
import { SecurityNotes } from './http/security-notes.js';
import { DocsController } from './openapi/docs.controller.js';
import { ServedDocument } from './openapi/served-document.js';
import { PARTS, type ApiParts } from './parts.js';
import { CasesController } from './reads/cases.controller.js';
import { CatalogueController } from './reads/catalogue.controller.js';
import { CommandShelf } from './reads/command-shelf.js';
import { LiveController } from './reads/live.controller.js';
import { createProtocolController } from './reads/protocol.controller.js';
import { RuleBookModule } from './rule-book/rule-book.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { RegistersModule } from './registers/registers.module.js';
import { createRulesController } from './rules/rules.controller.js';

/** Everything that HTTP reaches. The guard of identity closes every route that does not say otherwise. */
@Module({})
export class ApiModule {
  static register(parts: ApiParts, routes: RouteTable): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        IdentityModule.register(parts.identity, parts.secrets.tokenSigningKey),
        RuleBookModule.register(parts),
        RegistersModule.register(parts),
        OperationsModule.register(parts),
      ],
      controllers: [
        CasesController,
        ...parts.caseTypes.map(createCaseTypeController),
        ...parts.caseTypes.filter(({ protocol }) => protocol !== undefined).map(createProtocolController),
        LiveController,
        FeedController,
        createRulesController(),
        CatalogueController,
        HealthController,
        DocsController,
      ],
      providers: [
        { provide: PARTS, useValue: parts },
        CommandGateway,
        CommandAnswers,
        CommandShelf,
        ServedDocument,
        FeedStreams,
        ReadinessProbe,
        { provide: APP_GUARD, useClass: BodyGuard },
        { provide: APP_PIPE, useValue: strictPipe },
        SecurityNotes,
        {
          provide: APP_FILTER,
          useFactory: (notes: SecurityNotes) => new ProblemFilter(parts.log, routes, notes),
          inject: [SecurityNotes],
        },
      ],
    };
  }
}
