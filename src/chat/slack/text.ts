/** An invisible character that keeps two others apart. */
const apart = '\u200b';

/** The text without control characters, halves of letters, and marks that turn the reading direction. */
export function clean(text: string): string {
  return (
    text
      .toWellFormed()
      .replaceAll(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
      .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (sign) =>
        sign === '\t' ? ' ' : '',
      )
  );
}

export function oneLine(text: string): string {
  return clean(text).replaceAll(/\s+/g, ' ').trim();
}

/**
 * How much room a value takes in a message. Slack does not say whether it counts text as it is, escaped, or as JSON, so what
 * is counted here is the longest of these.
 */
export function weightOf(value: unknown): number {
  return escapeSigns(JSON.stringify(value)).length;
}

/** The room a text takes by itself: characters, and more for those that are written as several. */
export function sizeOf(text: string): number {
  return weightOf(text) - 2;
}

/** The longest beginning of a text that takes at most `room`; what was cut ends in "…". */
export function cutToSize(text: string, room: number): string {
  // Every letter takes room, so a text with more letters than that need not be measured.
  if (text.length <= room && sizeOf(text) <= room) return text;
  let kept = '';
  let used = 1;
  for (const letter of text) {
    used += sizeOf(letter);
    if (used > room) break;
    kept += letter;
  }
  return room < 1 ? '' : `${kept.trimEnd()}…`;
}

/** One line for places that Slack shows as they are, with nothing left in it that a client might recognise by itself. */
export function plainLine(text: string): string {
  return oneLine(text)
    .replaceAll('://', `:${apart}//`)
    .replaceAll(/@(?=\S)/g, `@${apart}`);
}

/**
 * One line for the text beside the blocks, the only place where markup is read: notifications and screen readers show it.
 * No mention, link, emoji or formatting can come of it.
 */
export function escapedLine(text: string, room: number): string {
  let line = oneLine(text);
  for (let most = room; ; most = Math.floor(most / 2)) {
    line = cutToSize(line, most);
    const escaped = escapeSigns(plainLine(line).replaceAll(/[*_~`]|:(?=\S)/g, `$&${apart}`));
    if (escaped.length <= room) return escaped;
  }
}

function escapeSigns(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
