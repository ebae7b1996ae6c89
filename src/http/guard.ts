import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { take, wrongKeysPerMinute } from './limits.ts';
import { problem, refuse } from './problem.ts';

export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

export function isLoopback(host: string): boolean {
  return loopbackNames.has(host.toLowerCase());
}

/** Lets in who has the key; `open` are the paths that need none. */
export function keyGuard(apiKey: string, open: ReadonlySet<string>): Guard {
  const expected = digest(apiKey);
  const wrongKeys = new RateLimiterMemory({ points: wrongKeysPerMinute, duration: 60 });
  return async (request, reply) => {
    if (open.has(request.routeOptions.url ?? '')) return undefined;
    const given = keyOf(request);
    if (given !== null && timingSafeEqual(digest(given), expected) && !(await isBlocked(wrongKeys, request.ip)))
      return undefined;
    const waitMs = given === null ? null : await take(wrongKeys, request.ip);
    if (waitMs !== null) return refuse(reply, problem(429, 'Too many wrong keys from this address.', waitMs));
    reply.header('www-authenticate', `Bearer realm="smartcloudops"${given === null ? '' : ', error="invalid_token"'}`);
    const message = given === null ? 'A key is needed: send it as "Authorization: Bearer <key>".' : 'The key is wrong.';
    return refuse(reply, problem(401, message));
  };
}

/**
 * Without a key only this machine may ask. The listener is on loopback, but a browser here can be made to ask for others:
 * a foreign name that resolves to 127.0.0.1 (DNS rebinding) shows in Host, a foreign page (CSRF) shows in Origin.
 */
export const loopbackGuard: Guard = async (request, reply) => {
  const host = request.headers.host ?? '';
  if (!isLoopback(nameOf(host)))
    return refuse(reply, problem(403, 'Without an API_KEY this answers to localhost and 127.0.0.1 only.'));
  const { origin } = request.headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
    return refuse(reply, problem(403, 'Requests from other sites are refused.'));
  return undefined;
};

function keyOf({ headers }: FastifyRequest): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const named = headers['x-api-key'];
  return bearer ?? (typeof named === 'string' && named !== '' ? named : null);
}

/** Digests have one length, so that comparing them tells nothing of the key's. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

async function isBlocked(limiter: RateLimiterMemory, address: string): Promise<boolean> {
  return ((await limiter.get(address))?.consumedPoints ?? 0) > wrongKeysPerMinute;
}

/** The name in a Host header, without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}
