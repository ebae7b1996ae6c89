import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { problem, refuse } from './problem.ts';

export const maxBodyBytes = 16 * 1_024;
/** A thousand alerts with long annotations. */
export const maxWebhookBytes = 4 * 1_024 * 1_024;
export const maxHeaderBytes = 8 * 1_024;
export const maxConnections = 256;
/** A whole request has to arrive within this time, its headers sooner. */
export const requestTimeoutMs = 15_000;
export const headersTimeoutMs = 10_000;
export const keepAliveMs = 10_000;
/** An answer may take a minute; a connection that is silent for longer is dead. */
export const idleTimeoutMs = 75_000;
export const answerTimeoutMs = 65_000;

/** Per address and minute. What is answered from memory is not counted. */
export const askedPerMinute = 30;
export const storeReadsPerMinute = 300;
export const wrongKeysPerMinute = 20;
export const webhooksPerMinute = 600;

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/** A hook that lets so many requests of one address through in a minute. */
export function perMinute(points: number): Hook {
  const limiter = new RateLimiterMemory({ points, duration: 60 });
  return async (request, reply) => {
    const waitMs = await take(limiter, request.ip);
    if (waitMs === null) return undefined;
    return refuse(reply, problem(429, `That is more than ${points} requests in a minute.`, waitMs));
  };
}

/** Takes one from what the address has left: null, or how long until there is more. */
export async function take(limiter: RateLimiterMemory, address: string): Promise<number | null> {
  try {
    await limiter.consume(address);
    return null;
  } catch (error) {
    if (error instanceof RateLimiterRes) return error.msBeforeNext;
    throw error;
  }
}
