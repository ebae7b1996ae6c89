import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { slackManifest } from '../../src/chat/slack/manifest.ts';
import { createSlackPlatform } from '../../src/chat/slack/platform.ts';
import { renderSlack } from '../../src/chat/slack/render.ts';
import { createConverse } from '../../src/converse.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Block, Reply } from '../../src/core/reply.ts';
import { createHostileText } from '../chat/slack/hostile-text.ts';
import { commandBench } from '../commands/list.ts';
import { liveMarkupIn, slackMessageProblems, startSlackEmulator } from '../emulators/slack.ts';
import { memoryDeliveries, noPictures, quietRecord, quietTelemetry } from '../small-things.ts';

const schemaFiles = ['v1', 'v2'].map((version) =>
  join(process.env.SCHEMAS_DIR ?? '.schemas', `slack-manifest-${version}.json`),
);
const missing = schemaFiles.filter((file) => !existsSync(file));
const howToGetThem = `${missing.join(' and ')} is missing: save the manifest schemas of slackapi/manifest-schema there, or say where they are with SCHEMAS_DIR`;

/** Every kind of block, and one of each that is empty or far too long. */
const kinds: readonly Block[] = [
  { kind: 'heading', text: 'Critical: anomaly on web-1', tone: 'critical' },
  { kind: 'heading', text: '', tone: 'neutral' },
  { kind: 'heading', text: '&<>'.repeat(200), tone: 'warning' },
  { kind: 'text', text: 'cpu 93 % (expected 41 %)' },
  { kind: 'text', text: '' },
  { kind: 'text', text: 'word '.repeat(3_000) },
  { kind: 'text', text: '&<>"\\\n'.repeat(3_000) },
  {
    kind: 'facts',
    facts: [
      { name: 'since', value: '12:30' },
      { name: '', value: '' },
    ],
  },
  { kind: 'facts', facts: Array.from({ length: 60 }, (_fact, at) => ({ name: `n${at}`, value: 'v'.repeat(2_500) })) },
  { kind: 'code', text: 'rate(x[5m])' },
  { kind: 'code', text: '```\n'.repeat(2_000) },
  { kind: 'table', columns: ['a', 'b'], rows: [['1', '2'], []] },
  { kind: 'table', columns: ['a', 'b'], rows: Array.from({ length: 900 }, () => ['x'.repeat(20), 'y'.repeat(20)]) },
  { kind: 'table', columns: ['a', 'b'], rows: Array.from({ length: 900 }, () => ['x'.repeat(90), 'y'.repeat(90)]) },
  { kind: 'table', columns: [], rows: [] },
  { kind: 'link', text: 'Runbook', url: 'https://runbooks.example/cpu' },
  { kind: 'link', text: 'x'.repeat(5_000), url: `https://a.example/${'y'.repeat(3_000)}` },
  { kind: 'note', text: 'incident 7' },
  { kind: 'note', text: 'n'.repeat(5_000) },
];

function repliesOf(): readonly Reply[] {
  const text = createHostileText(2_026);
  const hostile = (): Block[] => [
    { kind: 'heading', text: text(300), tone: 'warning' },
    { kind: 'facts', facts: [{ name: text(90), value: text(300) }] },
    { kind: 'table', columns: [text(3), text(3)], rows: [[text(90), text(90)]] },
    { kind: 'code', text: text(900) },
    { kind: 'note', text: text(200) },
  ];
  const single = kinds.map((block): Reply => ({ summary: 'one', blocks: [block], onlyYou: false }));
  const all: Reply = { summary: 'all', blocks: kinds, onlyYou: false };
  const many: Reply = {
    ...all,
    blocks: Array.from({ length: 100 }, (_part, at) => ({ kind: 'text', text: `part ${at}` })),
  };
  const mean = Array.from({ length: 60 }, (): Reply => ({ summary: text(500), blocks: hostile(), onlyYou: false }));
  return [...single, all, many, { summary: '', blocks: [], onlyYou: false }, ...mean];
}

/** A whole day of a bot in a moment: it is asked everything, posts and edits. */
async function liveADay() {
  const slack = await startSlackEmulator();
  const { commands } = commandBench();
  const { botToken, appToken, url: apiUrl } = slack;
  const rest = { signingSecret: null, mode: 'socket', port: 0, groups: [], log: silentLog, now: Date.now } as const;
  const platform = createSlackPlatform({
    deliveries: memoryDeliveries(),
    painter: noPictures,
    botToken,
    appToken,
    apiUrl,
    ...rest,
  });
  const roleOf = () => 'admin' as const;
  const shared = { record: quietRecord, telemetry: quietTelemetry, now: Date.now, log: silentLog };
  try {
    await platform.start(createConverse({ commands, roleOf, ...shared }));
    const asked = commands.map(({ path, options }) => {
      const values = options.filter((option) => option.required).map(({ choices }) => choices[0] ?? 'up');
      return slack.command(['/ops', ...path, ...values].join(' '));
    });
    asked.push(slack.command('/ops query'), slack.command('/ops'));
    slack.mention('what is wrong with <!channel>?');
    slack.mention('staus');
    slack.direct('status');
    await slack.waitFor(() => asked.every(({ answer }) => answer !== null));
    await slack.waitFor(() => slack.calls('chat.postMessage').length === 3);
    const to = { platform: 'slack', channel: slack.channels.random, thread: null };
    const signal = AbortSignal.timeout(30_000);
    for (const [at, reply] of repliesOf().entries()) {
      const attemptedAt = at % 9 === 0 ? Date.now() : null;
      const card = await platform.post(to, reply, { key: `card ${at}`, attemptedAt, isLoud: at % 2 === 0 }, signal);
      await platform.edit(card, reply, signal);
      const thread = card.message;
      if (at % 9 === 0)
        await platform.post({ ...to, thread }, reply, { key: `news ${at}`, attemptedAt, isLoud: at % 2 === 0 }, signal);
    }
    return slack.calls();
  } finally {
    await platform.stop();
    await slack.stop();
  }
}

