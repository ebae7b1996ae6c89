import { describe, expect, it } from 'vitest';
import type { Address } from '../../src/core/address.ts';
import type { ChatPlatform, Conversation } from '../../src/core/chat.ts';
import { UpstreamError } from '../../src/core/errors.ts';
import { type Reply, say } from '../../src/core/reply.ts';

/** A message as people see it now. */
export type Seen = { readonly id: string; readonly under: string | null; readonly words: string };

export type Started = {
  readonly platform: ChatPlatform;
  readonly channel: Address;
  /** The bot's own messages in that channel, oldest first. */
  seen(): Promise<readonly Seen[]>;
};

const signal = new AbortController().signal;
const silence: Conversation = { handle: async () => {}, complete: async () => [], formOf: () => [] };
const first = (key: string) => ({ key, attemptedAt: null, isLoud: false });

const everything: Reply = {
  summary: 'the whole in a line',
  blocks: [
    { kind: 'heading', text: 'Critical: anomaly on web-1', tone: 'critical' },
    { kind: 'text', text: 'cpu <!channel> @everyone *93* %' },
    { kind: 'facts', facts: [{ name: 'since', value: '12:00' }] },
    { kind: 'table', columns: ['metric', 'seen'], rows: [['cpu', '93 %']] },
    { kind: 'code', text: 'rate(x[5m])' },
    { kind: 'link', text: 'Runbook', url: 'https://runbooks.example/cpu' },
    { kind: 'note', text: 'incident 7' },
  ],
  onlyYou: false,
};

/** What every chat platform does, whoever is behind it. `start` gives a platform that nobody has started yet. */
export function chatPlatformContract(name: string, start: () => Promise<Started>): void {
  describe(`${name} as a chat platform`, () => {
    it('is connected after its start', async () => {
      const { platform } = await start();
      await platform.start(silence);
      await expect.poll(() => platform.connection().kind).toBe('connected');
    });

    it('posts a message that can be named, before it was started too', async () => {
      const { platform, channel, seen } = await start();
      const ref = await platform.post(channel, say('first'), first('k1'), signal);
      expect(ref).toMatchObject({ platform: platform.name, channel: channel.channel });
      expect(await seen()).toEqual([{ id: ref.message, under: null, words: expect.stringContaining('first') }]);
    });

    it('edits what it posted, in place', async () => {
      const { platform, channel, seen } = await start();
      const ref = await platform.post(channel, say('first'), first('k1'), signal);
      await platform.edit(ref, say('second'), signal);
      expect((await seen()).map(({ id, words }) => [id, /second/.test(words)])).toEqual([[ref.message, true]]);
    });

    it('posts under a message', async () => {
      const { platform, channel, seen } = await start();
      const card = await platform.post(channel, say('card'), first('k1'), signal);
      await platform.post({ ...channel, thread: card.message }, say('news'), first('k2'), signal);
      expect((await seen()).map(({ under }) => under)).toEqual([null, card.message]);
    });

    it('finds what an earlier try left, and posts nothing twice', async () => {
      const { platform, channel, seen } = await start();
      const attemptedAt = Date.now() - 1_000;
      const card = await platform.post(channel, say('card'), { key: 'k1', attemptedAt, isLoud: false }, signal);
      expect(await platform.post(channel, say('card'), { key: 'k1', attemptedAt, isLoud: false }, signal)).toEqual(
        card,
      );
      const under = { ...channel, thread: card.message };
      const news = await platform.post(under, say('news'), { key: 'k2', attemptedAt, isLoud: false }, signal);
      expect(await platform.post(under, say('news'), { key: 'k2', attemptedAt, isLoud: false }, signal)).toEqual(news);
      await platform.post(channel, say('another'), { key: 'k3', attemptedAt, isLoud: false }, signal);
      expect((await seen()).map(({ words }) => /card|news|another/.exec(words)?.[0])).toEqual([
        'card',
        'news',
        'another',
      ]);
    });

    it('says when a message can not be edited any more, for good', async () => {
      const { platform, channel } = await start();
      const ref = await platform.post(channel, say('first'), first('k1'), signal);
      const failure = await platform
        .edit({ ...ref, message: `${ref.message.slice(0, -1)}9999` }, say('second'), signal)
        .catch((error) => error);
      expect(failure).toBeInstanceOf(UpstreamError);
      expect(failure.retryable).toBe(false);
    });

    it('shows every kind of block, and text as it is', async () => {
      const { platform, channel, seen } = await start();
      await platform.post(channel, everything, first('k1'), signal);
      const [{ words } = { words: '' }] = await seen();
      const plain = words.replaceAll(/[\\\u200b]/g, '');
      for (const part of ['anomaly on web-1', '93', 'since', '12:00', 'metric', 'rate(x[5m])', 'Runbook', 'incident 7'])
        expect(plain).toContain(part);
    });

    it('stops, and says so', async () => {
      const { platform } = await start();
      await platform.start(silence);
      await platform.stop();
      expect(platform.connection().kind).not.toBe('connected');
    });
  });
}
