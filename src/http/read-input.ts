import type { z } from 'zod';
import { UsageError } from '../core/errors.ts';

/** What a caller sent, checked; throws `UsageError` with every problem in words. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  throw new UsageError(parsed.error.issues.map((issue) => issue.message).join(' '));
}
