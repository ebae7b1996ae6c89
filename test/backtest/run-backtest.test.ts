import { describe, expect, it } from 'vitest';
import { planFolds } from '../../src/backtest/plan.ts';
import { type BacktestInput, runBacktest } from '../../src/backtest/run-backtest.ts';
import type { BacktestReport } from '../../src/core/backtest.ts';
import type { Detector } from '../../src/core/detector.ts';
import type { Frame } from '../../src/core/frame.ts';
import type { Incident } from '../../src/core/incident.ts';
import { createFusedDetector } from '../../src/detection/fused-detector.ts';
import { replay } from '../../src/replay.ts';
import { nothingElse } from '../small-things.ts';
import { dayMs, minuteMs, ordinary, servers, start, told } from './days.ts';

const rows = 4 * 1_440;
const calm = ordinary(rows, 3);

function inputOf(detector: Detector, change: Partial<BacktestInput> = {}): BacktestInput {
  return {
    watch: servers,
    histories: { frames: new Map([['web-1', calm]]), entities: 1 },
    range: { from: start, to: start + (rows - 1) * minuteMs, stepMs: minuteMs },
    ...{ detector, incidents: [], seed: 11, replay, hasTime: () => true, onProgress: () => {} },
    ...change,
  };
}

async function reportOf(detector: Detector, change: Partial<BacktestInput> = {}): Promise<BacktestReport> {
  const outcome = await runBacktest(inputOf(detector, change));
  if (outcome.kind !== 'done') throw new Error(outcome.kind);
  return outcome.report;
}

function incident(from: number, to: number): Incident {
  return {
    ...{ id: 'i1', kind: 'anomaly', watch: 'servers', entity: 'web-1', severity: 'warning', revision: 2 },
    ...{
      peakScore: 2,
      confidence: 0.9,
      because: [],
      ...nothingElse,
      state: { kind: 'resolved', since: to, by: 'recovered' },
    },
    ...{ openedAt: from, lastSeenAt: to },
  };
}

