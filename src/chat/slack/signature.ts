import { createHmac, timingSafeEqual } from 'node:crypto';
import { signatureAgeMs } from './limits.ts';

export type Signed = {
  /** The header X-Slack-Request-Timestamp: epoch seconds. */
  readonly timestamp: string;
  /** The header X-Slack-Signature. */
  readonly signature: string;
  readonly body: Buffer;
};

/** Why a request is not from Slack, or not of now (`now` is epoch ms); null when it is both. */
export function signatureProblem({ timestamp, signature, body }: Signed, secret: string, now: number): string | null {
  if (!/^\d{1,12}$/.test(timestamp) || signature === '') return 'it is not signed';
  if (Math.abs(now - Number(timestamp) * 1_000) > signatureAgeMs) return 'it is not of now';
  const expected = Buffer.from(
    `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`,
  );
  const given = Buffer.from(signature);
  const isRight = given.length === expected.length && timingSafeEqual(given, expected);
  return isRight ? null : 'its signature is wrong';
}
