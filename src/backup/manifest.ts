import { createHash } from 'node:crypto';
import { z } from 'zod';

const part = z.object({ key: z.string(), bytes: z.int().nonnegative(), sha256: z.string() });
/** A file of any size in compressed parts. Sizes and sums are of the parts as they are stored and of the whole as it was. */
const storedFile = z.object({
  bytes: z.int().nonnegative(),
  sha256: z.string(),
  parts: z.array(part),
});
export type StoredFile = z.infer<typeof storedFile>;

/** It becomes a path: nothing in it walks up a folder. */
const modelKey = z.string().regex(/^models(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._=-]+)+$/);

const manifest = z.object({
  format: z.literal(1),
  name: z.string(),
  /** Epoch ms. */
  madeAt: z.number(),
  /** The version of the program that made it. */
  version: z.string(),
  /** Null when the database is a server with backups of its own. */
  database: z
    .object({ schema: z.array(z.string()), tables: z.record(z.string(), z.number()), file: storedFile })
    .nullable(),
  blobs: z.array(z.object({ key: modelKey, file: storedFile })),
});
/** What a backup holds. It is written last: where there is none, there is no backup. */
export type Manifest = z.infer<typeof manifest>;

const sealed = z.object({ sha256: z.string(), manifest: z.unknown() });

export function encodeManifest(content: Manifest): Uint8Array {
  return Buffer.from(JSON.stringify({ sha256: sumOf(JSON.stringify(content)), manifest: content }, null, 1));
}

/** Throws a plain error that says what is wrong with it. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const found = sealed.safeParse(parsed(bytes));
  if (!found.success) throw new Error('it is not a manifest');
  if (sumOf(JSON.stringify(found.data.manifest)) !== found.data.sha256) throw new Error('its checksum does not match');
  const content = manifest.safeParse(found.data.manifest);
  if (!content.success) throw new Error('this version can not read it; it was made by another one');
  return content.data;
}

export function sumOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return null;
  }
}
