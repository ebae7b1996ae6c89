import { describe, expect, it } from 'vitest';
import { canBefall, faultKinds, rowsOf } from '../../src/backtest/fault-kinds.ts';
import { type Fault, inject, usualOf } from '../../src/backtest/inject.ts';
import { placeFaults } from '../../src/backtest/place-faults.ts';
import { planFolds, slotsOf } from '../../src/backtest/plan.ts';
import { injectedKinds } from '../../src/core/backtest.ts';
import type { Frame } from '../../src/core/frame.ts';
import { createRandom } from '../../src/detection/random.ts';
import { minuteMs, ordinary, servers } from './days.ts';

const { metrics } = servers;
const seeds = Array.from({ length: 40 }, (_, seed) => seed);

/** The slots of every fold of some days, with their chance. */
function placed(seed: number, stepMs = minuteMs, rows = 3 * 1_440) {
  const watch = { ...servers, stepMs };
  const history = ordinary(rows, seed);
  const random = createRandom(seed);
  const slots = slotsOf(watch);
  return planFolds(watch, 0, rows).flatMap((fold, at) =>
    placeFaults({
      ...{ history, fold, slots, metrics, stepMs, usual: usualOf(history, metrics), known: [], turn: 3 * at, random },
    }).map((slot) => ({ ...slot, fold, slots })),
  );
}

function changed(before: Frame, after: Frame, column: number): readonly number[] {
  const [was, is] = [before.columns[column]?.values ?? [], after.columns[column]?.values ?? []];
  return [...was.keys()].filter((row) => !Object.is(was[row], is[row]));
}

describe('injected faults', () => {
  it.each([15_000, minuteMs, 5 * minuteMs, 60 * minuteMs])('never overlap on a step of %s ms', (stepMs) => {
    for (const seed of seeds) {
      const all = placed(seed, stepMs).flatMap(({ fault, fold, slots }) =>
        fault === null ? [] : [{ fault, fold, slots }],
      );
      all.forEach(({ fault, fold, slots }, at) => {
        expect(fault.to - fault.from).toBe(rowsOf(fault.kind, stepMs));
        expect(fault.from).toBeGreaterThanOrEqual(fold.from + slots.marginRows);
        expect(fault.to).toBeLessThanOrEqual(fold.to - slots.marginRows);
        const next = all[at + 1]?.fault;
        if (next !== undefined) expect(next.from).toBeGreaterThanOrEqual(fault.to + 2 * slots.marginRows);
      });
    }
  });

  it('are of every kind, in places that another seed does not share', () => {
    const kinds = new Set(seeds.flatMap((seed) => placed(seed).flatMap(({ fault }) => fault?.kind ?? [])));
    expect(kinds).toEqual(new Set(injectedKinds));
    expect(placed(1)).toEqual(placed(1));
    expect(placed(1).map(({ fault }) => fault?.from)).not.toEqual(placed(2).map(({ fault }) => fault?.from));
  });

  it('keep off what was wrong already', () => {
    const history = ordinary(3 * 1_440, 1);
    const [fold] = planFolds(servers, 0, 3 * 1_440);
    if (fold === undefined) throw new Error('no fold');
    const known = [{ from: fold.from + 10, to: fold.from + 20 }];
    const [first, second] = placeFaults({
      ...{ history, fold, slots: slotsOf(servers), metrics, stepMs: minuteMs, known },
      ...{ usual: usualOf(history, metrics), turn: 0, random: createRandom(1) },
    });
    expect(first?.fault).toBeNull();
    expect(second?.fault).not.toBeNull();
  });

  it('are not put where there are no numbers, and no flat line where nothing moves', () => {
    const history = ordinary(3 * 1_440, 1);
    for (const { values } of history.columns) values.fill(Number.NaN);
    const [fold] = planFolds(servers, 0, 3 * 1_440);
    if (fold === undefined) throw new Error('no fold');
    const usual = metrics.map(() => ({ spread: 1, low: 0, high: 100 }));
    const common = { fold, slots: slotsOf(servers), metrics, stepMs: minuteMs, known: [], usual, turn: 4 };
    const into = (frame: Frame) => placeFaults({ ...common, history: frame, random: createRandom(1) });
    expect(into(history).map(({ fault }) => fault)).toEqual(into(history).map(() => null));
    for (const { values } of history.columns) values.fill(7);
    expect(into(history)[0]?.fault?.kind).toBe('drop');
  });

  it.each(injectedKinds.map((kind) => ({ kind })))('change nothing but their own rows: a $kind', ({ kind }) => {
    const history = ordinary(600, 5);
    history.columns[1]?.values.fill(Number.NaN, 310, 315);
    const usual = usualOf(history, metrics);
    const columns = kind === 'cascade' ? [0, 1, 2] : [1];
    const fault: Fault = { kind, from: 300, to: 300 + rowsOf(kind, minuteMs), columns };
    const before = history.columns.map(({ values }) => values.slice());
    const after = inject(history, { faults: [fault], usual, metrics, stepMs: minuteMs });
    expect(history.columns.map(({ values }) => values)).toEqual(before);
    for (const column of metrics.keys()) {
      const rows = changed(history, after, column);
      const order = columns.indexOf(column);
      if (order === -1) expect(rows).toEqual([]);
      else {
        expect(rows[0]).toBe(300 + 2 * order);
        expect(rows.at(-1)).toBe(fault.to - 1);
      }
    }
    expect(after.columns[1]?.values.subarray(310, 315).every(Number.isNaN)).toBe(true);
  });

  it('are as large as they say, in the direction that hurts, and never beyond what a metric can be', () => {
    const history = ordinary(600, 5);
    const usual = usualOf(history, metrics);
    const shift = (column: number, kind: 'level shift' | 'drop') => {
      const fault: Fault = { kind, from: 300, to: 345, columns: [column] };
      const after = inject(history, { faults: [fault], usual, metrics, stepMs: minuteMs });
      const [was = 0, is = 0] = [history, after].map((frame) => frame.columns[column]?.values[320] ?? 0);
      return (is - was) / (usual[column]?.spread ?? 1);
    };
    expect(shift(0, 'level shift')).toBeCloseTo(faultKinds['level shift'].size ?? 0, 9);
    expect(shift(1, 'level shift')).toBeCloseTo(4, 9);
    expect(shift(2, 'level shift')).toBeCloseTo(-4, 9);
    expect(shift(1, 'drop')).toBeCloseTo(-4, 9);
    const near = { ...history, columns: history.columns.map((one) => ({ ...one, values: one.values.map(() => 99) })) };
    const fault: Fault = { kind: 'spike', from: 10, to: 15, columns: [0, 2] };
    const wide = [{ spread: 30, low: 0, high: 100 }, null, { spread: 30, low: 0, high: 100 }];
    const after = inject(near, { faults: [fault], usual: wide, metrics, stepMs: minuteMs });
    expect([after.columns[0]?.values[12], after.columns[2]?.values[14]]).toEqual([100, 0]);
  });

  it('do not fall where only rising hurts', () => {
    expect(metrics.map((metric) => canBefall('drop', metric))).toEqual([false, true, true]);
  });
});
