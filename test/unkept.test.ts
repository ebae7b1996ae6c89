import { describe, expect, it } from 'vitest';
import type { PostOptions } from '../src/core/chat.ts';
import { UpstreamError } from '../src/core/errors.ts';
import { silentLog } from '../src/core/log.ts';
import type { Reply } from '../src/core/reply.ts';
import type { EntitySituation } from '../src/core/situation.ts';
import { createUnkeptNotice } from '../src/unkept.ts';

const signal = new AbortController().signal;
const begin = Date.UTC(2026, 0, 5, 14);
const isDown = new UpstreamError('slack', 'it is down', { retryable: true });
const isGone = new UpstreamError('slack', 'the message is gone', { retryable: false });
const channels = ['slack', 'discord'].map((platform) => ({ platform, channel: `${platform}-ops`, thread: null }));

/** Two channels, what stands in them, and a store that takes something or says why not. */
function house(anomalous: readonly string[] = []) {
  const posts: string[] = [];
  const edits: string[] = [];
  const refusals = new Map<string, Error>();
  const options: string[] = [];
  const keys = new Set<string>();
  const words = ({ blocks }: Reply): string =>
    blocks
      .map((block) =>
        block.kind === 'facts' ? block.facts.map(({ value }) => value).join() : 'text' in block && block.text,
      )
      .join(' / ');
  const platformOf = (name: string) => ({
    post: async (_: unknown, reply: Reply, { key, attemptedAt, isLoud }: PostOptions) => {
      options.push(
        `${name} ${key.slice(0, 6)} ${attemptedAt === null ? 'first' : attemptedAt - begin} ${isLoud ? 'loud' : ''}`,
      );
      keys.add(key);
      const refusal = refusals.get(name);
      if (refusal !== undefined) throw refusal;
      posts.push(`${name}: ${words(reply)}`);
      return { platform: name, channel: 'ops', message: `${name}-1` };
    },
    edit: async ({ message }: { readonly message: string }, reply: Reply) => {
      const refusal = refusals.get(name);
      if (refusal !== undefined) throw refusal;
      edits.push(`${message}: ${words(reply)}`);
    },
  });
  const entities = anomalous.map(
    (entity): EntitySituation => ({ entity, state: 'anomalous', at: 0, score: 2, readings: [] }),
  );
  const calm: EntitySituation = { entity: 'calm', state: 'normal', at: 0, score: 0, readings: [] };
  const silent: EntitySituation = { ...calm, entity: 'db-1', state: 'silent' };
  const quiet = anomalous.length === 2 ? [calm, silent] : [calm];
  let clock = begin;
  let unkept: string | null = null;
  const notice = createUnkeptNotice({
    platforms: () => new Map(channels.map(({ platform }) => [platform, platformOf(platform)])),
    channels,
    lastTick: () => ({ at: clock, tookMs: 1, outcome: unkept === null ? 'ok' : 'failed', unkept }),
    situation: () => ({
      ...{ now: clock, simulated: false, source: { reachable: true, since: 0, because: null }, open: [] },
      watches: [
        {
          watch: 'hosts',
          model: { kind: 'none', because: 'x' },
          at: 0,
          unread: null,
          entities: [...entities, ...quiet],
        },
      ],
    }),
    now: () => clock,
    log: silentLog,
  });
  return {
    ...{ posts, edits, refusals, options, keys },
    /** A tick so many seconds after the beginning. */
    async tick(second: number, because: string | null) {
      [clock, unkept] = [begin + second * 1_000, because];
      await notice.look(signal);
    },
  };
}

describe('a store that takes nothing', () => {
  it('is said once in each channel, with what is anomalous then, and the same message says that it is over', async () => {
    const { tick, posts, edits } = house(['web-1', 'web-2']);
    for (const second of [0, 30, 60]) await tick(second, 'the disk is full');
    const said =
      'Nothing can be kept: no new alert is announced / Since 2026-01-05 14:00:00 UTC: the disk is full. / web-1 (hosts), web-2 (hosts), db-1 (hosts, silent) / What is still true when the store takes something again is announced then.';
    expect(posts).toEqual([`slack: ${said}`, `discord: ${said}`]);
    expect(edits).toEqual([]);
    for (const second of [90, 120]) await tick(second, null);
    const over =
      'Alerts are announced again / Nothing could be kept from 2026-01-05 14:00:00 UTC to 2026-01-05 14:01:30 UTC: the disk is full.';
    expect(edits).toEqual([`slack-1: ${over}`, `discord-1: ${over}`]);
    expect(posts).toHaveLength(2);
  });

  it('for a moment is nothing to speak of', async () => {
    const { tick, posts, edits } = house();
    await tick(0, 'another process holds its lock');
    await tick(14, 'another process holds its lock');
    await tick(16, null);
    expect([...posts, ...edits]).toEqual([]);
  });

  it('again is said again', async () => {
    const { tick, posts, edits } = house();
    for (const start of [0, 1_000]) {
      await tick(start, 'full');
      await tick(start + 20, 'full');
      await tick(start + 40, null);
    }
    expect([posts.length, edits.length]).toEqual([4, 4]);
  });

  it('says that nothing is anomalous when nothing is, and names ten at most', async () => {
    const none = house();
    const many = house(Array.from({ length: 12 }, (_, at) => `web-${at}`));
    for (const { tick } of [none, many]) for (const second of [0, 20]) await tick(second, 'full');
    expect(none.posts[0]).toContain(' / nothing that is known / ');
    expect(many.posts[0]).toContain('web-9 (hosts) and 2 more / ');
    expect(many.posts[0]).not.toContain('web-10');
  });
});

describe('a platform that refuses', () => {
  it('is told later, and the other at once', async () => {
    const { tick, posts, refusals, options, keys } = house();
    refusals.set('slack', isDown);
    await tick(0, 'full');
    await tick(20, 'full');
    expect(posts.map((post) => post.slice(0, 7))).toEqual(['discord']);
    refusals.clear();
    await tick(40, 'full');
    await tick(60, 'full');
    expect(posts.map((post) => post.slice(0, 7))).toEqual(['discord', 'slack: ']);
    // What was tried before is looked for, under the name that it had.
    expect(options).toEqual(['slack unkept first loud', 'discord unkept first loud', 'slack unkept 20000 loud']);
    expect(keys.size).toBe(2);
  });

  it('is told of the end later; a message that is gone is left alone', async () => {
    const { tick, edits, refusals } = house();
    await tick(0, 'full');
    await tick(20, 'full');
    refusals.set('slack', isDown).set('discord', isGone);
    await tick(40, null);
    expect(edits).toEqual([]);
    refusals.clear();
    await tick(60, null);
    await tick(80, null);
    expect(edits.map((edit) => edit.slice(0, 7))).toEqual(['slack-1']);
  });
});
