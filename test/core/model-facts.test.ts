import { expect, it } from 'vitest';
import type { ModelFacts } from '../../src/core/detector.ts';
import { medianFacts } from '../../src/core/model-facts.ts';

const facts = (features: number, threshold: number, measures: ModelFacts['measures'] = {}): ModelFacts => ({
  features,
  parameters: { threshold },
  measures,
});

it('many models say the median of what each says, and of what only some say the median of those', () => {
  expect(medianFacts([facts(9, 3.5), facts(18, 1.5, { rare: 7 }), facts(18, 2.5)])).toEqual({
    features: 18,
    parameters: { threshold: 2.5 },
    measures: { rare: 7 },
  });
});

it('of two the upper one, and one is itself', () => {
  expect(medianFacts([facts(9, 3), facts(10, 4)]).parameters).toEqual({ threshold: 4 });
  expect(medianFacts([facts(9, 3, { unknown: Number.NaN })])).toEqual(facts(9, 3, { unknown: Number.NaN }));
});
