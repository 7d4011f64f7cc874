import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, type ProblemDocument } from '#platform';
import { PROBLEM_TYPE } from './problem-answer.js';

const HEADERS_TOO_LARGE: ProblemDocument = {
  type: 'about:blank',
  title: 'The headers of the request are too large',
  status: 431,
};
const NO_HTTP: ProblemDocument = {
  type: 'about:blank',
  title: 'This is not HTTP as it is understood here',
  status: 400,
};

/** What a client is answered whose request never became one: too slow, too large in its headers, or not HTTP. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(rawAnswer(documentOf(error.code)));
  socket.destroySoon();
}

function documentOf(code: string | undefined): ProblemDocument {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('slow-body').toJSON();
  return code === 'HPE_HEADER_OVERFLOW' ? HEADERS_TOO_LARGE : NO_HTTP;
}

function rawAnswer(document: ProblemDocument): string {
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status] ?? ''}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
