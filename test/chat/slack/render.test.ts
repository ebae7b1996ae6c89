import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { renderSlack } from '../../../src/chat/slack/render.ts';
import { weightOf } from '../../../src/chat/slack/text.ts';
import { type Button, decodeAction } from '../../../src/core/button.ts';
import { type Block, type Reply, say, type Tone } from '../../../src/core/reply.ts';
import { buttonsOf, liveMarkupIn, slackMessageProblems, wordsOf } from '../../emulators/slack.ts';
import { acknowledge, cardWith, hostileButtons, silence } from '../buttons.ts';
import { createHostileText } from './hostile-text.ts';

const reply = (...blocks: readonly Block[]): Reply => ({ summary: 'in one line', blocks, onlyYou: false });
const heading = (text: string, tone: Tone): Block => ({ kind: 'heading', text, tone });
const rows = (count: number, cell = 'value'): Block => ({
  kind: 'table',
  columns: ['name', 'value'],
  rows: Array.from({ length: count }, (_row, at) => [`row ${at}`, cell]),
});
const shown = (given: Reply): string => wordsOf(asMessage(given));
const asMessage = (given: Reply) => {
  const { text, blocks } = renderSlack(given);
  return { text, blocks: blocks.map((block) => ({ ...block })) };
};

describe('renderSlack', () => {
  it.each([
    ['critical', 'web-1 burns', '🔴 Critical: web-1 burns'],
    ['critical', 'Critical: anomaly on web-1', '🔴 Critical: anomaly on web-1'],
    ['warning', 'web-1 is warm', '🟠 Warning: web-1 is warm'],
    ['good', 'web-1 is normal again', '🟢 Good: web-1 is normal again'],
    ['good', 'Resolved: anomaly on web-1', '🟢 Resolved: anomaly on web-1'],
    ['neutral', 'Status', 'Status'],
  ] as const)('says the tone %s of %j in a sign and a word', (tone, text, title) => {
    expect(renderSlack(reply(heading(text, tone))).blocks).toEqual([
      { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
    ]);
  });

  it('shows a card part by part, in places where no markup is read', () => {
    const { text, blocks } = renderSlack(
      reply(
        heading('Critical: anomaly on web-1', 'critical'),
        { kind: 'text', text: 'cpu 93 % (expected 41 %).' },
        { kind: 'facts', facts: [{ name: 'since', value: '12:30' }] },
        { kind: 'table', columns: ['metric', 'seen'], rows: [['cpu', '93 %']] },
        { kind: 'code', text: 'rate(x[5m])' },
        { kind: 'link', text: 'Runbook', url: 'https://runbooks.example/cpu' },
        { kind: 'note', text: 'incident 7' },
      ),
    );
    const section = (...elements: object[]) => ({
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements }],
    });
    const fixed = (words: string) => ({
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: words }] }],
    });
    expect(text).toBe('in one line');
    expect(blocks).toEqual([
      { type: 'header', text: { type: 'plain_text', text: '🔴 Critical: anomaly on web-1', emoji: false } },
      section({ type: 'text', text: 'cpu 93 % (expected 41 %).' }),
      section({ type: 'text', text: 'since: ', style: { bold: true } }, { type: 'text', text: '12:30\n' }),
      fixed('metric  seen\ncpu     93 %'),
      fixed('rate(x[5m])'),
      section({ type: 'link', url: 'https://runbooks.example/cpu', text: 'Runbook' }),
      { type: 'context', elements: [{ type: 'plain_text', text: 'incident 7', emoji: false }] },
    ]);
  });

  it('shows a table that is too wide for fixed-width lines row by row', () => {
    const table: Block = {
      kind: 'table',
      columns: ['command', 'what'],
      rows: [['/ops ask <question>', 'x'.repeat(60)]],
    };
    expect(shown(reply(table))).toBe(`/ops ask <question> · ${'x'.repeat(60)}`);
  });

  it('shows the summary when there is nothing else, and a sign of life when there is not even that', () => {
    expect(shown(reply())).toBe('in one line');
    expect(shown(reply({ kind: 'text', text: ' ' }, heading('', 'neutral'), { kind: 'facts', facts: [] }))).toBe(
      'in one line',
    );
    expect(renderSlack({ summary: '', blocks: [], onlyYou: false })).toMatchObject({ text: '—' });
  });

  it.each([
    ['a script', 'javascript:alert(1)'],
    ['no address', 'not an address'],
    ['no web address', 'ftp://old.example'],
    ['too long an address', `https://a.example/${'y'.repeat(3_000)}`],
  ])('writes %s out instead of linking it', (_what, url) => {
    const message = asMessage(reply({ kind: 'link', text: 'go', url }));
    expect(liveMarkupIn(message)).toEqual([]);
    expect(wordsOf(message)).toContain('go');
  });

  it.each<readonly [string, Block, RegExp]>([
    ['a table', rows(500), /\n… \d+ more$/],
    ['a wide table', rows(500, 'x'.repeat(90)), /\n… \d+ more$/],
    [
      'facts',
      { kind: 'facts', facts: Array.from({ length: 400 }, (_fact, at) => ({ name: `${at}`, value: 'v' })) },
      /\n… \d+ more$/,
    ],
    ['a text', { kind: 'text', text: 'word '.repeat(3_000) }, /word…$/],
    ['code', { kind: 'code', text: 'line\n'.repeat(3_000) }, /line…$/],
    ['a heading', heading('word '.repeat(100), 'warning'), /wo…$/],
    ['small print', { kind: 'note', text: 'word '.repeat(3_000) }, /word…$/],
  ])('cuts %s visibly', (_what, block, mark) => {
    expect(shown(reply(block))).toMatch(mark);
    expect(slackMessageProblems(asMessage(reply(block)))).toEqual([]);
  });

  it('counts every row that has no room', () => {
    const words = shown(reply(rows(500)));
    const left = Number(/… (\d+) more$/.exec(words)?.[1]);
    expect(words.match(/^row \d+/gm)).toHaveLength(500 - left);
  });

  it.each([
    ['in their number', Array.from({ length: 120 }, (_part, at): Block => ({ kind: 'text', text: `part ${at}` }))],
    [
      'in their length',
      Array.from({ length: 30 }, (_part, at): Block => ({ kind: 'text', text: `part ${at} ${'x'.repeat(900)}` })),
    ],
  ])('counts the parts that are too many %s', (_what, blocks) => {
    const message = asMessage(reply(...blocks));
    const words = wordsOf(message);
    const left = Number(/… (\d+) more parts$/.exec(words)?.[1]);
    expect(words.match(/^part \d+/gm)).toHaveLength(blocks.length - left);
    expect(slackMessageProblems(message)).toEqual([]);
  });

  it('shows 50 parts whole', () => {
    const words = shown(
      reply(...Array.from({ length: 50 }, (_part, at): Block => ({ kind: 'text', text: `part ${at}` }))),
    );
    expect(words.match(/part \d+/g)).toHaveLength(50);
  });

  it('says in notifications what is meant, letter by letter', () => {
    const { text } = renderSlack(say('5 > 3 & <b> *x* `y` _z_ ~a~ :fire: @channel https://a.example'));
    expect(text).not.toMatch(/[<>]/);
    expect(liveMarkupIn({ text })).toEqual([]);
    const read = text.replaceAll('\u200b', '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    expect(read).toBe('5 > 3 & <b> *x* `y` _z_ ~a~ :fire: @channel https://a.example');
  });

  it('stays within the limits and inert for 10,000 hostile replies', () => {
    const text = createHostileText(42);
    for (let round = 0; round < 10_000; round += 1) {
      const message = asMessage(hostileReply(text, round % 50 === 0 ? 600 : 30, round));
      expect(slackMessageProblems(message), `round ${round}`).toEqual([]);
      expect(weightOf(message.blocks), `weight of round ${round}`).toBeLessThan(12_000);
      const foreign = liveMarkupIn(message).filter((found) => !found.startsWith('link https://a.example/'));
      expect(foreign, `round ${round}`).toEqual([]);
      expect(JSON.stringify(message), `round ${round}`).not.toMatch(/mrkdwn|\\u0000|\u202e|\\ud83d/);
      for (const { value } of elementsOf(message)) expect(decodeAction(value), `round ${round}`).not.toBeNull();
    }
  }, 120_000);
});

