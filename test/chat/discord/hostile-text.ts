/** What labels, questions and model output may hold when somebody means ill, or nothing at all. */
const pieces = [
  '@everyone',
  '@here',
  '<@123456789012345678>',
  '<@&123456789012345678>',
  '<#123456789012345678>',
  '<:boom:1234567890>',
  '<t:1700000000:R>',
  '</ops ask:123456789012345678>',
  'https://evil.example/x',
  'http://a.b',
  '[bill](https://evil.example)',
  '**',
  '__',
  '~~',
  '||',
  '`',
  '```',
  '```js\n',
  '\\',
  '\\\\',
  '\n# ',
  '\n-# ',
  '\n> ',
  '\n>>> ',
  '\n- ',
  '\n1. ',
  '\n',
  '\r\n',
  ':fire:',
  '::',
  ':',
  '*',
  '_',
  '(',
  ')',
  '<',
  '>',
  '#',
  '-',
  '|',
  ' ',
  '   ',
  'cpu',
  'node_cpu_seconds',
  'web-1:9100',
  '🔥',
  '👩‍🚀',
  'é',
  '\u200b',
  '\u202e',
  '\u0000',
  '\u0007',
  '\ud83d',
  'x'.repeat(50),
  '漢字',
  '"',
  "'",
  '…',
  '{instance="a"}',
  '0.1',
  '1) ',
];

/** The same texts for the same seed. */
export function createHostileText(seed: number): (mostPieces: number) => string {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const again = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((again ^ (again >>> 14)) >>> 0) / 4_294_967_296;
  };
  return (mostPieces) =>
    Array.from(
      { length: Math.floor(next() * mostPieces) },
      () => pieces[Math.floor(next() * pieces.length)] ?? '',
    ).join('');
}

/** Everything Discord would make more of than letters, once what is escaped is out of the way. */
const alive = /<[@#:/]|<a?:|<t:|@everyone|@here|https?:\/\/|[*_~`|[\]<>]|^\s*#|^\s*-#?|^\s*\+|^\s*\d+[.)]|:[^\s:¤]+:/m;

/** The first thing in a text that Discord would not show letter by letter; null when there is none. */
export function aliveIn(markdown: string): string | null {
  return alive.exec(withoutEscaped(markdown))?.[0] ?? null;
}

/** The text with a neutral sign for everything that is escaped. */
export function withoutEscaped(markdown: string): string {
  return markdown.replaceAll(/\\[^0-9A-Za-z\s]/g, '¤');
}

/** What a person reads of escaped text. */
export function readAs(markdown: string): string {
  return markdown.replaceAll(/\\([^0-9A-Za-z\s])/g, '$1').replaceAll('\u200b', '');
}
