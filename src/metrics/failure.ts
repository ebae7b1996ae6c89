import { z } from 'zod';
import { messageOf, UpstreamError, UsageError } from '../core/errors.ts';

const errorBody = z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() });

/** What a status other than 2xx means; `what` names the query and its times. */
export function refusalOf(status: number, headers: Headers, text: string, what: string): Error {
  const body = errorBody.safeParse(jsonOrNull(text));
  const said = body.success ? body.data.error : firstWords(text);
  if (body.success && status === 400) return new UsageError(`Prometheus refuses ${what}: ${said}`);
  if (body.success && status === 422) return new UsageError(`Prometheus can not evaluate ${what}: ${said}`);
  if (status === 401 || status === 403)
    return new UpstreamError('prometheus', `Prometheus wants a login (${status}) for ${what}`, { retryable: false });
  if (status === 404)
    return new UpstreamError('prometheus', `There is no Prometheus API at PROMETHEUS_URL (404) for ${what}: ${said}`, {
      retryable: false,
    });
  const retryable = status === 429 || status >= 500;
  const retryAfterMs = Number(headers.get('retry-after') ?? Number.NaN) * 1_000;
  return new UpstreamError('prometheus', `Prometheus answered ${status} to ${what}: ${said}`, {
    retryable,
    retryAfterMs: Number.isFinite(retryAfterMs) ? retryAfterMs : null,
  });
}

/** What a request that got no whole answer means. Errors that say so already pass as they are. */
export function unreachable(error: unknown, isLate: boolean, timeoutMs: number, what: string): Error {
  if (error instanceof UpstreamError || error instanceof UsageError) return error;
  const why = isLate ? `did not answer within ${timeoutMs / 1_000} s` : `could not be reached (${rootOf(error)})`;
  return new UpstreamError('prometheus', `Prometheus ${why} for ${what}`, { retryable: true, cause: error });
}

export function malformed(problem: string, what: string, cause?: unknown): UpstreamError {
  return new UpstreamError('prometheus', `Prometheus gave ${problem} to ${what}`, { retryable: true, cause });
}

/** "fetch failed" says nothing; its cause does. */
function rootOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function firstWords(text: string): string {
  const words = text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return words === '' ? 'no words' : words.slice(0, 200);
}
