import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** One level of a type: what may be written there, what has to be, and the blocks below it. */
export type Nested = {
  readonly attributes: readonly string[];
  readonly required: readonly string[];
  readonly blocks: Readonly<Record<string, Nested>>;
};

export type ProviderSchema = {
  readonly version: string;
  /** By "resource aws_vpc", "data aws_s3_bucket" and so on. `reads` is what an expression may ask of it. */
  readonly types: Readonly<Record<string, Nested & { readonly reads: readonly string[] }>>;
};

const level = { attributes: z.array(z.string()), required: z.array(z.string()) };
const nested: z.ZodType<Nested> = z.object({
  ...level,
  get blocks() {
    return z.record(z.string(), nested);
  },
});
const recorded = z.object({
  version: z.string(),
  types: z.record(z.string(), z.object({ ...level, blocks: z.record(z.string(), nested), reads: z.array(z.string()) })),
});

/** The AWS provider's schema as `record-schema.ts` wrote it down. */
export function readProviderSchema(): ProviderSchema {
  return recorded.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'recorded/aws-provider.json'), 'utf8')));
}
