/**
 * What somebody typed, in plain words: without the bot's own mention, with labels where Slack writes ids and addresses, and with
 * the three signs that Slack escapes. `bot` is the bot's user id; null when it is not known yet.
 */
export function plainText(text: string, bot: string | null): string {
  return text
    .replaceAll(/<([@#!])([^<>|]*)(?:\|([^<>]*))?>/g, (_whole, sign: string, id: string, label = '') =>
      sign === '@' && id === bot ? ' ' : named(sign, id, label),
    )
    .replaceAll(/<([a-z][a-z0-9+.-]*:[^<>|\s]*)(?:\|([^<>]*))?>/gi, (_whole, url: string, label = '') =>
      // A label that Slack made itself of what was typed says no less than the address.
      label === '' ? url.replace(/^(mailto|tel):/, '') : label,
    )
    .replaceAll(/&(amp|lt|gt);/g, (_whole, name: string) => signs[name] ?? '')
    .replaceAll(/[^\S\n]+/g, ' ')
    .trim();
}

const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

function named(sign: string, id: string, label: string): string {
  if (sign === '#') return `#${label === '' ? id : label}`;
  if (sign === '@') return `@${(label === '' ? id : label).replace(/^@/, '')}`;
  // What is left is a broadcast (`<!here>`), a group (`<!subteam^S1|@oncall>`) or a moment (`<!date^…|in words>`).
  return label === '' ? `@${id.split('^')[0]}` : label;
}
