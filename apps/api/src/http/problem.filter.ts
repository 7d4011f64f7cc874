import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { Problem, type Logger } from '#platform';
import { problemOf, sendProblem } from './problem-answer.js';
import type { ApiReply, ApiRequest } from './request.js';
import type { RouteTable } from './route-table.js';
import type { SecurityNotes } from './security-notes.js';

/** The one place in which an error becomes an answer: RFC 9457, never a stack, never the words of a library. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Logger,
    private readonly routes: RouteTable,
    private readonly notes: SecurityNotes,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<ApiRequest>();
    const reply = host.switchToHttp().getResponse<ApiReply>();
    const problem = this.findMethodProblem(error, request) ?? problemOf(error);
    if (problem.status >= 500 && problem.slug !== 'unavailable') {
      const { id: requestId } = request;
      this.log.error(
        { requestId, err: problem.cause ?? error, problem: problem.slug },
        'a request failed by our fault',
      );
    }
    this.notes.note(request, problem);
    // A stream has begun: its headers are out and it can only end.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    sendProblem(request, reply, problem);
  }

  /** An address that exists, under another method. */
  private findMethodProblem(error: unknown, request: ApiRequest): Problem | undefined {
    if (!(error instanceof HttpException) || error.getStatus() !== 404) return undefined;
    const allow = this.routes.findMethods(request.url);
    if (allow.length === 0 || allow.includes(request.method)) return undefined;
    return new Problem('method-not-allowed', { detail: `It takes ${allow.join(', ')}`, extensions: { allow } });
  }
}
