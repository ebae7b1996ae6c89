import { describe, expect, it } from 'vitest';
import { carriesRef, renderDiscord } from '../../../src/chat/discord/render.ts';
import { type Button, decodeAction } from '../../../src/core/button.ts';
import { type Block, type Reply, say, type Tone } from '../../../src/core/reply.ts';
import { buttonsOf } from '../../emulators/discord.ts';
import { messageProblems, pingsOf } from '../../emulators/discord-checks.ts';
import { acknowledge, cardWith, hostileButtons, silence } from '../buttons.ts';
import { aliveIn, createHostileText, withoutEscaped } from './hostile-text.ts';

const reply = (...blocks: readonly Block[]): Reply => ({ summary: 'in one line', blocks, onlyYou: false });
const heading = (text: string, tone: Tone): Block => ({ kind: 'heading', text, tone });
const rows = (count: number, cell = 'value'): Block => ({
  kind: 'table',
  columns: ['name', 'value'],
  rows: Array.from({ length: count }, (_row, at) => [`row ${at}`, cell]),
});

describe('renderDiscord', () => {
  it.each([
    ['critical', 'web-1 burns', '🔴 Critical: web-1 burns'],
    ['critical', 'Critical: anomaly on web-1', '🔴 Critical: anomaly on web-1'],
    ['warning', 'web-1 is warm', '🟠 Warning: web-1 is warm'],
    ['good', 'web-1 is normal again', '🟢 Good: web-1 is normal again'],
    ['good', 'Resolved: anomaly on web-1', '🟢 Resolved: anomaly on web-1'],
    ['neutral', 'Status', 'Status'],
  ] as const)('says the tone %s of %j in words', (tone, text, title) => {
    expect(renderDiscord(reply(heading(text, tone))).embeds[0]?.title).toBe(title);
  });

  it('tells the tones apart by colour', () => {
    const tones = ['critical', 'warning', 'good', 'neutral'] as const;
    const colours = tones.map((tone) => renderDiscord(reply(heading('x', tone))).embeds[0]?.color);
    expect(new Set(colours).size).toBe(4);
  });

  it('shows a card: title, text, facts, then the table and the link, small print last', () => {
    const { embeds } = renderDiscord(
      reply(
        heading('Critical: anomaly on web-1', 'critical'),
        { kind: 'text', text: 'cpu 93 % (expected 41 %).' },
        { kind: 'facts', facts: [{ name: 'since', value: '12:30' }] },
        { kind: 'table', columns: ['metric', 'seen'], rows: [['cpu', '93 %']] },
        { kind: 'link', text: 'Runbook', url: 'https://runbooks.example/cpu' },
        { kind: 'note', text: 'incident 7' },
      ),
      '7f3a9c12',
    );
    expect(embeds).toEqual([
      {
        title: '🔴 Critical: anomaly on web-1',
        color: 0xd92d20,
        description: 'cpu 93 % (expected 41 %).',
        fields: [{ name: 'since', value: '12:30', inline: true }],
      },
      {
        color: 0xd92d20,
        description: '```\nmetric  seen\ncpu     93 %\n```\n[Runbook](<https://runbooks.example/cpu>)',
        footer: { text: 'incident 7 · ref 7f3a9c12' },
      },
    ]);
  });

  it('shows a table that is too wide for fixed-width lines as a line a row', () => {
    const { embeds } = renderDiscord(
      reply({ kind: 'table', columns: ['command', 'what it does'], rows: [['/ops ask <question>', 'x'.repeat(60)]] }),
    );
    expect(embeds[0]?.description).toBe(`**/ops ask \\<question\\>** · ${'x'.repeat(60)}`);
  });

  it('shows the summary when there is nothing else', () => {
    expect(renderDiscord(reply()).embeds).toEqual([{ description: 'in one line' }]);
  });

  it.each(['javascript:alert(1)', 'not an address', 'ftp://old.example'])(
    'writes %s out instead of linking it',
    (url) => {
      const text = renderDiscord(reply({ kind: 'link', text: 'go', url })).embeds[0]?.description ?? '';
      expect(aliveIn(text)).toBeNull();
      expect(text).toContain('go');
    },
  );

  it('keeps a link closed whatever its address holds', () => {
    const url = 'https://a.example/x)>](<https://evil.example>)';
    const text =
      renderDiscord(reply({ kind: 'link', text: '](https://evil.example)', url })).embeds[0]?.description ?? '';
    expect(text.match(/(?<!\\)\]\(</g)).toHaveLength(1);
    expect(text).toMatch(/^\[[\s\S]*\]\(<https:\/\/a\.example\/[^<>()\s]*>\)$/);
  });

  it.each([
    ['a table', rows(500), /… \d+ more/],
    [
      'facts',
      { kind: 'facts', facts: Array.from({ length: 40 }, (_fact, at) => ({ name: `${at}`, value: 'v' })) },
      /16 more/,
    ],
    ['a text', { kind: 'text', text: 'word '.repeat(3_000) }, /…$/],
    ['code', { kind: 'code', text: 'line\n'.repeat(3_000) }, /…\n```$/],
  ] as const)('cuts %s visibly', (_what, block: Block, mark) => {
    const { embeds } = renderDiscord(reply(block));
    expect(
      embeds.flatMap((embed) => [embed.description ?? '', ...(embed.fields ?? []).map((f) => f.value)]).join('\n'),
    ).toMatch(mark);
    expect(messageProblems({ embeds }, 'new')).toEqual([]);
  });

  it('counts the parts that had no room', () => {
    const { embeds } = renderDiscord(reply(...Array.from({ length: 12 }, () => rows(60, 'x'.repeat(30)))));
    expect(JSON.stringify(embeds)).toMatch(/… \d+ more part/);
    expect(messageProblems({ embeds }, 'new')).toEqual([]);
  });

  it('is found again by its mark and by no other', () => {
    const footers = renderDiscord(
      reply({ kind: 'text', text: 'x' }, { kind: 'note', text: 'n' }),
      'aaaa1111',
    ).embeds.map((embed) => embed.footer?.text ?? '');
    expect(carriesRef(footers, 'aaaa1111')).toBe(true);
    expect(carriesRef(footers, 'bbbb2222')).toBe(false);
    expect(carriesRef(['about ref aaaa1111 we know nothing'], 'aaaa1111')).toBe(false);
  });

  it('stays within the limits and inert for 10,000 hostile replies', () => {
    const text = createHostileText(42);
    for (let round = 0; round < 10_000; round += 1) {
      const size = round % 50 === 0 ? 600 : 30;
      const message = renderDiscord(hostileReply(text, size, round), round % 2 === 0 ? 'abcd1234' : null);
      expect(messageProblems(message, 'new'), `round ${round}`).toEqual([]);
      expect(pingsOf(message)).toEqual([]);
      for (const embed of message.embeds) {
        expect(aliveIn(embed.title ?? ''), `title of round ${round}`).toBeNull();
        for (const field of embed.fields ?? [])
          expect(aliveIn(`${field.name}\n${field.value}`), `field of round ${round}`).toBeNull();
        const fences = (embed.description ?? '').split('```');
        expect(fences.length % 2, `fences of round ${round}`).toBe(1);
        const outside = fences.filter((_part, at) => at % 2 === 0).join('\n');
        expect(aliveIn(withoutOwnMarkup(outside)), `text of round ${round}: ${JSON.stringify(outside)}`).toBeNull();
      }
      for (const { custom_id, label } of message.components.flatMap(({ components }) => components)) {
        expect(decodeAction(custom_id), `round ${round}`).not.toBeNull();
        expect(label, `round ${round}`).not.toMatch(/@(?!\u200b)|:\/\/|\p{Cc}|\u202e|\p{Cs}/u);
      }
    }
  }, 120_000);

  it('never pings, not even what the summary says', () => {
    expect(renderDiscord(say('@everyone')).allowed_mentions).toEqual({ parse: [] });
  });
});

