export type Labels = Readonly<Record<string, string>>;

/**
 * One series over a grid of times. Where `has` is 0 there is no sample, which is not the same as a sample of NaN.
 */
export type Row = { readonly labels: Labels; readonly values: Float64Array; readonly has: Uint8Array };

export type Value =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly rows: readonly Row[] };

/** Raw samples of one series in time order; times are epoch ms. */
export type Samples = { readonly labels: Labels; readonly times: Float64Array; readonly values: Float64Array };

export function emptyRow(labels: Labels, length: number): Row {
  return { labels, values: new Float64Array(length), has: new Uint8Array(length) };
}

export function withoutName(labels: Labels): Labels {
  return without(labels, ['__name__']);
}

export function without(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

export function only(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

/** One text for one set of labels. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Every sample changed by a function, the name dropped as Prometheus does. */
export function mapRows(rows: readonly Row[], change: (value: number, at: number) => number): readonly Row[] {
  return rows.map(({ labels, values, has }) => ({ labels: withoutName(labels), values: values.map(change), has }));
}
