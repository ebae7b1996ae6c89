import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ModelInfo } from '../core/model.ts';
import { storedModelInfo } from './model-file.ts';
import { decode, encode } from './stored-json.ts';

/** A version that is kept; `before` is the one that was in use when it was trained. */
export type Entry = { readonly info: ModelInfo; readonly before: string | null };

/** The versions of a watch that are kept, newest first, and which one is in use. */
export type Catalog = { readonly current: string; readonly versions: readonly Entry[] };

const format = 2;
const shape = z
  .object({
    format: z.literal(format),
    current: z.string(),
    versions: z.array(z.object({ info: storedModelInfo, before: z.string().nullable() })).min(1),
  })
  .refine(
    ({ current, versions }) => versions.some(({ info }) => info.version === current),
    'names no version it knows',
  );
/** A catalog as the text of the pointer: JSON, with the SHA-256 of the rest of it. */
export function encodeCatalog({ current, versions }: Catalog): Uint8Array {
  const content = { format, current, versions };
  return Buffer.from(encode({ ...content, sha256: checksumOf(content) }));
}

/** Reads a pointer back. Throws a plain error that says what is wrong with it. */
export function decodeCatalog(bytes: Uint8Array): Catalog {
  const { sha256, ...content } = fieldsOf(Buffer.from(bytes).toString());
  if (typeof content.format !== 'number' || typeof sha256 !== 'string') throw new Error('it is no pointer to a model');
  if (content.format !== format)
    throw new Error(`it has format ${content.format}, and this version reads format ${format}`);
  if (checksumOf(content) !== sha256) throw new Error('its checksum does not match: it is damaged');
  const { current, versions } = shape.parse(content);
  return { current, versions };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') throw new Error('it is empty');
  try {
    return decode(z.record(z.string(), z.unknown()), text);
  } catch (error) {
    throw new Error('it is cut off or no JSON object', { cause: error });
  }
}

/** JSON keeps the order of names and gives numbers back as they were, so its text can be made again from what was read. */
function checksumOf(content: unknown): string {
  return createHash('sha256').update(encode(content)).digest('hex');
}

/**
 * With a new version, which is in use from now on: `keep` versions at most, and besides them always the one that was in
 * use until now.
 */
export function withVersion(catalog: Catalog | null, info: ModelInfo, keep: number): Catalog {
  const known = catalog?.versions ?? [];
  const others = known.filter((entry) => entry.info.version !== info.version);
  const same = known.find((entry) => entry.info.version === info.version);
  const before = (catalog?.current === info.version ? same?.before : catalog?.current) ?? null;
  const kept = others.filter((entry, index) => index < keep - 1 || entry.info.version === before);
  return { current: info.version, versions: [{ info, before }, ...kept] };
}

/** The catalog of versions of which nothing but themselves is known; null when there are none. */
export function rebuiltFrom(infos: readonly ModelInfo[]): Catalog | null {
  const newestFirst = infos.toSorted((a, b) => b.trainedAt - a.trainedAt);
  const versions = newestFirst.map((info, index) => ({ info, before: newestFirst[index + 1]?.version ?? null }));
  const [newest] = newestFirst;
  return newest === undefined ? null : { current: newest.version, versions };
}

/**
 * What may take the place of the current version, best first: the one that was in use when that was trained, from there
 * on likewise, so that what was rolled back from once does not come up again; and then all others that are older.
 */
export function fallbacksOf({ current, versions }: Catalog): readonly string[] {
  const known = new Map(versions.map((entry) => [entry.info.version, entry]));
  const path = new Set([current]);
  for (let at = known.get(current)?.before ?? null; at !== null && known.has(at) && !path.has(at); ) {
    path.add(at);
    at = known.get(at)?.before ?? null;
  }
  const place = versions.findIndex(({ info }) => info.version === current);
  for (const { info } of versions.slice(place)) path.add(info.version);
  return [...path].slice(1);
}