describe('buttons in Discord', () => {
  const numbered = (count: number) =>
    Array.from({ length: count }, (_one, at) => ({ ...acknowledge, values: { incident: `${at}` } }));
  const footerOf = (...buttons: readonly Button[]) => renderDiscord(cardWith(...buttons)).embeds.at(-1)?.footer?.text;

  it('stand below the words, with what they do', () => {
    const plain = { ...acknowledge, text: 'Explain', style: 'plain', path: ['explain'] } as const;
    const { components, embeds } = renderDiscord(cardWith(acknowledge, silence, plain));
    expect(components).toEqual([
      {
        type: 1,
        components: [
          { type: 2, style: 3, label: 'Acknowledge', custom_id: 'ack?incident=7' },
          { type: 2, style: 4, label: 'Silence …', custom_id: 'silence add?incident=7&%7Efor=&%7Ereason=' },
          { type: 2, style: 2, label: 'Explain', custom_id: 'explain?incident=7' },
        ],
      },
    ]);
    expect(embeds.at(-1)?.footer?.text).toBe('incident 7');
  });

  it('stand in rows of five, and every part of the reply begins a row', () => {
    const block = (buttons: readonly Button[]): Block => ({ kind: 'buttons', buttons });
    const { components } = renderDiscord(reply(block(numbered(7)), block([silence])));
    expect(components.map((row) => row.components.length)).toEqual([5, 2, 1]);
  });

  it('are counted in the small print when they are too many, do the same, or can not be kept', () => {
    expect(footerOf(...numbered(25))).toBe('incident 7');
    expect(footerOf(...numbered(28))).toBe('… 3 more buttons · incident 7');
    expect(footerOf(acknowledge, { ...acknowledge, text: 'Again' })).toBe('… 1 more button · incident 7');
    expect(footerOf({ ...silence, path: ['A'] }, { ...acknowledge, values: { x: 'x'.repeat(99) } })).toMatch(
      /^… 2 more/,
    );
  });

  it('say what they do when their label says nothing', () => {
    expect(
      buttonsOf({ components: [...renderDiscord(cardWith({ ...acknowledge, text: ' \u200b\n' })).components] }),
    ).toEqual(['ack']);
  });

  it('are named as none when there are none, so that an edit takes them away', () => {
    expect(renderDiscord(cardWith()).components).toEqual([]);
  });
});

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

/** The markup that the renderer itself writes: links, bold row names, small print. */
function withoutOwnMarkup(text: string): string {
  return withoutEscaped(text)
    .replaceAll(/\[([^[\]]*)\]\(<https:\/\/a\.example\/[^<>()\s]*>\)/g, '$1')
    .replaceAll(/^\*\*([^*\n]+)\*\* · /gm, '$1 · ')
    .replaceAll(/^-# /gm, '');
}
