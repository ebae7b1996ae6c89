import type { BacktestExample, JudgedFault, ShownMetric } from '../core/backtest.ts';
import type { Expectation, FittedDetector } from '../core/detector.ts';
import type { Stretch } from './choose-stretch.ts';
import type { Played, Replay } from './walk.ts';

/** More moments than these are not told apart in a picture. */
const mostMoments = 480;
const mostMetrics = 3;

/** Plays a stretch once more through the live tick, and keeps what was made of its rows. */
export async function exampleOf({ slots, faulty }: Stretch, replay: Replay): Promise<BacktestExample> {
  const { history, watch, entity, detector } = faulty;
  const [first, last] = [slots[0]?.slot.from ?? 0, slots.at(-1)?.slot.to ?? 0];
  const timeOf = (row: number): number => (history.times[0] ?? 0) + row * watch.stepMs;
  const recorded = new Map<number, Recorded>();
  const recorder = recording(detector, (at, row) => at >= timeOf(first) && recorded.set(at, row));
  await replay({ ...faulty, detector: recorder, to: last });
  const scoreOf = (row: number): number => (recorded.get(timeOf(row))?.score ?? Number.NaN) / detector.threshold;
  const rows = strangest(first, last, scoreOf);
  const judged = slots.flatMap(({ slot: { fault }, delayRows }) => (fault === null ? [] : [{ fault, delayRows }]));
  const missedFirst = judged.toSorted((a, b) => Number(a.delayRows !== null) - Number(b.delayRows !== null));
  // Every fault is seen in one metric before any is seen in more.
  const befallen = [
    ...missedFirst.flatMap(({ fault }) => fault.columns.slice(0, 1)),
    ...missedFirst.flatMap(({ fault }) => fault.columns.slice(1)),
  ];
  const usualIn = (row: number): readonly Expectation[] => recorded.get(timeOf(row))?.expectations ?? [];
  return {
    entity,
    times: rows.map(timeOf),
    scores: rows.map(scoreOf),
    metrics: [...new Set(befallen)].slice(0, mostMetrics).flatMap((column) => shown(faulty, column, rows, usualIn)),
    faults: judged.map(({ fault: { kind, from, to }, delayRows }): JudgedFault => {
      const toldAt = delayRows === null ? null : timeOf(from + delayRows);
      return { kind, from: timeOf(from), to: timeOf(to), toldAt };
    }),
    falseAlerts: slots.flatMap(({ falseAlerts }) =>
      falseAlerts.map(({ from, to }) => ({ from: timeOf(from), to: timeOf(to) })),
    ),
  };
}

type Recorded = { readonly score: number; readonly expectations: readonly Expectation[] };

/** The same detector, whose scorers tell what they made of a row. */
function recording(detector: FittedDetector, keep: (at: number, row: Recorded) => unknown): FittedDetector {
  return {
    ...detector,
    open() {
      const scorer = detector.open();
      return {
        ...scorer,
        push(at, values) {
          const said = scorer.push(at, values);
          if (said.kind === 'scored') keep(at, { score: said.score, expectations: scorer.expectations() });
          return said;
        },
      };
    },
  };
}

/** The rows `from..to`; where they are too many, of those that lie together the one with the highest score, so that no alert is lost. */
function strangest(from: number, to: number, scoreOf: (row: number) => number): readonly number[] {
  const together = Math.ceil((to - from) / mostMoments);
  return Array.from({ length: Math.ceil((to - from) / together) }, (_, group) => {
    const start = from + group * together;
    const rows = Array.from({ length: Math.min(together, to - start) }, (_row, at) => start + at);
    return rows.reduce((most, row) => (scoreOf(row) > (scoreOf(most) || 0) ? row : most), start);
  });
}

function shown(
  { history, watch }: Played,
  column: number,
  rows: readonly number[],
  usualIn: (row: number) => readonly Expectation[],
): readonly ShownMetric[] {
  const metric = watch.metrics[column];
  const values = history.columns[column]?.values;
  if (metric === undefined || values === undefined) return [];
  const { name, unit } = metric;
  const usual = rows.map((row) => usualIn(row).find((one) => one.metric === name));
  const line = (pick: 'expected' | 'lower' | 'upper'): readonly number[] =>
    usual.map((one) => one?.[pick] ?? Number.NaN);
  return [
    {
      ...{ name, unit, values: rows.map((row) => values[row] ?? Number.NaN) },
      ...{ expected: line('expected'), lower: line('lower'), upper: line('upper') },
    },
  ];
}
