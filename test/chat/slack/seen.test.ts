import { describe, expect, it } from 'vitest';
import { createSeen } from '../../../src/chat/slack/seen.ts';

describe('createSeen', () => {
  it('knows what came before, by any of its names', () => {
    const isNew = createSeen({ forMs: 1_000, most: 10, now: () => 0 });
    expect([isNew('a', 'b'), isNew('b', 'c'), isNew('c'), isNew('d')]).toEqual([true, false, false, true]);
  });

  it('forgets after its time, and not before', () => {
    let at = 0;
    const isNew = createSeen({ forMs: 1_000, most: 10, now: () => at });
    isNew('a');
    at = 999;
    expect(isNew('a')).toBe(false);
    at = 1_000;
    expect(isNew('a')).toBe(true);
  });

  it('forgets the oldest first when there are too many', () => {
    const isNew = createSeen({ forMs: 1_000, most: 2, now: () => 0 });
    for (const id of ['a', 'b', 'c', 'd']) isNew(id);
    expect([isNew('c'), isNew('d')]).toEqual([false, false]);
    expect(isNew('a')).toBe(true);
  });
});
