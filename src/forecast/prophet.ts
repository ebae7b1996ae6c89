import { readFile } from 'node:fs/promises';
import { messageOf } from '../core/errors.ts';
import type { Forecaster, TimeSeries } from '../core/forecaster.ts';
import { quantile, sortedFinite } from '../detection/quantile.ts';
import { type Bins, binned } from './bins.ts';
import { type Course, type CourseFit, createCourseForecaster } from './course.ts';
import { learnRidge } from './ridge.ts';
import { dayMs } from './time.ts';

/** Its rhythm is no finer than six hours, and its cost grows with the rows. */
const mostRows = 350;
const fewestRows = 24;
const clipScales = 4;
/** Of the optimiser's first guess. Where it stops depends a little on where its memory lies: some thousandths of the noise. */
const seed = 1;
const [daysForDay, daysForWeek] = [2, 8];

/**
 * Prophet (Taylor and Letham 2018) as augurs and Stan bring it, compiled to WebAssembly: a trend that bends, and the rhythm of
 * day and week. It takes some 40 ms a fit and holds its thread meanwhile, and its modules weigh 3 MB: for a worker, and
 * only when it is wanted. Throws when the modules can not be loaded.
 */
export async function loadProphetForecaster(): Promise<Forecaster> {
  const [{ default: init, Prophet }, { optimizer }] = await Promise.all([
    import('@bsull/augurs/prophet'),
    import('@bsull/augurs-prophet-wasmstan'),
  ]);
  const wasm = new URL('prophet_bg.wasm', import.meta.resolve('@bsull/augurs/prophet'));
  await init({ module_or_path: await readFile(wasm) });

  function learn({ from, stepMs, values }: TimeSeries): CourseFit {
    const { at, means } = binned(values, mostRows);
    if (means.length < fewestRows) return { kind: 'too little history', rows: means.length, needed: fewestRows };
    // The optimiser finds no way down from a line that is perfectly level.
    if (means.every((mean) => mean === means[0])) return { kind: 'unsuited', because: 'it never moved' };
    const usual = learnRidge({ from, stepMs, values }, false);
    if (usual.kind !== 'fitted') return usual;
    const days = (values.length * stepMs) / dayMs;
    const secondsOf = (row: number): number => (from + row * stepMs) / 1_000;
    const rhythm = (enabled: boolean) => ({ type: 'manual', enabled }) as const;
    const prophet = new Prophet({
      optimizer,
      uncertaintySamples: 0,
      yearlySeasonality: rhythm(false),
      weeklySeasonality: rhythm(days >= daysForWeek),
      dailySeasonality: rhythm(days >= daysForDay),
    });
    try {
      prophet.fit({ ds: Array.from(at, secondsOf), y: withoutIncidents({ at, means }, usual.course) }, { seed });
    } catch (error) {
      return { kind: 'unsuited', because: messageOf(error) };
    }
    return {
      kind: 'fitted',
      course: (firstRow, count) => {
        const ds = Array.from({ length: count }, (_, index) => secondsOf(firstRow + index));
        return Float64Array.from(prophet.predict({ ds }).yhat.point);
      },
    };
  }

  return createCourseForecaster({ name: 'prophet', rest: 'gone', learn });
}

/** The means, drawn back to so many robust standard deviations around the usual course: squares make much of an incident. */
function withoutIncidents({ at, means }: Bins, usual: Course): Float64Array {
  const course = usual(0, Math.ceil(at.at(-1) ?? 0) + 1);
  const expected = at.map((row) => course[Math.round(row)] ?? Number.NaN);
  const distances = means.map((mean, place) => Math.abs(mean - (expected[place] ?? 0)));
  const most = clipScales * 1.4826 * quantile(sortedFinite(distances), 0.5);
  return means.map((mean, place) => {
    const middle = expected[place] ?? 0;
    return Math.min(middle + most, Math.max(middle - most, mean));
  });
}
