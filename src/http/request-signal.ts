import type { FastifyReply } from 'fastify';
import { answerTimeoutMs } from './limits.ts';

/** Aborts when the caller goes away before the answer, when the answer takes too long, or when the sidecar stops. */
export function requestSignal(reply: FastifyReply, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return AbortSignal.any([gone.signal, stopping, AbortSignal.timeout(answerTimeoutMs)]);
}
