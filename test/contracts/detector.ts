import { beforeAll, describe, expect, it } from 'vitest';
import type { Detector, FittedDetector, RowScore } from '../../src/core/detector.ts';
import { dayRows, frameOf, hostMetrics, hostRows, stepMs } from '../detection/days.ts';

const history = frameOf(hostRows({ rows: dayRows, seed: 1 }));
const options = { metrics: hostMetrics, seed: 7, alertBudgetPerDay: 1, stepMs };
const gaps = new Float64Array(hostMetrics.length).fill(Number.NaN);

/** What every detector keeps, whatever it is made of. */
export function detectorContract(create: () => Detector): void {
  const learn = (frame = history): FittedDetector => {
    const outcome = create().fit(frame, options);
    if (outcome.kind !== 'fitted') throw new Error('a day of history is enough');
    return outcome.detector;
  };
  const scoresOf = (fitted: FittedDetector, rows = 400): readonly RowScore[] => {
    const scorer = fitted.open();
    return [...hostRows({ rows, seed: 2 })].map(({ at, values }) => scorer.push(at, values));
  };

  describe('every detector', () => {
    let fitted: FittedDetector;
    beforeAll(() => {
      fitted = learn();
    });

    it('asks for more when there is hardly any history', () => {
      const outcome = create().fit(frameOf(hostRows({ rows: 5, seed: 1 })), options);
      expect(outcome).toMatchObject({ kind: 'too little history', rows: 5 });
      expect(outcome.kind === 'too little history' && outcome.needed).toBeGreaterThan(5);
    });

    it('asks for history when there is none', () => {
      expect(create().fit(frameOf([]), options)).toMatchObject({ kind: 'too little history', rows: 0 });
    });

    it('gives the same bytes for the same history and seed, and others for another seed', () => {
      expect(learn().dump()).toEqual(fitted.dump());
      const other = create().fit(history, { ...options, seed: 8 });
      expect(other.kind === 'fitted' && other.detector.dump()).not.toEqual(fitted.dump());
    });

    it('warms up for as many rows as it says and then judges', () => {
      const scores = scoresOf(fitted);
      expect(scores.slice(0, fitted.warmupRows).map((score) => score.kind)).toEqual(
        Array.from({ length: fitted.warmupRows }, () => 'warming'),
      );
      expect(scores[0]).toEqual({ kind: 'warming', rowsLeft: fitted.warmupRows });
      expect(new Set(scores.slice(fitted.warmupRows).map((score) => score.kind))).toEqual(new Set(['scored']));
    });

    it('is an exact copy of itself after dump and revive', () => {
      const copy = create().revive(fitted.dump());
      expect(copy.name).toBe(fitted.name);
      expect(copy.threshold).toBe(fitted.threshold);
      expect(copy.about).toEqual(fitted.about);
      expect(scoresOf(copy)).toEqual(scoresOf(fitted));
    });

    it('says of itself what it looks at, what it was built with and how it does on its history', () => {
      const { features, parameters, measures } = fitted.about;
      expect(features).toBeGreaterThanOrEqual(hostMetrics.length);
      expect(parameters.threshold).toBe(fitted.threshold);
      expect(measures['alerts per day']).toBeGreaterThanOrEqual(0);
      for (const value of Object.values({ ...parameters, ...measures })) expect(Number.isFinite(value)).toBe(true);
    });

    it('refuses bytes that are foreign, cut off or damaged', () => {
      const bytes = fitted.dump();
      const damaged = bytes.slice();
      damaged[Math.floor(bytes.length / 2)] = (damaged[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
      const foreign = new TextEncoder().encode('{"kind":"something else entirely"}');
      for (const bad of [new Uint8Array(), foreign, bytes.subarray(0, bytes.length - 1), damaged])
        expect(() => create().revive(bad)).toThrow(Error);
    });

    it('keeps its scorers apart', () => {
      const alone = scoresOf(fitted);
      const [one, other] = [fitted.open(), fitted.open()];
      const scores = [...hostRows({ rows: 400, seed: 2 })].map(({ at, values }) => {
        other.push(
          at,
          values.map((value) => value * 3),
        );
        return one.push(at, values);
      });
      expect(scores).toEqual(alone);
    });

    it('is blind to a row of nothing but gaps', () => {
      const scorer = fitted.open();
      for (const { at, values } of hostRows({ rows: 100, seed: 2 })) scorer.push(at, values);
      expect(scorer.push(100 * stepMs, gaps)).toEqual({ kind: 'blind' });
    });

    it('says what its parts score, the forest among them, and nothing without a score', () => {
      const scorer = fitted.open();
      const parts = [...hostRows({ rows: 100, seed: 2 })].map(({ at, values }) => {
        const { kind } = scorer.push(at, values);
        return {
          kind,
          names: scorer.parts().map((part) => part.name),
          scores: scorer.parts().map((part) => part.score),
        };
      });
      for (const { kind, names, scores } of parts) {
        expect(names.includes('forest')).toBe(kind === 'scored');
        expect(scores.every(Number.isFinite)).toBe(true);
      }
      expect(parts.at(-1)?.kind).toBe('scored');
      scorer.push(100 * stepMs, gaps);
      expect(scorer.parts()).toEqual([]);
    });

    it('shares the blame out to 1, largest first, over the metrics that were seen', () => {
      const scorer = fitted.open();
      for (const { at, values } of hostRows({ rows: 100, seed: 2 })) scorer.push(at, values);
      const because = scorer.explain();
      expect(because.map((part) => part.metric).toSorted()).toEqual(hostMetrics.map(({ name }) => name).toSorted());
      expect(because.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1, 9);
      expect(because.map((part) => part.share)).toEqual(because.map((part) => part.share).toSorted((a, b) => b - a));
    });

    it('says what is usual: nothing before the first row, then a range that holds nearly all normal rows', () => {
      const scorer = fitted.open();
      expect(scorer.expectations()).toEqual([]);
      const held = new Map(hostMetrics.map(({ name }) => [name, 0]));
      for (const { at, values } of hostRows({ rows: dayRows, seed: 2 })) {
        scorer.push(at, values);
        for (const { metric, expected, lower, upper } of scorer.expectations()) {
          expect(lower <= expected && expected <= upper).toBe(true);
          const value = values[hostMetrics.findIndex(({ name }) => name === metric)] ?? Number.NaN;
          if (lower <= value && value <= upper) held.set(metric, (held.get(metric) ?? 0) + 1);
        }
      }
      for (const [metric, rows] of held) expect(rows / dayRows, metric).toBeGreaterThan(0.9);
      for (const { lower, upper } of scorer.expectations()) expect(upper).toBeGreaterThan(lower);
    });

    it('is the surer the higher the score, between 0 and 1', () => {
      const sure = [0, 0.5, 0.9, 1, 1.1, 2, 5].map((part) => fitted.confidence(part * fitted.threshold));
      expect(sure).toEqual(sure.toSorted((a, b) => a - b));
      expect(new Set(sure).size).toBe(sure.length);
      expect(Math.min(...sure)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...sure)).toBeLessThanOrEqual(1);
    });
  });
}
