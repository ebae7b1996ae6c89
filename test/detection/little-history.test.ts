import { describe, expect, it } from 'vitest';
import type { FittedDetector } from '../../src/core/detector.ts';
import { createFusedDetector } from '../../src/detection/fused-detector.ts';
import { mergeMs } from '../../src/detection/threshold.ts';
import { dayRows, frameOf, hostMetrics, hostRows, laptopRows, type Mishap, type Row, stepMs } from './days.ts';

const detector = createFusedDetector();
const now = 10 * dayRows * stepMs;

const outcomeOf = (rows: Iterable<Row>, step = stepMs) =>
  detector.fit(frameOf(rows), { metrics: hostMetrics, seed: 1, alertBudgetPerDay: 1, stepMs: step });

function learn(rows: Iterable<Row>, step = stepMs): FittedDetector {
  const outcome = outcomeOf(rows, step);
  if (outcome.kind !== 'fitted') throw new Error('this history should be enough');
  return outcome.detector;
}

/** The places of the rows that are over the threshold. */
function over(fitted: FittedDetector, rows: Iterable<Row>): readonly number[] {
  const scorer = fitted.open();
  return [...rows].flatMap(({ at, values }, row) => {
    const score = scorer.push(at, values);
    return score.kind === 'scored' && score.score >= fitted.threshold ? [row] : [];
  });
}

describe('a model of a part of a day', () => {
  it.each([36, 45, 90, 120, 360, 600, 1440])('of %i rows leaves the next day in peace', (rows) => {
    for (const [seed, hour] of [
      [31, 0],
      [20_002, 12],
      [20_019, 18],
      [20_043, 18],
    ] as const) {
      const born = now + hour * 3_600_000;
      const fitted = learn(hostRows({ rows, seed, from: born - rows * stepMs }));
      const strange = over(fitted, hostRows({ rows: dayRows, seed: seed + 500, from: born }));
      // An alert that does not end is one alert, so the rows count too.
      const alerts = strange.filter((row, at) => row - (strange[at - 1] ?? -dayRows) > mergeMs / stepMs);
      expect(alerts.length).toBeLessThanOrEqual(5);
      expect(strange.length).toBeLessThanOrEqual(0.01 * dayRows);
    }
  });

  it('asks for 36 rows with a value, wherever they lie', () => {
    const rows = (known: number) =>
      hostRows({ rows: 500, seed: 31, mishap: (values, row) => row < 500 - known && values.fill(Number.NaN) });
    expect(outcomeOf(rows(35))).toEqual({ kind: 'too little history', rows: 35, needed: 36 });
    expect(outcomeOf(rows(36)).kind).toBe('fitted');
  });

  it('is the same however much was asked for: what was never recorded is no history', () => {
    const history = (rows: number) =>
      hostRows({ rows: rows + 120, seed: 31, mishap: (values, row) => row < rows && values.fill(Number.NaN) });
    const bare = [...history(1000)].slice(1000);
    expect(learn(history(1000)).dump()).toEqual(learn(bare).dump());
  });
});

describe('a laptop that is known for minutes', () => {
  const step = 5_000;
  const hourRows = 720;

  it.each([
    { rows: 36, rateSteps: 3, within: 5 },
    { rows: 60, rateSteps: 1, within: 5 },
    { rows: 120, rateSteps: 3, within: 5 },
    { rows: 2_000, rateSteps: 1, within: 2 },
    // A rate over two minutes has only seen a third of the burn after eight steps.
    { rows: 60, rateSteps: 24, within: 9 },
    { rows: 120, rateSteps: 24, within: 9 },
  ])(
    'of $rows rows and a rate over $rateSteps steps is quiet at rest and sees a burn',
    ({ rows, rateSteps, within }) => {
      for (const seed of [1, 17, 41, 42, 43, 44]) {
        const burnsFrom = rows + hourRows;
        const all = [
          ...laptopRows({ rows: burnsFrom + 12, seed, from: 0, step, rateSteps, burns: (row) => row >= burnsFrom }),
        ];
        const fitted = learn(all.slice(0, rows), step);
        const strange = over(fitted, all);
        expect(strange.filter((row) => row < burnsFrom)).toEqual([]);
        expect((strange[0] ?? Number.POSITIVE_INFINITY) - burnsFrom).toBeLessThan(within);
      }
    },
  );
});

const still: Mishap = (values) => values.set([10, 55, 0, 0, 0.002]);

describe('a history in which nothing moves', () => {
  const random = (row: number, size: number): number => size * (((row * 7_919) % 101) / 101 - 0.5);

  it.each<readonly [string, Mishap]>([
    ['nothing', still],
    ['trifles', (values, row) => values.set([10 + random(row, 0.5), 55.05, 0.1, 100, 0.002 + random(row, 2e-4)])],
  ])('is not alarmed by %s', (_, life) => {
    for (const rows of [36, 120, dayRows]) {
      const fitted = learn(hostRows({ rows, seed: 31, mishap: still }));
      expect(over(fitted, hostRows({ rows: 500, seed: 41, mishap: life }))).toEqual([]);
    }
  });

  it.each<readonly [string, Mishap]>([
    ['a burning cpu', (values) => values.fill(95, 0, 1)],
    ['a disk at its limit', (values) => values.fill(80, 2, 3)],
    ['a network of megabytes', (values) => values.fill(4e6, 3, 4)],
    ['an answer that takes half a second', (values) => values.fill(0.5, 4, 5)],
  ])('is alarmed by %s', (_, fault) => {
    const life: Mishap = (values, row) => {
      still(values, row);
      if (row >= 200) fault(values, row);
    };
    for (const rows of [120, dayRows]) {
      const strange = over(
        learn(hostRows({ rows, seed: 31, mishap: still })),
        hostRows({ rows: 210, seed: 41, mishap: life }),
      );
      expect(strange[0]).toBeGreaterThanOrEqual(200);
      expect(strange[0]).toBeLessThanOrEqual(203);
    }
  });
});

describe('an alert that nobody ends', () => {
  it('ends by itself within a day when a small shift has come to stay', () => {
    const fitted = learn(hostRows({ rows: 120, seed: 31, from: now - 120 * stepMs }));
    const shifted = hostRows({
      rows: dayRows,
      seed: 41,
      from: now,
      mishap: (values, row) => row >= 300 && values.set([(values[1] ?? 0) + 8], 1),
    });
    const strange = over(fitted, shifted);
    expect(strange.length).toBeGreaterThan(0);
    expect(strange.at(-1)).toBeLessThan(dayRows - 600);
  });
});
