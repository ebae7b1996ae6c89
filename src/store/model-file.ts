import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ModelInfo, StoredModel } from '../core/model.ts';
import { decode, encode, storedNumber } from './stored-json.ts';

/**
 * A model as one file, numbers little-endian:
 *
 *     8 bytes   "SCOMODEL"
 *     uint32    format
 *     uint32    length of the header
 *     header    JSON: what the model says of itself, and the entities with the length of their part
 *     parts     the dumped detectors, in the order of the header
 *     32 bytes  SHA-256 of everything before
 */
const magic = Buffer.from('SCOMODEL');
const format = 2;
const headerAt = magic.length + 8;
const checksumBytes = 32;

const settings = z.object({
  windows: z.array(z.number()),
  trees: z.number(),
  lags: z.number(),
  smoothingRows: z.number(),
});
const tuning = z.object({
  ...{ name: z.string(), settings, because: z.string(), chosenAt: z.number(), tookMs: z.number() },
});

export const storedModelInfo: z.ZodType<ModelInfo> = z.object({
  watch: z.string(),
  version: z.string().regex(/^[A-Za-z0-9._-]+$/),
  detector: z.string(),
  code: z.string(),
  trainedAt: z.number(),
  from: z.number(),
  to: z.number(),
  entities: z.number(),
  rows: z.number(),
  metrics: z.array(z.string()),
  seed: z.number(),
  features: z.number(),
  parameters: z.record(z.string(), storedNumber),
  measures: z.record(z.string(), storedNumber),
  tuning: tuning.nullable().default(null),
});
const header = z.object({
  info: storedModelInfo,
  parts: z.array(z.object({ entity: z.string(), bytes: z.int().nonnegative() })),
});

export function encodeModel({ info, detectors }: StoredModel): Uint8Array {
  const parts = [...detectors].map(([entity, dump]) => ({ entity, bytes: dump.length }));
  const headerBytes = Buffer.from(encode({ info, parts }));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(format, 0);
  numbers.writeUInt32LE(headerBytes.length, 4);
  const content = Buffer.concat([magic, numbers, headerBytes, ...detectors.values()]);
  return Buffer.concat([content, checksumOf(content)]);
}

/** Takes a file apart. Throws a plain error that says what is wrong with it. */
export function decodeModel(bytes: Uint8Array): StoredModel {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length === 0) throw new Error('it is empty');
  if (!file.subarray(0, magic.length).equals(magic)) throw new Error('it is not a model');
  if (file.length < headerAt + checksumBytes) throw new Error('it is cut off');
  const found = file.readUInt32LE(magic.length);
  if (found !== format) throw new Error(`it has format ${found}, and this version reads format ${format}`);
  const content = file.subarray(0, -checksumBytes);
  if (!checksumOf(content).equals(file.subarray(-checksumBytes)))
    throw new Error('its checksum does not match: it is damaged or cut off');
  const partsAt = headerAt + content.readUInt32LE(magic.length + 4);
  const { info, parts } = decode(header, content.toString('utf8', headerAt, partsAt));
  return { info, detectors: splitParts(content.subarray(partsAt), parts) };
}

function splitParts(bytes: Buffer, parts: z.infer<typeof header>['parts']): ReadonlyMap<string, Uint8Array> {
  const detectors = new Map<string, Uint8Array>();
  let at = 0;
  for (const part of parts) {
    // A copy, so that one detector does not keep the file of all of them in memory, and may view it as aligned numbers.
    detectors.set(part.entity, new Uint8Array(bytes.subarray(at, at + part.bytes)));
    at += part.bytes;
  }
  if (at !== bytes.length || detectors.size !== parts.length) throw new Error('its parts do not add up');
  return detectors;
}

function checksumOf(content: Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
