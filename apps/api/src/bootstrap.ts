import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestLogger } from '#platform';
import { ApiModule } from './api.module.js';
import { createHttpDoor } from './http/adapter.js';
import { buildDocument } from './openapi/document.js';
import { ServedDocument } from './openapi/served-document.js';
import type { ApiParts } from './parts.js';

/**
 * The interface, ready to listen. Whoever starts it also ends it, with `close()`: Nest's own shutdown hooks would raise
 * the signal again before the database could be stopped.
 */
export async function createApi(parts: ApiParts): Promise<NestFastifyApplication> {
  const { adapter, routes } = await createHttpDoor(parts.config, parts.clock, parts.log);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.register(parts, routes), adapter, {
    bodyParser: false,
    logger: new FrameworkLogger(parts.log),
    abortOnError: false,
  });
  app.get(ServedDocument).take(buildDocument(app));
  await app.init();
  await adapter.getInstance().ready();
  return app;
}

/** The framework tells of every route and provider at each start; that is for who looks for a fault in it. */
class FrameworkLogger extends NestLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    this.debug(message, ...rest);
  }
}
