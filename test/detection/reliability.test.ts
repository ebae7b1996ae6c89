import { describe, expect, it } from 'vitest';
import { reliabilityOf, type StatedAlert, statedAlerts } from '../../src/detection/measures/reliability.ts';

const minute = 60_000;

/** So many alerts of one confidence, of which some are right. */
const said = (confidence: number, alerts: number, right: number): readonly StatedAlert[] =>
  Array.from({ length: alerts }, (_, at) => ({ confidence, isRight: at < right }));

describe('the reliability of a stated confidence', () => {
  it('has no error when of those that are 75 % sure three in four are right', () => {
    const { bins, error } = reliabilityOf([...said(0.75, 8, 6), ...said(0.25, 4, 1)]);
    expect(bins).toEqual([
      { from: 0.2, to: 0.3, alerts: 4, stated: 0.25, right: 0.25 },
      { from: 0.7, to: 0.8, alerts: 8, stated: 0.75, right: 0.75 },
    ]);
    expect(error).toBe(0);
  });

  it('weighs what is off by the number of alerts', () => {
    expect(reliabilityOf([...said(0.5, 30, 30), ...said(0.75, 10, 0)]).error).toBeCloseTo(0.5625, 12);
  });

  it('counts the surest of all in the last bin, and knows no error without an alert', () => {
    expect(reliabilityOf(said(1, 1, 1)).bins).toMatchObject([{ from: 0.99, to: 1, alerts: 1 }]);
    expect(reliabilityOf([])).toEqual({ bins: [], error: Number.NaN });
  });

  it('takes each alert at its surest, and those within 15 minutes for one', () => {
    const scores = new Float64Array(60);
    scores.set([3, 5, 4], 10);
    scores.set([Number.NaN, 2], 20);
    scores[50] = 3;
    const labels = new Uint8Array(60).fill(1, 22, 30);
    const options = { threshold: 2, release: 2, stepMs: minute, confidence: (score: number) => score / 10 };
    expect(statedAlerts(scores, labels, options)).toEqual([
      { confidence: 0.5, isRight: false },
      { confidence: 0.3, isRight: false },
    ]);
    expect(statedAlerts(scores, labels.fill(1, 21, 22), options)[0]).toEqual({ confidence: 0.5, isRight: true });
  });
});
