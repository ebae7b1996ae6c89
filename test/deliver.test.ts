import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Address } from '../src/core/address.ts';
import { UpstreamError } from '../src/core/errors.ts';
import type { Incident } from '../src/core/incident.ts';
import { silentLog } from '../src/core/log.ts';
import { say } from '../src/core/reply.ts';
import { createDelivery, type Delivery, troubleAfter } from '../src/deliver.ts';
import { due } from '../src/incidents/due.ts';
import { createTell } from '../src/tell.ts';
import { memoryIncidents, notebookPlatform, nothingElse, quietTelemetry } from './small-things.ts';

const slackChannel: Address = { platform: 'slack', channel: 'C1', thread: null };
const discordChannel: Address = { platform: 'discord', channel: '42', thread: null };

const incident = (id: string, change: Partial<Incident> = {}): Incident => ({
  id,
  kind: 'anomaly',
  watch: 'hosts',
  entity: id,
  state: { kind: 'open', since: 1 },
  severity: 'warning',
  openedAt: 1,
  lastSeenAt: 5,
  revision: 1,
  ...nothingElse,
  peakScore: 2,
  confidence: 0.9,
  because: [],
  story: Array.from({ length: change.revision ?? 1 }, (_, at) => ({
    ...{ revision: at + 1, at: 5, by: null, text: `chapter ${at + 1}` },
    isLoud: change.severity === 'critical',
  })),
  ...change,
});

const running: Delivery[] = [];
afterEach(async () => {
  for (const delivery of running.splice(0)) await delivery.stop();
});

function house(audiences = [slackChannel]) {
  const incidents = memoryIncidents();
  const platforms = [notebookPlatform('slack'), notebookPlatform('discord')] as const;
  let clock = 1_000;
  const delivery = createDelivery({
    incidents,
    platforms: new Map(platforms.map((platform) => [platform.name, platform])),
    tell: createTell({
      incidents,
      cardOf: async (of) => say(`card of ${of.id} ${of.state.kind}`),
      quietAmong: () => () => null,
      simulated: false,
    }),
    telemetry: quietTelemetry,
    now: () => clock,
    log: silentLog,
  });
  running.push(delivery);
  return {
    incidents,
    delivery,
    slack: platforms[0],
    discord: platforms[1],
    pass: (ms: number) => {
      clock += ms;
      delivery.kick();
    },
    async settle(...changed: readonly Incident[]) {
      const before = await incidents.remember();
      const all = new Map([...before.open, ...changed].map((one) => [one.id, one]));
      const owes = due({
        ...before,
        tellingOf: () => 'now',
        digestAbove: 10,
        incidents: [...all.values()],
        audiencesOf: () => audiences,
        now: clock,
      });
      await incidents.commit({ incidents: changed, ...owes });
      delivery.kick();
    },
  };
}

const nothingOwed = (incidents: ReturnType<typeof memoryIncidents>) =>
  vi.waitFor(() => expect([...incidents.owed.keys()]).toEqual([]), { timeout: 5_000, interval: 5 });