describe('buttons in Slack', () => {
  it('stand where they belong, with what they do', () => {
    const { blocks } = asMessage(cardWith(acknowledge, silence));
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'rich_text', 'actions', 'context']);
    const button = (place: number, text: string, value: string, style: string) => ({
      ...{ type: 'button', action_id: `button ${place}`, value, style },
      text: { type: 'plain_text', text, emoji: false },
    });
    expect(elementsOf({ blocks })).toEqual([
      button(1, 'Acknowledge', 'ack?incident=7', 'primary'),
      button(2, 'Silence …', 'silence add?incident=7&%7Efor=&%7Ereason=', 'danger'),
    ]);
  });

  it('have no style when they are plain, and say what they do when their label says nothing', () => {
    const [element] = elementsOf(asMessage(cardWith({ ...acknowledge, style: 'plain', text: ' \u200b\n' })));
    expect(element).toEqual({
      ...{ type: 'button', action_id: 'button 1', value: 'ack?incident=7' },
      text: { type: 'plain_text', text: 'ack', emoji: false },
    });
  });

  it('are counted when there are too many, do the same, or can not be kept', () => {
    const numbered = (count: number) =>
      Array.from({ length: count }, (_one, at) => ({ ...acknowledge, values: { incident: `${at}` } }));
    const left = (...given: readonly Button[]) => /… (\d+) more buttons?$/.exec(shown(cardWith(...given)))?.[1];
    expect(left(...numbered(25))).toBeUndefined();
    expect(left(...numbered(28))).toBe('3');
    expect(left(acknowledge, { ...acknowledge, text: 'Again' })).toBe('1');
    expect(left({ ...acknowledge, values: { incident: 'x'.repeat(100) } }, { ...silence, path: ['A'] })).toBe('2');
  });

  it.each([
    ['long words', Array.from({ length: 30 }, (): Block => ({ kind: 'text', text: 'x'.repeat(2_900) }))],
    ['many parts', Array.from({ length: 120 }, (_part, at): Block => ({ kind: 'text', text: `part ${at}` }))],
  ])('can be clicked after %s', (_what, blocks) => {
    const message = asMessage(reply(...blocks, { kind: 'buttons', buttons: [acknowledge, silence] }));
    expect(buttonsOf(message)).toEqual(['Acknowledge', 'Silence …']);
    expect(wordsOf(message)).toMatch(/… \d+ more parts/);
    expect(slackMessageProblems(message)).toEqual([]);
  });

  it('do not stand without a word beside them', () => {
    const message = asMessage(reply({ kind: 'buttons', buttons: [acknowledge] }));
    expect(wordsOf(message)).toBe('in one line\nAcknowledge');
  });
});

