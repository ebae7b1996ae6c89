/**
 * Prints how well forecasts and their bands do on what no forecast has seen:
 * `node test/forecast/figures.ts [--hours 6] [--times 4] [--fast] [--data DIR [--step SECONDS]]`.
 * Without `--data` on the simulated cluster and on made-up series; with it on a folder as `npm run evaluate` takes it.
 * Some seconds per forecast; `--fast` leaves Prophet out.
 */
import { parseArgs } from 'node:util';
import { quantile, sortedFinite } from '../../src/detection/quantile.ts';
import { fastForecasters } from '../../src/forecast/fast-forecasters.ts';
import { loadProphetForecaster } from '../../src/forecast/prophet.ts';
import { crossing } from './crossings.ts';
import { type HeldBack, holdBack, mean } from './held-back.ts';
import { readData } from './read-data.ts';
import { clusterSeries, hourMs, kinds, madeSeries, minuteMs, type NamedSeries } from './series.ts';

const { values: given } = parseArgs({
  options: {
    hours: { type: 'string', default: '6' },
    times: { type: 'string', default: '4' },
    data: { type: 'string' },
    step: { type: 'string', default: '60' },
    fast: { type: 'boolean', default: false },
  },
});
const hours = Number(given.hours);
const forecasters = given.fast ? fastForecasters() : ([...fastForecasters(), await loadProphetForecaster()] as const);
/** Not the seeds of the tests: nothing was chosen by these. */
const [clusters, mades] = [[71], [81, 82]];

function report(title: string, found: readonly HeldBack[]): void {
  const percent = (of: (one: HeldBack) => number): string => (100 * mean(found.map(of))).toFixed(1);
  /** The median: series are of unlike units, and some hardly move. */
  const beside = (of: (one: HeldBack) => number): string => {
    const ratios = found.filter((one) => of(one) > 0).map((one) => one.error / of(one));
    return quantile(sortedFinite(ratios), 0.5).toFixed(2);
  };
  const wins = [...Map.groupBy(found, ({ name }) => name)].toSorted((a, b) => b[1].length - a[1].length);
  const cells = [
    title,
    found.length,
    percent((one) => one.inside),
    `${percent((one) => one.below)} / ${percent((one) => one.above)}`,
    beside((one) => one.promised),
    beside((one) => one.asNow),
    beside((one) => one.asYesterday),
    wins.map(([name, won]) => `${name} ${won.length}`).join(', '),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

function reportAll(title: string, series: readonly NamedSeries[]): readonly HeldBack[] {
  const found = series.flatMap((one) =>
    holdBack(one, {
      forecasters,
      steps: Math.round((hours * hourMs) / one.series.stepMs),
      times: Number(given.times),
    }),
  );
  report(`${title}, ${hours} h`, found);
  return found;
}

console.log(
  '| series | forecasts | inside the 80 % band, % | below / above | error: of promised | of as now | of as yesterday | by |',
);
console.log('|---|---|---|---|---|---|---|---|');
if (given.data !== undefined) {
  reportAll(
    given.data.split('/').findLast((part) => part !== '') ?? '',
    readData(given.data, 1_000 * Number(given.step)),
  );
} else {
  const stepMs = 10 * minuteMs;
  reportAll(
    'simulated cluster',
    clusters.flatMap((seed) => clusterSeries(seed, stepMs, 20)),
  );
  const all = Object.keys(kinds).flatMap((kind) =>
    reportAll(
      kind,
      mades.map((seed) => madeSeries(kind, { seed, stepMs, days: 21, gaps: seed % 2 === 0 })),
    ),
  );
  report(`all made-up, ${hours} h`, all);
  const crossings = Array.from({ length: 200 }, (_, place) => crossing(9_000 + place));
  const held = crossings.filter((one) => one.held).length / crossings.length;
  console.log(
    `\nreaching a limit: the 80 % interval held the true moment in ${(100 * held).toFixed(1)} % of ${crossings.length} cases`,
  );
}
