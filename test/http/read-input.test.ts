import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UsageError } from '../../src/core/errors.ts';
import { readInput } from '../../src/http/read-input.ts';

const schema = z.object({
  id: z.string(),
  at: z.object({ row: z.number() }),
  text: z.string({ error: 'Say something.' }),
});

describe('what a caller sent', () => {
  it.each([
    [{ at: { row: 1 }, text: 'a' }, '"id" is missing.'],
    [{ id: 'a', at: { row: 'b' } }, '"at.row" is of the wrong type. Say something.'],
    [['a'], 'The body is of the wrong type.'],
  ])('is refused by name: %j', (input, words) => {
    expect(() => readInput(schema, input)).toThrow(new UsageError(words));
  });

  it('is taken when it fits', () => {
    const input = { id: 'a', at: { row: 1 }, text: 'b' };
    expect(readInput(schema, input)).toEqual(input);
  });
});
