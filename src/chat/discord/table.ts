import { cutToFit, escapeMarkdown, fence, oneLine } from './escape.ts';

/** An embed is about this many fixed-width letters wide before its lines wrap. */
const widestLine = 62;
const longestCell = 200;

type Table = { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

/**
 * A table as a fixed-width block when it is narrow enough to be read as one, else a line per row.
 * Rows that have no room are counted: "… 12 more". Empty when there is room for nothing.
 */
export function tableText(table: Table, room: number): string {
  const rows = table.rows.map((row) => table.columns.map((_name, at) => cutToFit(oneLine(row[at] ?? ''), longestCell)));
  const columns = table.columns.map(oneLine);
  const widths = columns.map((name, at) => Math.max(...[name, ...rows.map((row) => row[at] ?? '')].map(widthOf)));
  const isNarrow = widths.reduce((sum, width) => sum + width + 2, -2) <= widestLine;
  return isNarrow ? asBlock([columns, ...rows], widths, room) : asLines(columns, rows, room);
}

function asBlock(lines: readonly (readonly string[])[], widths: readonly number[], room: number): string {
  const aligned = lines.map((cells) =>
    cells
      .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd(),
  );
  return countedWithin(aligned, room, 1, fence);
}

function asLines(columns: readonly string[], rows: readonly (readonly string[])[], room: number): string {
  const lines = rows.map(([first = '', ...rest]) => {
    const values = rest.map((cell, at) => (columns.length === 2 ? cell : `${columns[at + 1]} ${cell}`));
    return `**${escapeMarkdown(first) || '—'}** · ${escapeMarkdown(values.join(' · '))}`;
  });
  return countedWithin(lines, room, 0, (text) => text);
}

/** As many lines as fit, and how many do not. `heads` lines are no rows and are not counted. */
export function countedWithin(
  lines: readonly string[],
  room: number,
  heads: number,
  write: (text: string) => string,
): string {
  // A line takes at least its line break, so no more lines than that are worth trying.
  for (let kept = Math.min(lines.length, room); kept > heads; kept -= 1) {
    const left = lines.length - kept;
    const text = write([...lines.slice(0, kept), ...(left > 0 ? [`… ${left} more`] : [])].join('\n'));
    if (text.length <= room) return text;
  }
  const none = `… ${lines.length - heads} more`;
  if (lines.length === heads) return write(lines.join('\n')).length <= room ? write(lines.join('\n')) : '';
  return none.length <= room ? none : '';
}

function widthOf(text: string): number {
  return [...text].length;
}
