import type { Panel } from '../core/chart.ts';
import { type Point, type Slice, thinBand, thinLine } from './thin.ts';

/** A panel as what is to be drawn: lines and bands up to the last value that was seen, and those ahead of it. */
export type PanelLines = {
  readonly seen: readonly Point[];
  readonly expected: readonly Point[];
  readonly ahead: readonly Point[];
  /** Bands fall apart where they have gaps. */
  readonly normal: readonly (readonly Slice[])[];
  readonly cone: readonly (readonly Slice[])[];
  /** The last value seen, and the one expected in the end, if any, with what is normal or likely then. */
  readonly last: { readonly value: number; readonly normal: Slice | null } | null;
  readonly end: { readonly value: number; readonly likely: Slice | null } | null;
};

/**
 * Takes a panel apart for a picture that is `columns` pixels wide. What is no finite number is a gap, and times outside of the window
 * are left out. What lies ahead begins at the last value seen when it follows at the very next time.
 */
export function linesOf(
  panel: Panel,
  window: { readonly from: number; readonly to: number },
  columns: number,
): PanelLines {
  const unsorted = panel.times.flatMap((at, index): Row[] => {
    if (!(at >= window.from && at <= window.to)) return [];
    const [lower, upper] = [finite(panel.lower[index]), finite(panel.upper[index])];
    const slice =
      lower === null || upper === null ? null : { at, lower: Math.min(lower, upper), upper: Math.max(lower, upper) };
    return [{ at, seen: finite(panel.values[index]), expected: finite(panel.expected[index]), slice }];
  });
  const rows = unsorted.toSorted((a, b) => a.at - b.at);
  const end = rows.findLastIndex(({ seen }) => seen !== null);
  const last = rows[end];
  const [past, future] = [rows.slice(0, end + 1), rows.slice(end + 1)];
  const lastSeen = last?.seen ?? null;
  const tip = last === undefined || lastSeen === null ? null : { at: last.at, value: lastSeen };
  const beginsAtTip = tip !== null && future[0] !== undefined;
  const isNextExpected = beginsAtTip && future[0]?.expected !== null;
  const isNextBanded = beginsAtTip && future[0]?.slice !== null;
  return {
    seen: thinLine(
      past.map(({ at, seen }): Point => [at, seen]),
      columns,
    ),
    expected: thinLine(
      past.map(({ at, expected }): Point => [at, expected]),
      columns,
    ),
    ahead: thinLine(
      [
        ...(isNextExpected ? [[tip.at, tip.value] as const] : []),
        ...future.map(({ at, expected }): Point => [at, expected]),
      ],
      columns,
    ),
    normal: runsOf(
      past.map(({ slice }) => slice),
      columns,
    ),
    cone: runsOf(
      [
        ...(isNextBanded ? [{ at: tip.at, lower: tip.value, upper: tip.value }] : []),
        ...future.map(({ slice }) => slice),
      ],
      columns,
    ),
    last: tip === null ? null : { value: tip.value, normal: last?.slice ?? null },
    end: endOf(future),
  };
}

type Row = {
  readonly at: number;
  readonly seen: number | null;
  readonly expected: number | null;
  readonly slice: Slice | null;
};

function endOf(future: readonly Row[]): PanelLines['end'] {
  const row = future.findLast(({ expected }) => expected !== null);
  return row === undefined || row.expected === null ? null : { value: row.expected, likely: row.slice };
}

function runsOf(slices: readonly (Slice | null)[], columns: number): readonly (readonly Slice[])[] {
  const runs: Slice[][] = [];
  let run: Slice[] = [];
  for (const slice of [...slices, null]) {
    if (slice !== null) run.push(slice);
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  return runs.map((each) => thinBand(each, columns));
}

function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
