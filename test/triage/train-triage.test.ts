import { describe, expect, it } from 'vitest';
import type { TriageModel } from '../../src/core/triage.ts';
import { featureNames } from '../../src/triage/features.ts';
import { revivedTriage, storedTriage } from '../../src/triage/model-file.ts';
import { tallySince } from '../../src/triage/report.ts';
import { trainTriage } from '../../src/triage/train-triage.ts';
import { verdictOf } from '../../src/triage/verdict.ts';
import { someExamples } from './some-examples.ts';

const input = { seed: 7, now: 1_770_000_000_000, code: '1.2.3' };

function trained(count: number, change: Parameters<typeof someExamples>[1] = {}): TriageModel {
  const outcome = trainTriage({ ...input, examples: someExamples(count, change) });
  if (outcome.kind !== 'trained') throw new Error('it was not trained');
  return outcome.model;
}

describe('learning from labels', () => {
  it('begins with 20 of each kind', () => {
    const few = trainTriage({ ...input, examples: someExamples(39) });
    expect(few).toEqual({ kind: 'too few labels', real: 20, notReal: 19, needed: 20 });
    expect(trainTriage({ ...input, examples: someExamples(40) }).kind).toBe('trained');
  });

  it('is the same for the same labels, in whatever order, and another with another seed', () => {
    const examples = someExamples(60);
    const once = trainTriage({ ...input, examples });
    expect(trainTriage({ ...input, examples: examples.toReversed() })).toEqual(once);
    expect(trainTriage({ ...input, seed: 8, examples })).not.toEqual(once);
  });

  it('tells apart what differs, and says by what', () => {
    const model = trained(160);
    expect(model.measures.ranking).toBeGreaterThan(0.9);
    expect(model.importances[0]?.feature).toBe('score');
    const at = (score: number) =>
      verdictOf(
        model,
        featureNames.map((name) => (name === 'score' ? score : 0)),
      );
    expect(at(4).probability).toBeGreaterThan(0.6);
    expect(at(-1).probability).toBeLessThan(0.2);
    expect(at(4).looksAt[0]).toMatchObject({ feature: 'score', value: 4 });
  });

  it('finds nothing in labels that are chance, and demotes hardly any real one for it', () => {
    const model = trained(160, { apart: 0 });
    expect(model.measures.ranking).toBeLessThan(0.65);
    expect(model.shadow.demotedReal / model.shadow.real).toBeLessThanOrEqual(0.02);
  });

  it('loses few enough real ones of what it has not seen', () => {
    const model = trained(200, { apart: 2 });
    const since = someExamples(400, { apart: 2, seed: 99 }).map((one, at) => ({
      ...one,
      at: model.trainedOn.to + 1 + at,
    }));
    const tally = tallySince(model, since);
    expect(tally.demoted).toBeGreaterThan(20);
    expect(tally.demotedReal / tally.real).toBeLessThanOrEqual(0.1);
  });

  it('is not proven by few real ones, however clear they are', () => {
    expect(trained(40, { apart: 9 }).cutoff.isProven).toBe(false);
    expect(trained(160, { apart: 9 }).cutoff.isProven).toBe(true);
  });

  it.each([
    ['of another list of features', { featureSet: 99 }],
    ['with a number that is none', { looks: [featureNames.map(() => Number.NaN)] }],
    ['with too few numbers', { looks: [[1, 2]] }],
    ['without a look', { looks: [] }],
  ])('leaves out an example %s', (_what, change) => {
    const examples = someExamples(60);
    const outcome = trainTriage({
      ...input,
      examples: [...examples, ...examples.slice(0, 4).map((one) => ({ ...one, ...change }))],
    });
    expect(outcome).toMatchObject({ kind: 'trained', model: { trainedOn: { leftOut: 4 } } });
  });
});

describe('a model of what is noise', () => {
  const model = trained(60);

  it('is the same after it was kept', () => {
    expect(revivedTriage(storedTriage(model))).toEqual(model);
  });

  it.each([
    ['of other features', { ...model, featureSet: 2 }, /other features/],
    ['with a tree that is none', { ...model, trees: [['left', 'right']] }, /trees/],
    ['with a slope that turns it round', { ...model, calibration: { slope: -1, intercept: 0 } }, /slope/],
    ['that is something else', { is: 'a picture' }, /./],
  ])('%s is refused', (_what, other, words) => {
    const stored = storedTriage(model);
    const detectors = new Map([['triage', new TextEncoder().encode(JSON.stringify(other))]]);
    expect(() => revivedTriage({ ...stored, detectors })).toThrow(words);
  });
});
