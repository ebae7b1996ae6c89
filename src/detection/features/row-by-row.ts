import { forEachRow } from '../rows.ts';
import type { FeatureStream, FittedGroup } from './feature-group.ts';

/**
 * A group that sends history through its form for the tick, because whole columns at once would be the same work: what is
 * carried from row to row decides.
 */
export function rowByRow(features: FittedGroup['features'], open: () => FeatureStream): FittedGroup {
  return {
    features,
    open,
    fill({ frame, scaled }, take) {
      const stream = open();
      const columns = features.map(() => new Float64Array(frame.times.length));
      const values = new Float64Array(features.length);
      const known = new Float64Array(scaled.length);
      const pushed: { at: number; raw: Float64Array; readonly scaled: Float64Array } = {
        at: 0,
        raw: known,
        scaled: known,
      };
      forEachRow(frame, (raw, row) => {
        pushed.at = frame.times[row] ?? 0;
        pushed.raw = raw;
        for (let metric = 0; metric < known.length; metric += 1) known[metric] = scaled[metric]?.[row] ?? Number.NaN;
        stream.push(pushed, values);
        columns.forEach((column, at) => {
          column[row] = values[at] ?? Number.NaN;
        });
      });
      columns.forEach((column, at) => {
        take(at, column);
      });
    },
  };
}