describe("what is sent to Slack, by Slack's published limits", () => {
  it('is sound in every call of a whole day, and none of it is markup', async () => {
    const calls = await liveADay();
    expect(calls.filter(({ status, answer }) => status !== 200 || answer.ok === false)).toEqual([]);
    for (const { method, args } of calls) {
      if (!/^chat\.|^response_url$/.test(method)) continue;
      expect(slackMessageProblems(args), method).toEqual([]);
      expect(
        liveMarkupIn(args).filter((found) => !found.startsWith('link https://')),
        method,
      ).toEqual([]);
    }
    expect([...new Set(calls.map(({ method }) => method))].sort()).toEqual([
      'apps.connections.open',
      'auth.test',
      'chat.postMessage',
      'chat.update',
      'conversations.history',
      'conversations.replies',
      'response_url',
    ]);
  });

  it.each(repliesOf().map((reply, at) => [at, reply] as const))('is sound in reply %i', (_at, reply) => {
    const message = renderSlack(reply);
    expect(slackMessageProblems(message)).toEqual([]);
    expect(JSON.stringify(message.blocks).length).toBeLessThan(12_000);
    expect(message.text.length).toBeLessThan(4_000);
  });

  it.each([
    ['no words', {}, /no_text/],
    ['too many blocks', { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }, /50 items/],
    ['a long header', { blocks: [header('x'.repeat(151))] }, /151 characters/],
    ['an empty header', { blocks: [header('')] }, /more than 0/],
    ['markup in a header', { blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }] }, /plain_text/],
    ['a long section', { blocks: [{ type: 'section', text: plain('x'.repeat(3_001)) }] }, /3001 characters/],
    [
      'many fields',
      { blocks: [{ type: 'section', fields: Array.from({ length: 11 }, () => plain('x')) }] },
      /10 items/,
    ],
    ['a long field', { blocks: [{ type: 'section', fields: [plain('x'.repeat(2_001))] }] }, /2001 characters/],
    ['an empty context', { blocks: [{ type: 'context', elements: [] }] }, /1 to 10/],
    ['empty rich text', { blocks: [{ type: 'rich_text', elements: [] }] }, /must not be empty/],
    ['an unknown block', { blocks: [{ type: 'embed' }] }, /unsupported type/],
    [
      'too much in all',
      { blocks: Array.from({ length: 5 }, () => ({ type: 'section', text: plain('x'.repeat(2_900)) })) },
      /msg_blocks_too_long/,
    ],
    ['a long text', { text: 'x'.repeat(4_001) }, /4001/],
    [
      'metadata without a payload',
      { text: 'x', metadata: { event_type: 'x', event_payload: {} } },
      /invalid_metadata_format/,
    ],
  ])('would be noticed with %s', (_what, payload, problem) => {
    expect(slackMessageProblems(payload).join('\n')).toMatch(problem);
  });

  it.each([
    '<!channel>',
    '<@U1>',
    '<https://a.example|x>',
    'https://a.example',
    '*x*',
    '`x`',
    '@here',
    ':fire:',
    '&nbsp;',
  ])('would be noticed as markup: %s', (text) => {
    expect(liveMarkupIn({ text })).not.toEqual([]);
    expect(liveMarkupIn({ blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] })).not.toEqual([]);
  });
});

function plain(text: string): object {
  return { type: 'plain_text', text };
}

function header(text: string): object {
  return { type: 'header', text: plain(text) };
}

describe.skipIf(missing.length > 0)("the manifest, by Slack's own schema", () => {
  const compile = () =>
    schemaFiles.map((file) =>
      new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
        JSON.parse(readFileSync(file, 'utf8')),
      ),
    );

  it('is sound', () => {
    const manifest = slackManifest(commandBench().commands);
    for (const validate of compile()) {
      validate(manifest);
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  it('would be noticed when it is not', () => {
    const manifest = { ...slackManifest([]), features: { slash_commands: [{ command: 'ops', description: '' }] } };
    for (const validate of compile()) expect(validate(manifest)).toBe(false);
  });
});

if (missing.length > 0) it.skip(`the manifest is not checked here: ${howToGetThem}`, () => {});
