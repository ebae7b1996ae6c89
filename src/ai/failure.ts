import { messageOf, UpstreamError } from '../core/errors.ts';

export type FailureContext = {
  readonly service: 'gemini' | 'openai';
  readonly title: string;
  readonly model: string;
  readonly apiKey: string;
};

/** A message of a service is cut to this many characters. */
const longestMessage = 200;
/** A question that was refused for what it says: the next one may be asked at once. */
const atOnce = 0;

/**
 * What a provider's error means and what to do about it. The SDK's error is not kept as a cause: it carries the request, and
 * the request carries the key.
 */
export function failureOf(error: unknown, context: FailureContext): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const { service, title, model, apiKey } = context;
  const variable = service.toUpperCase();
  const said = messageOf(error).replaceAll(apiKey, '…').slice(0, longestMessage);
  const fail = (message: string, retryable: boolean, retryAfterMs: number | null = null): UpstreamError =>
    new UpstreamError(service, message, { retryable, retryAfterMs });

  const status = numberAt(error, 'status');
  if (status === null) return fail(`${title} could not be reached (${rootOf(error, apiKey)})`, true);
  if (status === 401 || status === 403 || /API.?key not valid|API_KEY_INVALID/i.test(said))
    return fail(`${title} refuses the key: check ${variable}_API_KEY`, false);
  if (status === 404) return fail(`${title} has no model ${model}: set ${variable}_MODEL to one that it offers`, false);
  if (status === 429 && isUsedUp(error))
    return fail(`${title}'s quota is used up: check the plan and billing of ${variable}_API_KEY`, false);
  if (status === 429) return fail(`${title} is asked too often (429)`, true, waitOf(error));
  if (status === 408 || status >= 500) return fail(`${title} is in trouble (${status})`, true, waitOf(error));
  return fail(`${title} refuses the request (${status}): ${said}`, false);
}

/** An answer that is none: blocked, cut off before its first word, or empty. Nothing is wrong with the provider itself. */
export function noAnswer(context: FailureContext, because: string): UpstreamError {
  return new UpstreamError(context.service, `${context.title} gave no answer: ${because}`, {
    retryable: true,
    retryAfterMs: atOnce,
  });
}

/** An answer that began and did not end. */
export function brokenOff(context: FailureContext): UpstreamError {
  return new UpstreamError(context.service, `${context.title}'s answer broke off`, { retryable: true });
}

export function tooLate(context: FailureContext, deadlineMs: number): UpstreamError {
  const message = `${context.title} did not answer within ${deadlineMs / 1_000} s`;
  return new UpstreamError(context.service, message, { retryable: true });
}

/** OpenAI says it in a code; trying again never helps. */
function isUsedUp(error: unknown): boolean {
  return fieldOf(error, 'code') === 'insufficient_quota' || fieldOf(error, 'type') === 'insufficient_quota';
}

/** How long the service asks to wait: OpenAI in the header Retry-After, Gemini in a RetryInfo such as "7.5s". */
function waitOf(error: unknown): number | null {
  const headers = fieldOf(error, 'headers');
  if (headers instanceof Headers) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    if (Number.isFinite(seconds)) return seconds * 1_000;
  }
  const details = fieldOf(error, 'errorDetails');
  for (const detail of Array.isArray(details) ? details : []) {
    const delay = fieldOf(detail, 'retryDelay');
    const seconds = typeof delay === 'string' ? Number.parseFloat(delay) : Number.NaN;
    if (Number.isFinite(seconds)) return seconds * 1_000;
  }
  return null;
}

/** "fetch failed" says nothing; the innermost cause does. */
function rootOf(error: unknown, apiKey: string): string {
  let root = error;
  for (let depth = 0; depth < 5 && root instanceof Error && root.cause !== undefined; depth += 1) root = root.cause;
  return messageOf(root).replaceAll(apiKey, '…').slice(0, longestMessage);
}

function numberAt(value: unknown, name: string): number | null {
  const field = fieldOf(value, name);
  return typeof field === 'number' ? field : null;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
