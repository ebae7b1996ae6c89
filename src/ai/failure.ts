import { z } from 'zod';
import { messageOf, UpstreamError } from '../core/errors.ts';
import { retryAfterOf } from './retry-after.ts';

export type FailureContext = {
  readonly service: 'gemini' | 'openai';
  readonly title: string;
  /** The one that was asked; null when the list of models was. */
  readonly model: string | null;
  readonly apiKey: string;
  /** Null is the provider's own. */
  readonly baseUrl: string | null;
};

/** A message of a service is cut to this many characters. */
const longestMessage = 200;
/** What a local server that wants no key is given is no secret; nothing so short is. */
const shortestKey = 5;
/** A question that was refused for what it says: the next one may be asked at once. */
const atOnce = 0;

/**
 * What a provider's error means and what to do about it. The SDK's error is not kept as a cause: it carries the request, and
 * the request carries the key.
 */
export function failureOf(error: unknown, context: FailureContext): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const { service, title } = context;
  const status = fieldOf(error, 'status');
  const fail = (message: string, retryable: boolean, retryAfterMs: number | null = null): UpstreamError =>
    new UpstreamError(service, `${title} ${message}`, { retryable, retryAfterMs });

  if (isUsedUp(error))
    return fail(`has no quota left: check the plan and billing of ${variable(context, 'API_KEY')}`, false);
  if (typeof status !== 'number') return unreadOf(error, context);
  const said = wordsOf(error, context);
  if (status === 401 || isBadKey(error))
    return fail(`refuses the key (${status}): check ${variable(context, 'API_KEY')}`, false);
  if (isMissingModel(error, status, context))
    return fail(
      `does not know the model ${context.model} (${status}): set ${variable(context, 'MODEL')} to one it offers`,
      false,
    );
  if (status === 403)
    return fail(
      `does not allow this (403): check what ${variable(context, 'API_KEY')} may do; it says: ${said}`,
      false,
    );
  if (status === 404) return fail(`has nothing at this address (404): check ${variable(context, 'BASE_URL')}`, false);
  if (status === 429)
    return fail(
      `is asked too often, or its quota is used up (429): wait, or check ${variable(context, 'API_KEY')}'s plan`,
      true,
      retryAfterOf(error),
    );
  if (status === 408 || status >= 500) return fail(`is in trouble (${status}): ${said}`, true, retryAfterOf(error));
  return fail(`refuses the question (${status}): ${said}`, false, atOnce);
}

/** An answer that is none: blocked, cut off before its first word, or empty. Nothing is wrong with the provider itself. */
export function noAnswer({ service, title }: FailureContext, because: string): UpstreamError {
  return new UpstreamError(service, `${title} gave no answer: ${reasons[because] ?? because}`, {
    retryable: true,
    retryAfterMs: atOnce,
  });
}

/** What providers call the end of an answer, in words. */
const reasons: Readonly<Record<string, string>> = {
  STOP: 'it was empty',
  stop: 'it was empty',
  SAFETY: 'its safety filter stopped it (SAFETY); ask in other words',
  PROHIBITED_CONTENT: 'its safety filter stopped it (PROHIBITED_CONTENT); ask in other words',
  content_filter: 'its safety filter stopped it (content_filter); ask in other words',
  RECITATION: 'it would have been a quotation (RECITATION); ask in other words',
  MAX_TOKENS: 'it used up its length before the first word (MAX_TOKENS); ask something smaller',
  length: 'it used up its length before the first word (length); ask something smaller',
};

/** An answer that began and did not end. */
export function brokenOff({ service, title }: FailureContext): UpstreamError {
  return new UpstreamError(service, `${title}'s answer broke off: ask again`, { retryable: true });
}

export function tooLate({ service, title }: FailureContext, deadlineMs: number): UpstreamError {
  const message = `${title} did not answer within ${deadlineMs / 1_000} s: ask again, or raise AI_TIMEOUT_SECONDS`;
  return new UpstreamError(service, message, { retryable: true });
}

/** There is no status: an error inside a stream, an answer that is something else, or no connection. */
function unreadOf(error: unknown, context: FailureContext): UpstreamError {
  const { service, title, baseUrl } = context;
  const fail = (message: string): UpstreamError =>
    new UpstreamError(service, `${title} ${message}`, { retryable: true });
  if (fieldOf(error, 'name') === 'TimeoutError') return fail('did not answer in time: ask again');
  const address = baseUrl === null ? 'the network' : variable(context, 'BASE_URL');
  if (typeof fieldOf(error, 'error') === 'object' && fieldOf(error, 'error') !== null)
    return fail(`broke off and says: ${wordsOf(error, context)}`);
  const said = messageOf(error);
  if (error instanceof SyntaxError || error instanceof z.ZodError || /parsing JSON|parse stream/.test(said))
    return fail(`gave an answer that can not be read: check ${address}`);
  if (/reading from the stream|terminated|premature close/i.test(said)) return brokenOff(context);
  return fail(`could not be reached (${tidy(rootOf(error), context)}): check ${address}`);
}

function variable({ service }: FailureContext, name: string): string {
  return `${service.toUpperCase()}_${name}`;
}

/** OpenAI says it in a code; trying again never helps. */
function isUsedUp(error: unknown): boolean {
  return fieldOf(error, 'code') === 'insufficient_quota' || fieldOf(error, 'type') === 'insufficient_quota';
}

/** Gemini answers 400 to a key that is none, and says so in a reason. */
function isBadKey(error: unknown): boolean {
  return /API_KEY_INVALID|API.?key (not valid|not found|expired)/i.test(messageOf(error));
}

/** A 404 without a word of a model may be a wrong address, but only where somebody set one. */
function isMissingModel(error: unknown, status: number, { model, baseUrl }: FailureContext): boolean {
  if (model === null) return false;
  if (fieldOf(error, 'code') === 'model_not_found') return true;
  return status === 404 && (baseUrl === null || /\bmodels?\b[^/]/i.test(serviceWords(error)));
}

function wordsOf(error: unknown, context: FailureContext): string {
  return tidy(serviceWords(error), context) || 'nothing more';
}

/** Only what the service itself said: SDKs put the address or the status before it. */
function serviceWords(error: unknown): string {
  return messageOf(error)
    .replace(/^\[GoogleGenerativeAI Error\]: (Error fetching from \S+ (\[[^\]]*\] ?)?)?/, '')
    .replace(/^\d{3} /, '');
}

/** One short line without the key, without a login in an address, and without what looks like a key. */
function tidy(text: string, { apiKey }: FailureContext): string {
  const keys = apiKey.length < shortestKey ? [] : [apiKey, encodeURIComponent(apiKey)];
  const clean = keys
    .reduce((left, key) => left.replaceAll(key, '…'), text)
    .replaceAll(/\/\/[^/\s@]*@/g, '//…@')
    .replaceAll(/\b(sk-|AIza)[\w*-]{6,}/g, '…');
  return clean.length > longestMessage ? `${clean.slice(0, longestMessage)}…` : clean;
}

/** "fetch failed" says nothing; the innermost cause does. */
function rootOf(error: unknown): string {
  let root = error;
  for (let depth = 0; depth < 5 && root instanceof Error && root.cause !== undefined; depth += 1) root = root.cause;
  return serviceWords(root) || String(fieldOf(root, 'code') ?? 'unknown');
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
