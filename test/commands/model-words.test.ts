import { expect, it } from 'vitest';
import { modelBlocks } from '../../src/commands/model-words.ts';
import { byteModel } from '../model-house.ts';

const settings = { windows: [10, 30, 120], trees: 100, lags: 3, smoothingRows: 10 };
const tuning = {
  ...{ name: 'long windows', settings, chosenAt: 0, tookMs: 95_000 },
  because: 'caught 20 of 24 at 0.50 false alerts a day, the usual ones caught 14 of 24 at 0.60 false alerts a day',
};

it.each([
  [null, 'the usual ones: no others have been tried yet'],
  [tuning, `long windows, chosen 1970-01-01 00:00:00 UTC in 1 min 35 s: ${tuning.because}`],
])('a model says which settings it was built with, and why', (given, words) => {
  const facts = modelBlocks(byteModel(1, { tuning: given }).info, 0).flatMap((block) =>
    block.kind === 'facts' ? block.facts : [],
  );
  expect(facts.find(({ name }) => name === 'settings')?.value).toBe(words);
});
