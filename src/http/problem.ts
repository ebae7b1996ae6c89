import type { FastifyReply } from 'fastify';
import { ConfigError, UpstreamError, UsageError } from '../core/errors.ts';

/** What went wrong, as a caller is told: never a stack, never a secret, never more than they can use. */
export type Problem = { readonly status: number; readonly message: string; readonly retryAfterMs: number | null };

const codes: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
  431: 'headers_too_large',
  500: 'internal_error',
  502: 'upstream_refused',
  503: 'unavailable',
  504: 'upstream_timeout',
};

/** Our own words where the framework's would name the framework. */
const frameworkMessages: Readonly<Record<number, string>> = {
  413: 'The body is over 16 KB (4 MB for alerts).',
  415: 'Send the body as application/json.',
};

export function problem(status: number, message: string, retryAfterMs: number | null = null): Problem {
  return { status, message, retryAfterMs };
}

/** Whose fault it is decides the status: the caller's (4xx), somebody's behind us (502, 503, 504) or ours (500). */
export function problemOf(error: unknown): Problem {
  if (error instanceof UsageError) return problem(400, error.message);
  if (error instanceof UpstreamError)
    return problem(error.retryable ? 503 : 502, `${error.service}: ${error.message}`, error.retryAfterMs);
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return problem(504, 'That took too long and was given up.');
  const status = statusOf(error);
  if (status === null || error instanceof ConfigError)
    return problem(500, 'Something broke on this side. The log has the details.');
  return problem(status, frameworkMessages[status] ?? (error instanceof Error ? error.message : 'Bad request.'));
}

export function problemBody({ status, message }: Problem): { readonly error: { code: string; message: string } } {
  return { error: { code: codes[status] ?? 'error', message } };
}

export function refuse(reply: FastifyReply, trouble: Problem): FastifyReply {
  if (trouble.retryAfterMs !== null) reply.header('retry-after', Math.max(1, Math.ceil(trouble.retryAfterMs / 1_000)));
  return reply.code(trouble.status).send(problemBody(trouble));
}

/** The status of an error that the framework raised about the request; null when the request is not at fault. */
function statusOf(error: unknown): number | null {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