describe('delivery', () => {
  it('posts a card, edits it in place, and says the end under it', async () => {
    const { delivery, incidents, settle, slack } = house();
    delivery.start();
    await settle(incident('web-1'));
    await nothingOwed(incidents);
    await settle(incident('web-1', { revision: 2, state: { kind: 'resolved', since: 90_000, by: 'recovered' } }));
    await nothingOwed(incidents);
    expect(slack.posts.map((post) => [post.key, post.to.thread])).toEqual([
      ['web-1@slack@C1#card', null],
      ['web-1@slack@C1#news2', 'm1'],
    ]);
    expect(slack.edits).toMatchObject([{ message: { message: 'm1' }, reply: { summary: 'card of web-1 resolved' } }]);
    expect(slack.posts[1]?.reply.summary).toContain('chapter 2; Over after 1 min');
  });

  it('keeps a notice that failed, and tells it when the pause is over, saying that it tried before', async () => {
    const { delivery, incidents, settle, slack, pass } = house();
    slack.failWith = new UpstreamError('slack', 'slow down', { retryable: true, retryAfterMs: 30_000 });
    delivery.start();
    await settle(incident('web-1'));
    await vi.waitFor(() => expect(delivery.troubles()).toHaveLength(1), { interval: 5 });
    expect(delivery.troubles()[0]).toMatchObject({ until: 31_000, because: 'slow down' });
    slack.failWith = null;
    pass(29_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(slack.posts).toEqual([]);
    pass(2_000);
    await nothingOwed(incidents);
    expect(slack.posts).toMatchObject([{ key: 'web-1@slack@C1#card', attemptedAt: 1_000 }]);
    expect(delivery.troubles()).toEqual([]);
  });

  it('does not leave a channel alone for a day when the clock is put back by one', async () => {
    const { delivery, incidents, settle, slack, pass } = house();
    slack.failWith = new UpstreamError('slack', 'slow down', { retryable: true, retryAfterMs: 5_000 });
    delivery.start();
    await settle(incident('web-1'));
    await vi.waitFor(() => expect(delivery.troubles()).toHaveLength(1), { interval: 5 });
    slack.failWith = null;
    pass(-86_400_000);
    await nothingOwed(incidents);
    expect(slack.posts).toHaveLength(1);
  });

  it('is not late with what waits for the end of quiet hours', async () => {
    const { delivery, incidents, slack } = house();
    delivery.start();
    const held = {
      key: 'web-1@slack@C1',
      incident: 'web-1',
      revision: 1,
      kind: 'opened',
      audience: slackChannel,
    } as const;
    const notice = { ...held, owedSince: 0, attemptedAt: null, notBefore: 9_000_000, digest: 'quiet-9000000' };
    await incidents.commit({ incidents: [incident('web-1')], owed: [notice], dropped: [] });
    delivery.kick();
    await new Promise((resolve) => setImmediate(resolve));
    expect([delivery.owed(), slack.posts]).toEqual([{ notices: 0, oldestMs: null }, []]);
  });

  it('looks back to its first try, however often it was tried since', async () => {
    const { delivery, incidents, settle, slack, pass } = house();
    slack.failWith = new UpstreamError('slack', 'slow down', { retryable: true, retryAfterMs: 30_000 });
    delivery.start();
    await settle(incident('web-1'));
    for (const failures of [1, 2, 3]) {
      await vi.waitFor(() => expect(delivery.troubles()).toMatchObject([{ failures }]), { interval: 5 });
      if (failures === 3) slack.failWith = null;
      pass(31_000);
    }
    await nothingOwed(incidents);
    expect(slack.posts).toMatchObject([{ attemptedAt: 1_000 }]);
  });

  it('lets no notice wait for one that is refused, and keeps that one', async () => {
    const { delivery, incidents, settle, slack } = house();
    const post = slack.post;
    slack.post = async (to, reply, ...rest) => {
      if (reply.summary.includes('bad')) throw new UpstreamError('slack', 'invalid_blocks', { retryable: false });
      return post(to, reply, ...rest);
    };
    await settle(incident('bad', { severity: 'critical' }), incident('web-1'), incident('web-2'));
    delivery.start();
    await vi.waitFor(() => expect([...incidents.owed.keys()]).toEqual(['bad@slack@C1']), { interval: 5 });
    expect(slack.posts.map(({ reply }) => reply.summary)).toEqual(['card of web-1 open', 'card of web-2 open']);
    const rest = [{ because: 'invalid_blocks', until: 121_000 }];
    await vi.waitFor(() => expect(delivery.troubles()).toMatchObject(rest), { interval: 5 });
  });

  it('goes on after a refusal that was long in coming', async () => {
    const { delivery, incidents, settle, slack } = house();
    const post = slack.post;
    slack.post = async (to, reply, ...rest) => {
      if (!reply.summary.includes('bad')) return post(to, reply, ...rest);
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      throw new UpstreamError('slack', 'invalid_blocks', { retryable: false });
    };
    await settle(incident('bad', { severity: 'critical' }), incident('web-1'));
    delivery.start();
    const left = (): void => expect([...incidents.owed.keys()]).toEqual(['bad@slack@C1']);
    await vi.waitFor(left, { timeout: 5_000, interval: 5 });
  });

  it('lets every notice of a channel wait for one that may pass, so that they keep their order', async () => {
    const { delivery, settle, slack } = house();
    const tried: string[] = [];
    slack.post = async (_to, { summary }) => {
      tried.push(summary);
      throw new UpstreamError('slack', 'slow down', { retryable: true });
    };
    await settle(incident('web-1'), incident('web-2'));
    delivery.start();
    await vi.waitFor(() => expect(delivery.troubles()).toHaveLength(1), { interval: 5 });
    expect(tried).toEqual(['card of web-1 open']);
  });

  it('lets no channel wait for another', async () => {
    const { delivery, incidents, settle, slack, discord } = house([slackChannel, discordChannel]);
    slack.failWith = new UpstreamError('slack', 'refused the token', { retryable: false });
    delivery.start();
    await settle(incident('web-1'));
    await vi.waitFor(() => expect(discord.posts).toHaveLength(1), { interval: 5 });
    expect([...incidents.owed.keys()]).toEqual(['web-1@slack@C1']);
  });

  it('tells criticals first', async () => {
    const { delivery, incidents, settle, slack } = house();
    await settle(incident('calm'), incident('loud', { severity: 'critical' }));
    delivery.start();
    await nothingOwed(incidents);
    expect(slack.posts.map((post) => post.reply.summary)).toEqual(['card of loud open', 'card of calm open']);
  });

  it('tells what was over before it could be told, once and as it is', async () => {
    const { delivery, incidents, settle, slack } = house();
    await settle(incident('web-1'));
    await settle(incident('web-1', { revision: 2, state: { kind: 'resolved', since: 2, by: 'recovered' } }));
    delivery.start();
    await nothingOwed(incidents);
    expect(slack.posts.map((post) => post.reply.summary)).toEqual(['card of web-1 resolved']);
  });

  it('posts no second card when an edit may still pass', async () => {
    const { delivery, incidents, settle, slack, pass } = house();
    delivery.start();
    await settle(incident('web-1'));
    await nothingOwed(incidents);
    const edit = slack.edit;
    slack.edit = async () => {
      throw new UpstreamError('slack', 'slow down', { retryable: true });
    };
    await settle(incident('web-1', { revision: 2, severity: 'critical' }));
    await vi.waitFor(() => expect(delivery.troubles()).toHaveLength(1), { interval: 5 });
    slack.edit = edit;
    pass(60_000);
    await nothingOwed(incidents);
    expect(slack.posts.map((post) => post.key)).toEqual(['web-1@slack@C1#card', 'web-1@slack@C1#news2']);
    expect(slack.edits).toHaveLength(1);
  });

  it('posts a new card when the old one is gone', async () => {
    const { delivery, incidents, settle, slack } = house();
    delivery.start();
    await settle(incident('web-1'));
    await nothingOwed(incidents);
    slack.edit = async () => {
      throw new UpstreamError('slack', 'message_not_found', { retryable: false });
    };
    await settle(incident('web-1', { revision: 2, severity: 'critical' }));
    await nothingOwed(incidents);
    expect(slack.posts.map((post) => post.key)).toEqual([
      'web-1@slack@C1#card',
      'web-1@slack@C1#card2',
      'web-1@slack@C1#news2',
    ]);
  });

  it.each([
    {
      story: 'as the service asked',
      error: new UpstreamError('slack', 'x', { retryable: true, retryAfterMs: 7_000 }),
      failures: 3,
      rest: 7_000,
    },
    { story: 'a second after the first failure', error: new Error('x'), failures: 0, rest: 1_000 },
    { story: 'longer each time', error: new Error('x'), failures: 3, rest: 8_000 },
    { story: 'at most a minute', error: new Error('x'), failures: 30, rest: 60_000 },
    {
      story: 'two minutes after a refusal',
      error: new UpstreamError('slack', 'x', { retryable: false }),
      failures: 0,
      rest: 120_000,
    },
  ])('rests $story', ({ error, failures, rest }) => {
    const before = { audience: slackChannel, failures, since: 0, until: 0, isRefused: false, because: '' };
    expect(troubleAfter(before, slackChannel, error, 100).until).toBe(100 + rest);
  });
});
