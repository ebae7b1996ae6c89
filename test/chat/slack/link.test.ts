import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Connect, createLink, type Ended } from '../../../src/chat/slack/link.ts';
import { UpstreamError } from '../../../src/core/errors.ts';
import { createRecordingLog } from './start-bot.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const failure = (retryable: boolean, retryAfterMs: number | null = null) =>
  new UpstreamError('slack', 'no', { retryable, retryAfterMs });

/** A link whose every connection ends as given; says when each was begun, in ms from the start. */
async function followed(forMs: number, connect: (tried: number) => Promise<Ended>) {
  const log = createRecordingLog();
  const startedAt = Date.now();
  const begun: number[] = [];
  const link = createLink({
    log,
    now: Date.now,
    connects: [
      () => {
        begun.push(Date.now() - startedAt);
        return connect(begun.length);
      },
    ],
  });
  void link.start();
  await vi.advanceTimersByTimeAsync(forMs);
  await link.stop();
  return { begun, log };
}

describe('a link', () => {
  it('asks again every five minutes when it is refused, and says so once', async () => {
    const { begun, log } = await followed(900_000, () => Promise.reject(failure(false)));
    expect(begun).toEqual([0, 300_000, 600_000, 900_000]);
    expect(log.lines.map(({ message }) => message)).toEqual(['not connected to Slack']);
  });

  it('asks again with growing pauses when Slack is out of order', async () => {
    const { begun } = await followed(70_000, () => Promise.reject(failure(true)));
    expect(begun).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500, 61_500]);
  });

  it('asks no sooner than Slack asks it to', async () => {
    const { begun } = await followed(20_000, () => Promise.reject(failure(true, 20_000)));
    expect(begun).toEqual([0, 20_000]);
  });

  it('asks again after a fault of its own', async () => {
    const { begun } = await followed(500, () => Promise.reject(new TypeError('a bug')));
    expect(begun).toEqual([0, 500]);
  });

  it('connects anew at once when Slack asks for it, though not more often than ten times a second', async () => {
    const asked = (heldMs: number) => async () => ({ heldMs, because: 'warning', isPlanned: true });
    expect((await followed(250, asked(40))).begun).toEqual([0, 60, 120, 180, 240]);
    const { begun } = await followed(1, (tried) => asked(tried === 1 ? 5_000 : 1)());
    expect(begun.slice(0, 2)).toEqual([0, 0]);
  });

  it('slows down when the next one can not be had while the one before is open', async () => {
    const { begun } = await followed(3_500, async () => ({ heldMs: 0, because: 'no', isPlanned: true }));
    expect(begun).toEqual([0, 500, 1_500, 3_500]);
  });

  it('is up as long as one of its connections is, and begins the second when the first was let in', async () => {
    const log = createRecordingLog();
    const ends: PromiseWithResolvers<Ended>[] = [];
    const connect: Connect = (state) => {
      const end = Promise.withResolvers<Ended>();
      ends.push(end);
      state.up();
      return end.promise;
    };
    const other: Connect = (state, signal) => connect(state, signal);
    const link = createLink({ log, now: Date.now, connects: [connect, other] });
    await link.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(ends).toHaveLength(2);
    ends[0]?.resolve({ heldMs: 1, because: 'gone', isPlanned: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(link.connection().kind).toBe('connected');
    ends[1]?.resolve({ heldMs: 1, because: 'gone too', isPlanned: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(link.connection()).toMatchObject({ kind: 'disconnected', because: 'gone too' });
    await vi.advanceTimersByTimeAsync(500);
    expect(link.connection().kind).toBe('connected');
    const stopped = link.stop();
    for (const end of ends) end.resolve({ heldMs: 1, because: 'stopped', isPlanned: false });
    await stopped;
  });

  it('forgives a connection that held', async () => {
    const ended = { heldMs: 60_000, because: 'closed', isPlanned: false };
    const { begun } = await followed(1_000, async () => ended);
    expect(begun).toEqual([0, 500, 1_000]);
  });
});
