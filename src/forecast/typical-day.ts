import type { Forecaster, TimeSeries } from '../core/forecaster.ts';
import { quantile, sortedFinite } from '../detection/quantile.ts';
import { type CourseFit, createCourseForecaster } from './course.ts';
import { dayMs, weekMs } from './time.ts';

/** Days that make a typical one: of all, of those of work, of those of the weekend. */
const [anyDays, workDays, restDays] = [7, 10, 4];
const fewestDays = 2;
/** From so many days on, work and weekend are told apart. */
const daysForKinds = 8;
/** The epoch began on a Thursday: days since then modulo 7 that are Saturday and Sunday. */
const weekend = [2, 3];

/**
 * The median of the same time of day (UTC) over the last days, work days and weekends apart when there is more than a week.
 * It knows edges that waves can not follow, such as a job at two o'clock; it knows no trend, and its error has the noise of few
 * days in it.
 */
export function createTypicalDayForecaster(): Forecaster {
  return createCourseForecaster({ name: 'typical day', rest: 'gone', learn: learnDays });
}

function learnDays(history: TimeSeries): CourseFit {
  const { from, stepMs, values } = history;
  const perDay = Math.round(dayMs / stepMs);
  const needed = fewestDays * perDay;
  const finite = sortedFinite(values);
  if (values.length < needed || finite.length === 0) return { kind: 'too little history', rows: finite.length, needed };
  const isWeekend = (row: number): boolean => weekend.includes(Math.floor(((from + row * stepMs) % weekMs) / dayMs));
  const slotOf = (row: number): number => row % perDay;
  const any = mediansBySlot(values, perDay, anyDays, () => true);
  const tellsKinds = values.length >= daysForKinds * perDay;
  const work = tellsKinds ? mediansBySlot(values, perDay, workDays, (row) => !isWeekend(row)) : any;
  const rest = tellsKinds ? mediansBySlot(values, perDay, restDays, isWeekend) : any;
  const middle = quantile(finite, 0.5);
  return {
    kind: 'fitted',
    course: (firstRow, count) =>
      Float64Array.from({ length: count }, (_, index) => {
        const row = firstRow + index;
        const found = [isWeekend(row) ? rest : work, any].map((slots) => slots[slotOf(row)] ?? Number.NaN);
        return found.find((value) => !Number.isNaN(value)) ?? middle;
      }),
  };
}

/** For each time of day the median of its last `days` values on the rows that fit; NaN where there are none. */
function mediansBySlot(
  values: Float64Array,
  perDay: number,
  days: number,
  fits: (row: number) => boolean,
): Float64Array {
  return Float64Array.from({ length: perDay }, (_, slot) => {
    const found: number[] = [];
    const last = values.length - 1 - ((((values.length - 1 - slot) % perDay) + perDay) % perDay);
    for (let row = last; row >= 0 && found.length < days; row -= perDay) {
      const value = values[row] ?? Number.NaN;
      if (!Number.isNaN(value) && fits(row)) found.push(value);
    }
    return quantile(sortedFinite(found), 0.5);
  });
}
