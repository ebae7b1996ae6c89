import type { z } from 'zod';
import { UsageError } from '../core/errors.ts';

/** What a caller sent, checked; throws `UsageError` with every problem in words. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new UsageError(parsed.error.issues.map(sentenceOf).join(' '));
}

/** An issue in the words of its schema, or in ours where it has none. */
function sentenceOf({ path, message, input }: z.core.$ZodIssue): string {
  if (!message.startsWith('Invalid input')) return message;
  const name = path.length === 0 ? 'The body' : `"${path.join('.')}"`;
  return input === undefined ? `${name} is missing.` : `${name} is of the wrong type.`;
}
