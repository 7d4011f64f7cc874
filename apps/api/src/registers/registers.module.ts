import { Inject, Module, type DynamicModule, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  AttemptRegister,
  Bidders,
  Blocks,
  BlockValues,
  Documents,
  GeometryDesk,
  Minerals,
  Papers,
  PublishedHistory,
  ResumableUploads,
} from '#registers';
import { PARTS, type ApiParts } from '../parts.js';
import { AttemptsController } from './attempts.controller.js';
import { BidderProfileController } from './bidder-profile.controller.js';
import { BlocksController } from './blocks.controller.js';
import { DocumentContentController } from './document-content.controller.js';
import { DocumentDesk } from './document-desk.js';
import { DocumentsController, registerUploads } from './documents.controller.js';
import { PapersController } from './papers.controller.js';
import { registerPieces, UploadsController } from './uploads.controller.js';

/** The registers over HTTP: blocks, minerals and published history for everybody, profiles and documents for those whose they are. */
@Module({})
export class RegistersModule implements OnModuleInit, OnModuleDestroy {
  static register(parts: ApiParts): DynamicModule {
    const { pool, clock, currentLaw, identity } = parts;
    const { authority } = identity;
    const documentDesk = new DocumentDesk(parts);
    const desk = new GeometryDesk();
    return {
      module: RegistersModule,
      controllers: [
        BlocksController,
        AttemptsController,
        BidderProfileController,
        PapersController,
        DocumentsController,
        DocumentContentController,
        UploadsController,
      ],
      providers: [
        { provide: PARTS, useValue: parts },
        { provide: Blocks, useValue: new Blocks({ pool, clock, law: currentLaw, desk, authority }) },
        { provide: BlockValues, useValue: new BlockValues({ pool, clock, authority }) },
        { provide: Bidders, useValue: new Bidders(pool, authority) },
        { provide: DocumentDesk, useValue: documentDesk },
        { provide: Documents, useValue: documentDesk.documents },
        { provide: ResumableUploads, useValue: documentDesk.uploads },
        { provide: Papers, useValue: new Papers(pool, clock, authority) },
        { provide: Minerals, useValue: new Minerals(pool) },
        { provide: AttemptRegister, useValue: new AttemptRegister(pool) },
        { provide: PublishedHistory, useValue: new PublishedHistory(pool) },
      ],
    };
  }

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost<FastifyAdapter>,
    @Inject(DocumentDesk) private readonly desk: DocumentDesk,
  ) {}

  async onModuleInit(): Promise<void> {
    registerUploads(this.host.httpAdapter.getInstance());
    registerPieces(this.host.httpAdapter.getInstance());
    await this.desk.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.desk.stop();
  }
}