function elementsOf(message: { readonly blocks: readonly object[] }) {
  const actions = z.array(z.looseObject({ type: z.literal('button'), value: z.string() }));
  return message.blocks.flatMap((block) =>
    'type' in block && block.type === 'actions' && 'elements' in block ? actions.parse(block.elements) : [],
  );
}

function hostileReply(text: (most: number) => string, size: number, round: number): Reply {
  const kinds: readonly (() => Block)[] = [
    () => ({ kind: 'heading', text: text(size), tone: 'critical' }),
    () => ({ kind: 'text', text: text(size) }),
    () => ({
      kind: 'facts',
      facts: [
        { name: text(size), value: text(size) },
        { name: text(4), value: text(4) },
      ],
    }),
    () => ({ kind: 'code', text: text(size) }),
    () => ({ kind: 'table', columns: [text(3), text(3)], rows: [[text(size), text(4)], [text(4)], []] }),
    () => ({ kind: 'link', text: text(size), url: `https://a.example/${text(8)}` }),
    () => ({ kind: 'note', text: text(size) }),
    () => ({ kind: 'buttons', buttons: hostileButtons(text, size, round) }),
  ];
  const blocks = Array.from({ length: round % 10 }, (_block, at) =>
    (kinds[(round + at * at) % kinds.length] ?? kinds[0])?.(),
  );
  return { summary: text(size), blocks: blocks.filter((block) => block !== undefined), onlyYou: false };
}
