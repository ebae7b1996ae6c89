import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alertsAt } from '../../src/detection/measures/alerts.ts';
import { blameMeasures } from '../../src/detection/measures/blame.ts';
import { eventsOf } from '../../src/detection/measures/events.ts';
import { type Measures, measure } from '../../src/detection/measures/measure.ts';

/**
 * Scores and labels that were made up, and what another program made of them: numpy 1.24 and scikit-learn 1.2 after the same
 * published definitions. `null` is a row without a score, and a measure that does not exist.
 */
type Recorded = {
  readonly name: string;
  readonly stepMs: number;
  readonly threshold: number;
  readonly scores: readonly (number | null)[];
  /** First row, and the row behind the last. */
  readonly labelled: readonly (readonly [number, number])[];
  readonly expected: Partial<Record<keyof Measures, number | null>>;
};

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(new URL('./recorded/measures.json', import.meta.url), 'utf8'),
);

const labelsOf = (rows: number, spans: Recorded['labelled']): Uint8Array =>
  Uint8Array.from({ length: rows }, (_, row) => (spans.some(([from, to]) => row >= from && row < to) ? 1 : 0));

describe('measures', () => {
  it.each(recorded)('agree with another program: $name', ({ scores, labelled, expected, ...at }) => {
    const ours = measure(
      Float64Array.from(scores, (score) => score ?? Number.NaN),
      labelsOf(scores.length, labelled),
      { ...at, release: at.threshold },
    );
    expect(Object.keys(expected).length).toBe(11);
    for (const [name, value] of Object.entries(expected))
      if (value === null) expect(ours, name).toHaveProperty(name, Number.NaN);
      else expect(Math.abs((ours[name as keyof Measures] ?? Number.NaN) - value), name).toBeLessThan(1e-9);
  });

  it('count an alert that is only a row late, the more the fewer rows it is', () => {
    const labels = labelsOf(400, [[100, 110]]);
    const lateBy = (rows: number) =>
      measure(
        Float64Array.from(labels, (_, row) => labels[row - rows] ?? 0),
        labels,
        { threshold: 1, release: 1, stepMs: 60_000 },
      );
    const volumes = [0, 1, 5, 9].map((rows) => lateBy(rows).vusPr);
    expect(volumes).toEqual(volumes.toSorted((a, b) => b - a));
    expect(new Set(volumes).size).toBe(4);
    expect(lateBy(5)).toMatchObject({ caught: 1, medianDelayMinutes: 5, falsePerDay: 0 });
  });

  it('compare the rows of an alert to the labelled ones', () => {
    const labels = Uint8Array.of(0, 1, 1, 1, 0, 0);
    const scores = Float64Array.of(Number.NaN, 5, 9, 1, 7, 0);
    expect(measure(scores, labels, { threshold: 5, release: 5, stepMs: 60_000 })).toMatchObject({
      rowPrecision: 2 / 3,
      rowRecall: 2 / 3,
      rowF1: 2 / 3,
    });
  });

  it('hold an alert until its score falls below the release', () => {
    const scores = Float64Array.of(1, 5, 4, 3, 5, 2, 4, Number.NaN, 4);
    const labels = Uint8Array.of(0, 1, 0, 0, 1, 1, 0, 0, 0);
    expect(measure(scores, labels, { threshold: 5, release: 3, stepMs: 900_000 })).toMatchObject({
      caught: 2,
      alerts: 1,
      rowPrecision: 2 / 4,
      rowRecall: 2 / 3,
    });
  });

  it('never let a row without a score be an alert, whatever the threshold', () => {
    const scores = Float64Array.of(Number.NaN, Number.NaN, 1);
    expect(measure(scores, Uint8Array.of(1, 0, 0), { threshold: -1, release: -1, stepMs: 60_000 })).toMatchObject({
      caught: 0,
      alerts: 1,
    });
  });
});

describe('events', () => {
  it.each([
    { labels: [], events: [] },
    { labels: [0, 0], events: [] },
    { labels: [1], events: [[0, 1]] },
    {
      labels: [1, 1, 0, 1],
      events: [
        [0, 2],
        [3, 4],
      ],
    },
    { labels: [0, 1, 1], events: [[1, 3]] },
  ])('of $labels are $events', ({ labels, events }) => {
    expect(eventsOf(Uint8Array.from(labels)).map(({ from, to }) => [from, to])).toEqual(events);
  });
});

describe('alerts', () => {
  it.each([
    { scores: [1, 0, 0, 1], gapRows: 3, alerts: [[0, 4]] },
    {
      scores: [1, 0, 0, 1],
      gapRows: 2,
      alerts: [
        [0, 1],
        [3, 4],
      ],
    },
    { scores: [0, 0], gapRows: 2, alerts: [] },
    { scores: [0, 1, 1], gapRows: 1, alerts: [[1, 3]] },
  ])('of $scores within $gapRows rows are $alerts', ({ scores, gapRows, alerts }) => {
    expect(alertsAt(Float64Array.from(scores), 1, gapRows).map(({ from, to }) => [from, to])).toEqual(alerts);
  });
});

describe('blame', () => {
  it.each([
    { why: 'both at fault are the two most blamed', blame: [5, 1, 4, 0], atFault: [0, 2], hitRate: 1, topBlame: 1 },
    { why: 'one of two is', blame: [5, 4, 1, 0], atFault: [0, 2], hitRate: 0.5, topBlame: 1 },
    { why: 'the most blamed one is innocent', blame: [1, 9, 4, 0], atFault: [0, 2], hitRate: 0.5, topBlame: 0 },
    { why: 'nobody was blamed', blame: [0, 0, 0, 0], atFault: [0], hitRate: 0, topBlame: 0 },
    {
      why: 'all are at fault and one got no blame',
      blame: [3, 2, 1, 0],
      atFault: [0, 1, 2, 3],
      hitRate: 0.75,
      topBlame: 1,
    },
  ])('hits where $why', ({ blame, atFault, hitRate, topBlame }) => {
    const incident = { blame: Float64Array.from(blame), atFault: new Set(atFault) };
    expect(blameMeasures([incident])).toEqual({ hitRate, topBlame });
  });

  it('is the mean over incidents, and nothing without one', () => {
    const hit = { blame: Float64Array.of(1, 0), atFault: new Set([0]) };
    const miss = { blame: Float64Array.of(1, 0), atFault: new Set([1]) };
    expect(blameMeasures([hit, miss, miss, hit])).toEqual({ hitRate: 0.5, topBlame: 0.5 });
    expect(blameMeasures([])).toEqual({ hitRate: Number.NaN, topBlame: Number.NaN });
  });
});
