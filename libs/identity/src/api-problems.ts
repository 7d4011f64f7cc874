import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

const MEANINGS = {
  400: 'Some fields are missing, malformed or unknown, or the header Adit-Acting-As is needed',
  401: 'Not logged in, or the log-in has ended',
  403: 'Not in this capacity',
  404: 'There is nothing here that you may see',
  422: 'A rule of the access policy refuses this',
  429: 'Too many log-ins; Retry-After says how long to wait',
  503: 'The identity provider does not answer',
} as const;

const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
  },
  additionalProperties: true,
};

/** Describes the error answers of a route, RFC 9457. */
export function ApiProblems(...statuses: (keyof typeof MEANINGS)[]): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: MEANINGS[status],
        content: { 'application/problem+json': { schema: PROBLEM_SCHEMA } },
      }),
    ),
  );
}
