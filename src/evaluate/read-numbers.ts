import { ConfigError } from '../core/errors.ts';
import { badLine, readLines } from './read-lines.ts';

/** Columns of equal length. */
export type Table = { readonly columns: readonly Float64Array[]; readonly rows: number };

/**
 * Reads a CSV file of numbers into columns. An empty value and `NaN` are gaps. `header` says whether the first line holds
 * names, which are left out here. Throws a `ConfigError` that names file and line when a row has another width than the first
 * or a value is no number.
 */
export function readNumbers(file: string, header: boolean): Table {
  const lines = readLines(file);
  const first = header ? 1 : 0;
  const width = (lines[first] ?? '').split(',').length;
  const rows = lines.length - first;
  if (rows < 1) throw new ConfigError([`${file} has no rows`]);
  const columns = Array.from({ length: width }, () => new Float64Array(rows));
  for (let row = 0; row < rows; row += 1) {
    const cells = (lines[first + row] ?? '').split(',');
    if (cells.length !== width)
      throw badLine(file, first + row + 1, `has ${cells.length} values where the rows before it have ${width}`);
    for (let at = 0; at < width; at += 1) {
      const cell = cells[at] ?? '';
      const value = numberOf(cell);
      if (value === null) throw badLine(file, first + row + 1, `"${cell.slice(0, 40)}" is not a number`);
      const column = columns[at];
      if (column !== undefined) column[row] = value;
    }
  }
  return { columns, rows };
}

function numberOf(cell: string): number | null {
  const value = Number(cell);
  if (Number.isFinite(value) && (value !== 0 || cell.trim() !== '')) return value;
  return /^\s*(nan)?\s*$/i.test(cell) ? Number.NaN : null;
}
