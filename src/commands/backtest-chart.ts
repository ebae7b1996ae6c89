import { altOf } from '../core/alt-of.ts';
import type { BacktestExample, JudgedFault } from '../core/backtest.ts';
import type { Chart, Panel, Span } from '../core/chart.ts';

export type Shown = { readonly timeZone: string; readonly simulated: boolean };

/** Above this a score says no more, and would press the threshold flat. */
const highestScore = 4;

/** What was judged as a picture: the score against the threshold, the metrics below it, and every made-up fault with what came of it. */
export function chartOf(example: BacktestExample, { timeZone, simulated }: Shown): Chart {
  const { entity, times, scores, faults, falseAlerts } = example;
  const caught = faults.filter(({ toldAt }) => toldAt !== null).length;
  const isCut = scores.some((value) => value > highestScore);
  const score: Panel = {
    ...{ name: isCut ? `score, cut at ${highestScore}` : 'score', unit: '', times },
    values: scores.map((value) => finite(Math.min(highestScore, value))),
    ...{ expected: [], lower: [], upper: [] },
    limits: [{ value: 1, label: 'alerts from here' }],
  };
  const chart = {
    title: `${caught} of ${faults.length} made-up faults caught · ${entity}`,
    ...{ from: times[0] ?? 0, to: times.at(-1) ?? 0, timeZone, simulated },
    panels: [
      score,
      ...example.metrics.map(
        ({ name, unit, values, expected, lower, upper }): Panel => ({
          ...{ name, unit, times, values: values.map(finite), limits: [] },
          ...{ expected: expected.map(finite), lower: lower.map(finite), upper: upper.map(finite) },
        }),
      ),
    ],
    spans: [
      ...faults.map(spanOf),
      ...falseAlerts.map((alert): Span => ({ ...alert, label: 'false alert', look: 'hollow' })),
    ],
  };
  return { ...chart, alt: altOf(chart) };
}

function spanOf({ kind, from, to, toldAt }: JudgedFault): Span {
  return toldAt === null
    ? { from, to, label: `${kind} missed`, look: 'hatched' }
    : { from, to, label: `${kind} caught`, look: 'filled' };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