describe('a backtest', () => {
  it('teaches each fold nothing but rows before the block that it judges', async () => {
    const judged: { readonly from: number; readonly to: number }[] = [];
    const detector = told(() => 0);
    await reportOf(detector, {
      replay: async ({ history, from, to }) => {
        judged.push({ from: history.times[from] ?? 0, to: history.times[to - 1] ?? 0 });
        return [];
      },
    });
    expect(detector.taught.length).toBe(4);
    // What is shown is played once more, in a fold that was judged.
    const shown = judged.pop();
    expect(judged.some(({ from, to }) => from === shown?.from && to >= shown.to)).toBe(true);
    detector.taught.forEach((taught, fold) => {
      const [clean, faulty] = [judged[2 * fold], judged[2 * fold + 1]];
      expect(faulty).toEqual(clean);
      expect(taught.to).toBe((clean?.from ?? 0) - minuteMs);
      const next = judged[2 * fold + 2];
      if (next !== undefined) expect(next.from).toBe((clean?.to ?? 0) + minuteMs);
    });
    expect(judged.at(-1)?.to).toBe(start + (rows - 1) * minuteMs);
  });

  it('does not see the future: what comes after a fold changes nothing in it', async () => {
    const [first] = planFolds(servers, 0, rows);
    const results: string[] = [];
    for (const wild of [0, 1_000]) {
      const history: Frame = {
        ...calm,
        columns: calm.columns.map(({ name, values }) => ({
          name,
          values: values.map((value, row) => (row >= (first?.to ?? 0) ? value + wild : value)),
        })),
      };
      const seen: unknown[] = [];
      await runBacktest(
        inputOf(createFusedDetector(), {
          histories: { frames: new Map([['web-1', history]]), entities: 1 },
          replay: async (played) => {
            const announced = await replay(played);
            seen.push(announced);
            return announced;
          },
        }),
      );
      results.push(JSON.stringify(seen.slice(0, 2)));
    }
    expect(results[0]).toBe(results[1]);
    expect(results[0]).toMatch(/told/);
  }, 120_000);

  it('of a detector that never alerts catches nothing and is never wrong', async () => {
    const report = await reportOf(told(() => 0));
    expect(report).toMatchObject({
      caught: 0,
      falseAlerts: 0,
      falsePerDay: 0,
      folds: 4,
      entities: ['web-1'],
      leftOut: 0,
    });
    expect(report.injected).toBe(12);
    expect([report.precision, report.medianDelayMs]).toEqual([Number.NaN, Number.NaN]);
  });

  it('of a detector that alerts all the time is one false alert a fold, and no fault is announced by it', async () => {
    const report = await reportOf(told(() => 9));
    expect(report).toMatchObject({ caught: 0, falseAlerts: 4 });
  });

  it('of a detector that knows every row catches all at once', async () => {
    const truth = new Map([...calm.times].map((at, row) => [at, row]));
    const detector = told((values, at) => {
      const row = truth.get(at) ?? 0;
      return calm.columns.some((column, place) => column.values[row] !== values[place]) ? 9 : 0;
    });
    const report = await reportOf(detector);
    expect(report).toMatchObject({ falseAlerts: 0, precision: 1, medianDelayMs: 0, injected: 12, caught: 12 });
    for (const kind of report.kinds) expect(kind.caught).toBe(kind.injected);
  });

  it('shows hours of what it judged: the score that each row had, and its faults as they were judged', async () => {
    const truth = new Map([...calm.times].map((at, row) => [at, row]));
    const isTouched = (values: Float64Array, at: number): boolean =>
      calm.columns.some((column, place) => column.values[truth.get(at) ?? 0] !== values[place]);
    const isLost = (at: number): boolean => at >= start + 3 * dayMs && at < start + 4 * dayMs;
    const detector = told((values, at) => (isTouched(values, at) && !isLost(at) ? 9 : 0.5));
    const { example, caught, injected } = await reportOf(detector);
    if (example === null) throw new Error('there is no example');
    expect([caught, injected, example.faults.length]).toEqual([6, 12, 3]);
    expect(example.times.length).toBeLessThanOrEqual(480);
    expect(example.metrics.length).toBeGreaterThan(0);
    for (const { name, unit, values } of example.metrics) {
      expect(servers.metrics).toContainEqual(expect.objectContaining({ name, unit }));
      expect(values.length).toBe(example.times.length);
    }
    example.times.forEach((at, row) => {
      const fault = example.faults.find(({ from, to }) => at >= from && at < to);
      if (fault === undefined || isLost(at)) expect(example.scores[row]).toBe(0.5);
    });
    for (const { from, to, toldAt } of example.faults) {
      expect(toldAt).toBe(isLost(from) ? null : from);
      const scores = example.scores.filter(
        (_, row) => (example.times[row] ?? 0) >= from && (example.times[row] ?? 0) < to,
      );
      expect(Math.max(...scores)).toBe(isLost(from) ? 0.5 : 9);
    }
  });

  it('shows alerts that nothing was behind, and as many moments as a picture can tell apart', async () => {
    const truth = new Map([...calm.times].map((at, row) => [at, row]));
    const isTouched = (values: Float64Array, at: number): boolean =>
      calm.columns.some((column, place) => column.values[truth.get(at) ?? 0] !== values[place]);
    const isNothing = (at: number): boolean => at % (5 * 60 * minuteMs) < 3 * minuteMs;
    const { example } = await reportOf(told((values, at) => (isTouched(values, at) || isNothing(at) ? 9 : 0)));
    if (example === null) throw new Error('there is no example');
    expect(example.falseAlerts.length).toBeGreaterThan(0);
    for (const { from } of example.falseAlerts) expect(isNothing(from)).toBe(true);
    expect(example.times.length).toBeGreaterThan(240);
    expect(example.metrics.length).toBeGreaterThan(1);
  });

  it('waits for a second row before it believes a weak one, as the tick does', async () => {
    const truth = new Map([...calm.times].map((at, row) => [at, row]));
    const detector = told((values, at) => {
      const row = truth.get(at) ?? 0;
      return calm.columns.some((column, place) => column.values[row] !== values[place]) ? 1.1 : 0;
    });
    expect(await reportOf(detector)).toMatchObject({ caught: 12, medianDelayMs: minuteMs });
  });

  it('counts alerts within 15 minutes as one, and none near a known incident', async () => {
    const from = start + 3 * dayMs + 60 * minuteMs;
    const bursts = (at: number): boolean => [0, 12, 24, 120].some((minute) => at === from + minute * minuteMs);
    const detector = told((_values, at) => (bursts(at) ? 9 : 0));
    expect((await reportOf(detector)).falseAlerts).toBe(2);
    const known = await reportOf(detector, { incidents: [incident(from - minuteMs, from + 25 * minuteMs)] });
    expect(known).toMatchObject({ falseAlerts: 1, known: 1, knownCaught: 1 });
    const elsewhere = await reportOf(detector, { incidents: [{ ...incident(from, from), entity: 'web-2' }] });
    expect(elsewhere).toMatchObject({ falseAlerts: 2, known: 0 });
  });

  it('needs a day of history, and says so', async () => {
    const short = { frames: new Map([['web-1', ordinary(300, 1)]]), entities: 1 };
    expect(
      await runBacktest(
        inputOf(
          told(() => 0),
          { histories: short },
        ),
      ),
    ).toEqual({
      kind: 'too little history',
      knownMs: 300 * minuteMs,
      neededMs: dayMs,
    });
  });

  it('leaves out what it has no time for, and what is too new', async () => {
    const frames = new Map([
      ['new', ordinary(200, 1)],
      ['web-1', calm],
      ['web-2', calm],
    ]);
    const report = await reportOf(
      told(() => 0),
      { histories: { frames, entities: 30 }, hasTime: () => false },
    );
    expect(report).toMatchObject({ entities: ['web-1'], leftOut: 29 });
  });

  it('of the real detector catches most faults on an ordinary server', async () => {
    const said: number[] = [];
    const report = await reportOf(createFusedDetector(), { onProgress: ({ part }) => said.push(part) });
    expect(said).toEqual([0, 0.25, 0.5, 0.75]);
    const moved = report.kinds.filter(({ kind }) => kind !== 'flat line');
    const [injected, caught] = [moved, moved].map((kinds, at) =>
      kinds.reduce((sum, kind) => sum + (at === 0 ? kind.injected : kind.caught), 0),
    );
    expect((caught ?? 0) / (injected ?? 1)).toBeGreaterThanOrEqual(0.7);
    expect(report.falsePerDay).toBeLessThanOrEqual(2);
    expect(report.judgedRows).toBe(2 * 1_440);
    // Its picture has the band in which each metric was expected.
    for (const { expected, lower, upper } of report.example?.metrics ?? []) {
      const known = expected.flatMap((value, row) => (Number.isFinite(value) ? [[lower[row], value, upper[row]]] : []));
      expect(known.length).toBeGreaterThan(expected.length / 2);
      expect(known.every(([low = 1, value = 0, high = 0]) => low <= value && value <= high)).toBe(true);
    }
    expect(report.example?.metrics).not.toEqual([]);
  }, 120_000);
});
