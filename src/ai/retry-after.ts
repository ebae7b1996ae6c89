import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { z } from 'zod';

/** Google's own way to say it, inside the body: "7.5s". */
const retryInfo = z.object({ retryDelay: z.string().regex(/^[\d.]+s$/) });

/** How long a service asks to wait, in ms, or null: from `headers` or `errorDetails` of the SDK's error. */
export function retryAfterOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  const headers: unknown = Reflect.get(error, 'headers');
  const fromHeaders = headers instanceof Headers ? inHeaders(headers) : null;
  if (fromHeaders !== null) return fromHeaders;
  const details: unknown = Reflect.get(error, 'errorDetails');
  for (const detail of Array.isArray(details) ? details : []) {
    const parsed = retryInfo.safeParse(detail);
    if (parsed.success) return atLeastOneSecond(Number.parseFloat(parsed.data.retryDelay) * 1_000);
  }
  return null;
}

/** Milliseconds, seconds, or a date beside the date of the answer, so that clocks need not agree. */
function inHeaders(headers: Headers): number | null {
  const after = headers.get('retry-after');
  const date = Date.parse(after ?? '') - Date.parse(headers.get('date') ?? '');
  const waits = [Number(headers.get('retry-after-ms') ?? Number.NaN), Number(after ?? Number.NaN) * 1_000, date];
  const wait = waits.find(Number.isFinite);
  return wait === undefined ? null : atLeastOneSecond(wait);
}

function atLeastOneSecond(ms: number): number {
  return Math.max(1_000, ms);
}

type Heard = { headers: Headers; cause: unknown };

const listening = new AsyncLocalStorage<Heard>();
const requests = new WeakMap<object, Heard>();
const broken = z.object({ error: z.instanceof(Error) });
const answered = z.object({ response: z.object({ headers: z.array(z.instanceof(Buffer)) }) });
let isSubscribed = false;

/**
 * Runs a call of an SDK that throws away the headers of a refusal and the cause of a broken line, and takes no fetch of one's own;
 * puts both on its error.
 * Node tells of every request that its fetch makes: the one that was made inside `call` is found by its async context.
 */
export async function keepingHeaders<T>(call: () => Promise<T>): Promise<T> {
  if (!isSubscribed) subscribeOnce();
  const heard: Heard = { headers: new Headers(), cause: undefined };
  try {
    return await listening.run(heard, call);
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, heard) : error;
  }
}

function subscribeOnce(): void {
  isSubscribed = true;
  subscribe('undici:request:create', (message) => {
    const heard = listening.getStore();
    const request = requestOf(message);
    if (heard !== undefined && request !== null) requests.set(request, heard);
  });
  subscribe('undici:request:headers', (message) => {
    const heard = requests.get(requestOf(message) ?? {});
    const parsed = answered.safeParse(message);
    if (heard !== undefined && parsed.success) heard.headers = headersOf(parsed.data.response.headers);
  });
  subscribe('undici:request:error', (message) => {
    const heard = requests.get(requestOf(message) ?? {});
    const parsed = broken.safeParse(message);
    if (heard !== undefined && parsed.success) heard.cause = parsed.data.error;
  });
}

/** The request object itself, not a copy: it is the same one in both messages. */
function requestOf(message: unknown): object | null {
  const request: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, 'request') : null;
  return typeof request === 'object' ? request : null;
}

/** Names and values in turn, as they came. */
function headersOf(raw: readonly Buffer[]): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < raw.length; at += 2) headers.append(String(raw[at]), String(raw[at + 1]));
  return headers;
}
