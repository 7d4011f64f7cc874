import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { createDataSource } from '#platform';
import type { ApiParts } from '../parts.js';
import { OperationsController } from './operations.controller.js';
import { Incident, PendingMessage } from './operations.entities.js';

/** Entities and repositories for everything that is not on the path of a command; that one has its own pool. */
@Module({})
export class OperationsModule {
  static register(parts: ApiParts): DynamicModule {
    const entities = [Incident, PendingMessage];
    return {
      module: OperationsModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...createDataSource({
              url: parts.databaseUrl,
              entities,
              max: 2,
              onError: (error) => parts.log.warn({ err: error }, 'an idle database connection was lost'),
            }).options,
            retryAttempts: 0,
          }),
          dataSourceFactory: async (options) => {
            if (options === undefined) throw new Error('no options of the data source');
            return await new DataSource(options).initialize();
          },
        }),
        TypeOrmModule.forFeature(entities),
      ],
      controllers: [OperationsController],
    };
  }
}
