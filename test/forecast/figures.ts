/**
 * Prints how well forecasts and their bands do on the simulated cluster and on made-up series: `node test/forecast/figures.ts`.
 * Some ten minutes on one core; `node test/forecast/figures.ts fast` leaves Prophet out.
 */
import { fastForecasters } from '../../src/forecast/fast-forecasters.ts';
import { loadProphetForecaster } from '../../src/forecast/prophet.ts';
import { crossing } from './crossings.ts';
import { type HeldBack, holdBack, mean } from './held-back.ts';
import { clusterSeries, hourMs, kinds, madeSeries, minuteMs, type NamedSeries } from './series.ts';

const stepMs = 10 * minuteMs;
const withProphet = process.argv[2] !== 'fast';
const forecasters = withProphet ? ([...fastForecasters(), await loadProphetForecaster()] as const) : fastForecasters();
/** Not the seeds of the tests: nothing was chosen by these. */
const [clusters, mades] = [
  [71, 72, 73],
  [81, 82, 83, 84],
];

function report(title: string, found: readonly HeldBack[]): void {
  const percent = (of: (one: HeldBack) => number): string => `${(100 * mean(found.map(of))).toFixed(1)} %`;
  const wins = Map.groupBy(found, ({ name }) => name);
  const kept = found.filter(({ promised }) => promised > 0).map(({ error, promised }) => error / promised);
  console.log(
    `${title.padEnd(26)} ${String(found.length).padStart(4)} held back: inside ${percent((one) => one.inside)}` +
      ` (below ${percent((one) => one.below)}, above ${percent((one) => one.above)}), error ${mean(kept).toFixed(2)} of promised;` +
      ` ${[...wins].map(([name, won]) => `${name} ${won.length}`).join(', ')}`,
  );
}

function reportAll(series: readonly NamedSeries[], hours: number, title: string): readonly HeldBack[] {
  const steps = (hours * hourMs) / stepMs;
  const found = series.flatMap((one) => holdBack(one, { forecasters, steps, times: 4 }));
  report(`${title}, ${hours} h`, found);
  return found;
}

const cluster = clusters.flatMap((seed) => clusterSeries(seed, stepMs, 20));
for (const hours of [6, 24]) {
  reportAll(cluster, hours, 'simulated cluster');
  const all = Object.keys(kinds).flatMap((kind) =>
    reportAll(
      mades.map((seed) => madeSeries(kind, { seed, stepMs, days: 21, gaps: seed % 4 === 0 })),
      hours,
      kind,
    ),
  );
  report(`all made-up, ${hours} h`, all);
}

const crossings = Array.from({ length: 400 }, (_, place) => crossing(9_000 + place));
const held = (of: readonly { readonly held: boolean }[]): string =>
  `${((100 * of.filter((one) => one.held).length) / of.length).toFixed(1)} %`;
console.log(
  `\nthe 80 % interval for reaching a limit held the true moment in ${held(crossings)} of ${crossings.length} cases`,
);
for (const [kind, some] of Map.groupBy(crossings, (one) => one.kind)) console.log(`  ${kind}: ${held(some)}`);
