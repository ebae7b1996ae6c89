import { describe, expect, it } from 'vitest';
import { cutToFit, escapeMarkdown, fence, plainLine } from '../../../src/chat/discord/escape.ts';
import { aliveIn, createHostileText, readAs } from './hostile-text.ts';

describe('escapeMarkdown', () => {
  it.each([
    ['a mention', 'ask <@123456789012345678>'],
    ['everyone', 'hello @everyone'],
    ['a masked link', '[invoice](https://evil.example)'],
    ['a bare link', 'see https://evil.example'],
    ['a heading', 'fine\n# LOUD'],
    ['small print', '-# quiet'],
    ['a quote', '>>> all of it'],
    ['a list', '- one\n2. two'],
    ['a spoiler', '||secret||'],
    ['a timestamp', '<t:1700000000:R>'],
    ['an emoji', ':fire: <:boom:1234567890>'],
    ['code', '`rm -rf` ```sh\nrm\n```'],
    ['bold and italics', '**a** __b__ *c* _d_ ~~e~~'],
    ['a command link', '</ops ask:123456789012345678>'],
    ['a backslash before markup', '\\\\*bold\\\\*'],
  ])('shows %s letter by letter', (_what, text) => {
    expect(aliveIn(text)).not.toBeNull();
    expect(aliveIn(escapeMarkdown(text))).toBeNull();
    expect(readAs(escapeMarkdown(text))).toBe(text);
  });

  it('leaves ordinary words alone', () => {
    expect(escapeMarkdown('web-1 is at 93.2 % since 12:30, twice as usual (expected 41 %).')).toBe(
      'web-1 is at 93.2 % since 12:30, twice as usual (expected 41 %).',
    );
  });

  it('takes out what turns or breaks the text', () => {
    expect(escapeMarkdown('a\u202eb\u0000c\u0007d')).toBe('abcd');
  });

  it('leaves nothing alive in 4,000 hostile texts, and every one readable', () => {
    const text = createHostileText(7);
    for (let round = 0; round < 4_000; round += 1) {
      const hostile = text(24);
      const escaped = escapeMarkdown(hostile);
      expect(aliveIn(escaped), JSON.stringify(hostile)).toBeNull();
      const meant = hostile
        .toWellFormed()
        .replaceAll('\r\n', '\n')
        .replaceAll(/\p{Cc}(?<!\n)|[\u202e\u200b]/gu, '');
      expect(readAs(escaped)).toBe(meant);
    }
  });
});

describe('fence', () => {
  it.each(['```', 'a```b', '````', '`', 'ends in `', '```js\nalert(1)\n```', ''])('can not be ended by %j', (text) => {
    expect(fence(text).slice(3, -3)).not.toContain('```');
    expect(fence(text)).toMatch(/^```\n[\s\S]+\n```$/);
  });
});

describe('plainLine', () => {
  it('is one line in which nothing is recognised', () => {
    const line = plainLine('by @everyone\nsee https://evil.example and <@123456789012345678>');
    expect(line).not.toMatch(/\n|@everyone|:\/\/|<@/);
    expect(readAs(line)).toBe('by @everyone see https://evil.example and <@123456789012345678>');
  });
});

describe('cutToFit', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly10!', 10, 'exactly10!'],
    ['more than ten', 10, 'more than…'],
    ['🔥🔥🔥', 4, '🔥…'],
    ['anything', 0, ''],
  ])('cuts %j to %i as %j', (text, room, cut) => {
    expect(cutToFit(text, room)).toBe(cut);
  });

  it('counts what is written and not what was said', () => {
    const cut = cutToFit('*'.repeat(100), 21, escapeMarkdown);
    expect(cut).toBe(`${'\\*'.repeat(10)}…`);
  });
});
