import { hourMs } from './time.ts';

const hours = 24;
/** So many rows of the common spread are mixed into that of each hour. */
const priorRows = 20;
const [narrowest, widest] = [0.25, 4];

/**
 * How much wider or narrower than on average the residuals are at an hour of the day (UTC), as a function of the row: the mean
 * distance from zero by hour, drawn towards the mean of all and smoothed over the neighbouring hours.
 */
export function spreadByHour(residuals: Float64Array, from: number, stepMs: number): (row: number) => number {
  const hourOf = (row: number): number => Math.floor((from + row * stepMs) / hourMs) % hours;
  const [sums, counts] = [new Float64Array(hours), new Float64Array(hours)];
  let [sum, count] = [0, 0];
  residuals.forEach((residual, row) => {
    if (Number.isNaN(residual)) return;
    const hour = hourOf(row);
    sums[hour] = (sums[hour] ?? 0) + Math.abs(residual);
    counts[hour] = (counts[hour] ?? 0) + 1;
    sum += Math.abs(residual);
    count += 1;
  });
  if (!(sum > 0)) return () => 1;
  const mean = sum / count;
  const own = sums.map((one, hour) => (one + priorRows * mean) / ((counts[hour] ?? 0) + priorRows) / mean);
  const at = (hour: number): number => own[(hour + hours) % hours] ?? 1;
  const smooth = own.map((one, hour) => (at(hour - 1) + 2 * one + at(hour + 1)) / 4);
  return (row) => Math.min(widest, Math.max(narrowest, smooth[hourOf(row)] ?? 1));
}
