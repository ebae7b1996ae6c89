/** What labels, questions and model output may hold when somebody means ill, or nothing at all. */
const pieces = [
  '<!channel>',
  '<!here|here>',
  '<!everyone>',
  '<@U024BE7LH>',
  '<@U024BE7LH|ada>',
  '<#C024BE7LR>',
  '<!subteam^SAZ94GDB8>',
  '<!date^1392734382^{date}^https://evil.example|now>',
  '<https://evil.example|your bank>',
  '<mailto:eve@evil.example|ada>',
  '&lt;!channel&gt;',
  '&amp;',
  '&',
  '<',
  '>',
  '@channel',
  '@here',
  '@everyone',
  '#general',
  'https://evil.example/x?a=1&b=2',
  'http://a.b',
  '*bold*',
  '_it_',
  '~no~',
  '`code`',
  '```',
  '```\n',
  '\n> ',
  '\n>>> ',
  '\n• ',
  '\n- ',
  '\n1. ',
  '\n',
  '\r\n',
  '\t',
  ':fire:',
  ':slightly_smiling_face::skin-tone-2:',
  '*',
  '_',
  '~',
  '`',
  '\\',
  '"',
  "'",
  '|',
  '^',
  ' ',
  '   ',
  'cpu',
  'node_cpu_seconds_total',
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
  '…',
  '{instance="a"}',
  '[x](https://evil.example)',
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
