import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Blobs } from '../core/blobs.ts';
import { UpstreamError } from '../core/errors.ts';
import { type StoredFile, sumOf } from './manifest.ts';

/** A file is stored in parts of this size, so that one of any size passes through little memory. */
export const partBytes = 16 * 1_024 * 1_024;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Stores chunks of at most `partBytes` under `prefix`, each compressed. */
export async function putFile(
  blobs: Blobs,
  prefix: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<StoredFile> {
  const whole = createHash('sha256');
  const parts: StoredFile['parts'] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    const packed = await pack(chunk);
    const key = `${prefix}.${String(parts.length).padStart(4, '0')}.gz`;
    await putNew(blobs, key, packed, signal);
    parts.push({ key, bytes: packed.length, sha256: sumOf(packed) });
    whole.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: whole.digest('hex'), parts };
}

/** Writes what nobody has written before. Throws `UpstreamError('storage')` when something else lies there. */
export async function putNew(blobs: Blobs, key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  if ((await blobs.put(key, bytes, null, signal)) === 'written') return;
  throw new UpstreamError('storage', `${blobs.name}: ${key} is taken by another backup`, { retryable: true });
}

/** Gives the chunks back. Throws `UpstreamError('storage')` for a part that is missing or damaged, before giving it. */
export async function* readFileOf(blobs: Blobs, file: StoredFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const whole = createHash('sha256');
  for (const { key, sha256 } of file.parts) {
    const packed = (await blobs.get(key, signal))?.bytes;
    if (packed === undefined) throw damaged(blobs, key, 'it is not there');
    if (sumOf(packed) !== sha256) throw damaged(blobs, key, 'its checksum does not match');
    const chunk = await unpack(packed, { maxOutputLength: partBytes });
    whole.update(chunk);
    yield chunk;
  }
  if (whole.digest('hex') !== file.sha256)
    throw damaged(blobs, file.parts[0]?.key ?? 'a file', 'its parts do not add up');
}

function damaged(blobs: Blobs, key: string, because: string): UpstreamError {
  return new UpstreamError('storage', `${blobs.name}: ${key} of the backup is damaged: ${because}`, {
    retryable: false,
  });
}
