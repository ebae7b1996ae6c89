/** Means over runs of neighbouring rows: `at` is the mean row of the values that a mean was taken of. */
export type Bins = { readonly at: Float64Array; readonly means: Float64Array };

/** At most `most` means of the rows' values, in time order; a run of nothing but gaps is left out. */
export function binned(values: Float64Array, most: number): Bins {
  const size = Math.max(1, Math.ceil(values.length / most));
  const at = new Float64Array(Math.ceil(values.length / size));
  const means = new Float64Array(at.length);
  let bins = 0;
  for (let first = 0; first < values.length; first += size) {
    let [sum, rows, seen] = [0, 0, 0];
    for (let row = first; row < Math.min(values.length, first + size); row += 1) {
      const value = values[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sum += value;
      rows += row;
      seen += 1;
    }
    if (seen === 0) continue;
    at[bins] = rows / seen;
    means[bins] = sum / seen;
    bins += 1;
  }
  return { at: at.subarray(0, bins), means: means.subarray(0, bins) };
}
