/** A point of a line; null is a gap, which ends the line there. */
export type Point = readonly [at: number, value: number | null];

/** What is between two lines at one moment. */
export type Slice = { readonly at: number; readonly lower: number; readonly upper: number };

/**
 * A line with no more points than so many columns of pixels can show: of each column the first, the lowest, the highest and the last stay,
 * and so does a gap, which draws the same pixels (M4: Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB
 * 2014). No spike is lost. Times rise.
 */
export function thinLine(points: readonly Point[], columns: number): readonly Point[] {
  if (points.length <= 4 * columns) return points;
  return columnsOf(points, columns, ([at]) => at).flatMap((column) => {
    const kept = new Set<Point | undefined>([column[0], column.at(-1), column.find(([, value]) => value === null)]);
    const seen = column.filter((point): point is readonly [number, number] => point[1] !== null);
    kept.add(
      seen.reduce<Point | undefined>((low, point) => (point[1] < (low?.[1] ?? Infinity) ? point : low), undefined),
    );
    kept.add(
      seen.reduce<Point | undefined>((high, point) => (point[1] > (high?.[1] ?? -Infinity) ? point : high), undefined),
    );
    return column.filter((point) => kept.has(point));
  });
}

/** A band with one slice a column, as wide as the widest in it; its first and last moments stay. */
export function thinBand(slices: readonly Slice[], columns: number): readonly Slice[] {
  if (slices.length <= 2 * columns) return slices;
  return columnsOf(slices, columns, ({ at }) => at).flatMap((column) => {
    const lower = column.reduce((low, slice) => Math.min(low, slice.lower), Infinity);
    const upper = column.reduce((high, slice) => Math.max(high, slice.upper), -Infinity);
    const times = new Set([column[0]?.at ?? 0, column.at(-1)?.at ?? 0]);
    return [...times].map((at) => ({ at, lower, upper }));
  });
}

function columnsOf<Item>(items: readonly Item[], columns: number, timeOf: (item: Item) => number): readonly Item[][] {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return [];
  const width = (timeOf(last) - timeOf(first)) / columns || 1;
  const groups: Item[][] = [];
  let current = -1;
  for (const item of items) {
    const column = Math.floor((timeOf(item) - timeOf(first)) / width);
    if (column !== current) groups.push([]);
    groups.at(-1)?.push(item);
    current = column;
  }
  return groups;
}
