import { HttpException } from '@nestjs/common';
import { DecisionFault, EngineBusy, OutcomeUnknown } from '#engine';
import { Problem } from '#platform';
import { problemOf } from './problem-answer.js';

describe('what a caller is told of an error', () => {
  it('is the problem itself, where it is one', () => {
    const problem = new Problem('forbidden');
    expect(problemOf(problem)).toBe(problem);
  });

  it('is to repeat with the same key when nobody knows what became of the command', () => {
    const problem = problemOf(new OutcomeUnknown(new Error('connection lost')));
    expect([problem.slug, problem.status, problem.extensions]).toEqual(['outcome-unknown', 503, { retryAfter: 1 }]);
    expect(problem.detail).toContain('same Idempotency-Key');
  });

  it('is to come back when nothing was taken', () => {
    const problem = problemOf(new EngineBusy('queue full'));
    expect([problem.slug, problem.status, problem.extensions]).toEqual(['unavailable', 503, { retryAfter: 1 }]);
  });

  it.each([
    [Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' })],
    [Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })],
    [new Error('Connection terminated unexpectedly')],
  ])('is to come back when the database could not be asked: %p', (error) => {
    expect(problemOf(error).toJSON()).toMatchObject({ type: '/problems/unavailable', status: 503, retryAfter: 1 });
  });

  it.each([
    [new DecisionFault('APPLY', new Error('secret 1250.00'))],
    [new Error('password authentication failed for user adit_app')],
    ['a text'],
    [undefined],
  ])('is nothing in particular when it is our fault: %p', (error) => {
    const problem = problemOf(error);
    expect(problem.toJSON()).toEqual({
      type: '/problems/internal',
      title: 'Something went wrong on our side',
      status: 500,
    });
  });

  it('is its status, not its words, when the framework says it', () => {
    expect(problemOf(new HttpException('Cannot GET /x', 404)).toJSON()).toMatchObject({ type: '/problems/not-found' });
    expect(problemOf(new HttpException('teapot', 418)).slug).toBe('internal');
  });
});
