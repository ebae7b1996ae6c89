/** An invisible character that keeps two others apart. */
const apart = '\u200b';

/**
 * Text as Discord shows it letter by letter: no format, mention, link, timestamp, spoiler, heading, list or emoji can come of it.
 * Discord drops a backslash before any sign, so what is read is what was meant.
 */
export function escapeMarkdown(text: string): string {
  return clean(text)
    .replaceAll(/[\\*_~`|<>[\]#]/g, '\\$&')
    .replaceAll(/:(?=\/\/|[^\s:]+:)/g, '\\:')
    .replaceAll(/^(\s*)([-+])/gm, '$1\\$2')
    .replaceAll(/^(\s*\d+)([.)])/gm, '$1\\$2')
    .replaceAll(/@(?=everyone|here)/gi, `@${apart}`);
}

/** For places where Discord shows markdown as it is (a footer): nothing to escape, but nothing left to recognise either. */
export function plainLine(text: string): string {
  return oneLine(clean(text))
    .replaceAll('@', `@${apart}`)
    .replaceAll('://', `:${apart}//`)
    .replaceAll(/<(?=[@#:/atid])/g, `<${apart}`);
}

/** A fixed-width block that its content can't end. */
export function fence(text: string): string {
  return `${fenceOpen}${insideFence(text)}${fenceClose}`;
}

const fenceOpen = '```\n';
const fenceClose = '\n```';

/** Content between fences, without what would end them; a block of nothing would not be shown as one. */
function insideFence(text: string): string {
  const inside = clean(text).replaceAll(/`(?=`)/g, `\`${apart}`);
  return inside.trim() === '' ? apart : inside;
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/**
 * The longest beginning of a text that, written by `write`, has at most `room` characters; what was cut ends in "…".
 * Empty when not even that fits. `write` must not make a longer text shorter.
 */
export function cutToFit(text: string, room: number, write: (text: string) => string = (same) => same): string {
  const whole = write(text);
  if (whole.length <= room) return whole;
  // Every letter takes room, so more letters than there is room for need not be tried.
  const letters = [...text.slice(0, 2 * room)].slice(0, room);
  let fits = 0;
  for (let low = 1, high = letters.length; low <= high; ) {
    const middle = (low + high) >> 1;
    if (write(`${letters.slice(0, middle).join('')}…`).length <= room) {
      fits = middle;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return fits === 0 ? '' : write(`${letters.slice(0, fits).join('').trimEnd()}…`);
}

/** Without control characters, halves of letters, and marks that turn the reading direction. */
function clean(text: string): string {
  return (
    text
      .toWellFormed()
      .replaceAll(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
  );
}
