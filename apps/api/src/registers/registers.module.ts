import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  AttemptRegister,
  Bidders,
  Blocks,
  BlockValues,
  Documents,
  documentsFolder,
  GeometryDesk,
  Minerals,
  openBlobStore,
  PublishedHistory,
} from '#registers';
import { PARTS, type ApiParts } from '../parts.js';
import { AttemptsController } from './attempts.controller.js';
import { BidderProfileController } from './bidder-profile.controller.js';
import { BlocksController } from './blocks.controller.js';
import { DocumentsController, registerUploads } from './documents.controller.js';

/** The registers over HTTP: blocks, minerals and published history for everybody, profiles and documents for those whose they are. */
@Module({})
export class RegistersModule implements OnModuleInit {
  static register(parts: ApiParts): DynamicModule {
    const { pool, clock, currentLaw, identity, config } = parts;
    const { authority } = identity;
    const directory = documentsFolder(config);
    const blobs = openBlobStore(config);
    const desk = new GeometryDesk();
    return {
      module: RegistersModule,
      controllers: [BlocksController, AttemptsController, BidderProfileController, DocumentsController],
      providers: [
        { provide: PARTS, useValue: parts },
        { provide: Blocks, useValue: new Blocks({ pool, clock, law: currentLaw, desk, authority }) },
        { provide: BlockValues, useValue: new BlockValues({ pool, clock, authority }) },
        { provide: Bidders, useValue: new Bidders(pool, authority) },
        { provide: Documents, useValue: new Documents({ pool, directory, blobs, authority }) },
        { provide: Minerals, useValue: new Minerals(pool) },
        { provide: AttemptRegister, useValue: new AttemptRegister(pool) },
        { provide: PublishedHistory, useValue: new PublishedHistory(pool) },
      ],
    };
  }

  constructor(
    @Inject(PARTS) private readonly parts: ApiParts,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost<FastifyAdapter>,
    @Inject(Documents) private readonly documents: Documents,
  ) {}

  async onModuleInit(): Promise<void> {
    registerUploads(this.host.httpAdapter.getInstance());
    const removed = await this.documents.sweep(this.parts.clock.now());
    if (removed > 0) this.parts.log.warn({ removed }, 'uploads that were cut off were removed');
  }
}
