import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { AditConfig } from './config.js';
import { redact, scrubText } from './redaction.js';

export type { Logger } from 'pino';

/**
 * Structured log, one JSON object a line; what is said of a request names its id. Redacted in one place. The log is
 * for operators; what happened to a case is in its record, never here.
 *
 * Written synchronously: the lines before a crash are the ones that matter.
 */
export function createLogger(config: Pick<AditConfig, 'logLevel'>, destination?: DestinationStream): Logger {
  return pino(
    {
      level: config.logLevel,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: describeFields,
      },
      // Requests and errors are described with the other fields; pino's own description of errors would add rows.
      serializers: { err: (error: unknown) => error },
      hooks: { streamWrite: scrubText },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

function describeFields({ req, res, ...fields }: Record<string, unknown>): Record<string, unknown> {
  const described = redact(fields) as Record<string, unknown>;
  if (req !== undefined) described['req'] = describeRequest(req);
  if (res !== undefined) described['res'] = describeResponse(res);
  return described;
}

/** Method and path only: a query may hold a ticket, and headers hold tokens. */
function describeRequest(request: unknown): unknown {
  if (typeof request !== 'object' || request === null) return request;
  const { method, url } = request as { method?: string; url?: string };
  return { method, path: url?.split('?', 1)[0] };
}

function describeResponse(response: unknown): unknown {
  if (typeof response !== 'object' || response === null) return response;
  return { status: (response as { statusCode?: number }).statusCode };
}

/** Lets Nest write to the same log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context last and, for errors, a stack before it. */
  private write(
    level: 'info' | 'warn' | 'debug' | 'trace' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const texts = rest.filter((each) => typeof each === 'string');
    const context = texts.at(-1);
    const stack = texts.length > 1 ? texts[0] : undefined;
    const fields = { ...(context !== undefined && { context }), ...(stack !== undefined && { stack }) };
    if (message instanceof Error) this.logger[level]({ ...fields, err: message }, message.message);
    else if (typeof message === 'string') this.logger[level](fields, message);
    else this.logger[level]({ ...fields, data: message });
  }
}
