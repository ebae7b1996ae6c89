import { expect, it } from 'vitest';
import { createSeen } from '../../../src/chat/discord/seen.ts';

it('knows an id the second time, and forgets the oldest of too many', () => {
  const isNew = createSeen(2);
  expect([isNew('a'), isNew('a'), isNew('b'), isNew('c'), isNew('c'), isNew('a')]).toEqual([
    true,
    false,
    true,
    true,
    false,
    true,
  ]);
});
