import type { Socket } from 'node:net';
import { dataHeaders } from './headers.ts';
import { type Problem, problem, problemBody } from './problem.ts';

/** Answers what is not even an HTTP request, and what did not arrive in time. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const trouble = problemFor(error.code ?? '');
  const body = JSON.stringify(problemBody(trouble));
  const headers = { ...dataHeaders, 'content-type': 'application/json; charset=utf-8', connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${trouble.status} Refused\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function problemFor(code: string): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return problem(431, 'The headers are over 8 KB.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return problem(408, 'The request did not arrive in time.');
  return problem(400, 'This is not an HTTP request.');
}
