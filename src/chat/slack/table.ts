import { cutToSize, oneLine, sizeOf } from './text.ts';

/** A message is about this many fixed-width letters wide before its lines wrap. */
const widestLine = 72;
const longestCell = 200;

type Table = { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** A table that was laid out: one fixed-width text, or a line per row whose first cell stands out. */
export type Laid =
  | { readonly kind: 'aligned'; readonly lines: readonly string[] }
  | { readonly kind: 'listed'; readonly lines: readonly { readonly name: string; readonly rest: string }[] };

/** Aligned when that is narrow enough to be read, else row by row. */
export function layOut(table: Table): Laid {
  const columns = table.columns.map(oneLine);
  const rows = table.rows.map((row) => columns.map((_name, at) => cutToSize(oneLine(row[at] ?? ''), longestCell)));
  const widths = columns.map((name, at) => Math.max(...[name, ...rows.map((row) => row[at] ?? '')].map(widthOf)));
  if (widths.reduce((sum, width) => sum + width + 2, -2) > widestLine)
    return { kind: 'listed', lines: rows.map((row) => listed(columns, row)) };
  const aligned = [columns, ...rows].map((cells) =>
    cells
      .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd(),
  );
  return { kind: 'aligned', lines: aligned };
}

function listed(columns: readonly string[], [first = '', ...rest]: readonly string[]): { name: string; rest: string } {
  const values = rest.map((cell, at) => (columns.length === 2 ? cell : `${columns[at + 1]} ${cell}`));
  return { name: first === '' ? '—' : first, rest: values.length === 0 ? '' : ` · ${values.join(' · ')}` };
}

/** As many parts as fit, in order, and how many do not; room for saying so is kept. */
export function fitting<Part>(
  parts: readonly Part[],
  room: number,
  size: (part: Part) => number,
): { readonly kept: readonly Part[]; readonly left: number } {
  const wordRoom = sizeOf(moreOf(parts.length)) + lineBreak;
  let used = 0;
  let usedWithWord = 0;
  let fitsWithWord = 0;
  for (const [at, part] of parts.entries()) {
    used += size(part) + lineBreak;
    if (used > room) return { kept: parts.slice(0, fitsWithWord), left: parts.length - fitsWithWord };
    usedWithWord = used + wordRoom;
    if (usedWithWord <= room) fitsWithWord = at + 1;
  }
  return { kept: parts, left: 0 };
}

/** What a line break takes, as `sizeOf` counts. */
const lineBreak = 2;

export function moreOf(count: number): string {
  return `… ${count} more`;
}

function widthOf(text: string): number {
  return [...text].length;
}
