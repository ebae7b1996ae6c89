import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FeatureGroup } from '../../src/detection/features/feature-group.ts';
import { valueGroup } from '../../src/detection/features/values.ts';
import { createRandom } from '../../src/detection/random.ts';
import { type Ablated, ablateSeries } from '../../src/evaluate/ablate-series.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { readSeries } from '../../src/evaluate/read-series.ts';
import { newFolder, silent, tinyMachine, writeMachine } from './tiny.ts';

const seriesIn = (dir: string) =>
  readSeries({
    kind: 'machine',
    name: 'm',
    stepMs: 60_000,
    train: join(dir, 'm.train.csv'),
    test: join(dir, 'm.test.csv'),
    label: join(dir, 'm.label.csv'),
    interpretation: null,
  });

/** Features that say nothing: chance, the same for every fit. */
const noise: FeatureGroup = {
  name: 'noise',
  kinds: [{ name: 'noise', per: 'row', formula: 'chance', unit: '1', reason: 'none' }],
  fit() {
    const [random, again] = [createRandom(9), createRandom(9)];
    return {
      features: noise.kinds.map((kind) => ({ ...kind, of: '' })),
      open: () => ({ push: (_row, features) => features.fill(random.next()) }),
      fill: ({ frame }, take) =>
        take(
          0,
          frame.times.map(() => again.next()),
        ),
    };
  },
};

describe('asking what each group of features brings', () => {
  const dir = newFolder();
  writeMachine(dir, 'm');
  const series = seriesIn(dir);

  it('tells a group that sees the incidents from one that says nothing', () => {
    const { features, all, groups } = ablateSeries(series, [valueGroup, noise], 1);
    expect(features).toBe(4);
    const [value, nothing] = groups;
    expect(value).toMatchObject({ name: 'value', features: 3 });
    expect(nothing).toMatchObject({ name: 'noise', features: 1 });
    expect(value?.alone).toBeGreaterThan(0.8);
    expect(nothing?.alone).toBeLessThan(0.5);
    // What is left without the one is the other.
    expect(value?.without).toBe(nothing?.alone);
    expect(nothing?.without).toBe(value?.alone);
    expect(all).toBeGreaterThan(nothing?.alone ?? 1);
  });

  it('takes a feature that a row does not have for its median and not for zero', () => {
    const machine = tinyMachine();
    const gappy = { ...machine, test: machine.test.map((row, at) => (at % 7 === 0 ? [Number.NaN, 0.3, 0.1] : row)) };
    const other = newFolder();
    writeMachine(other, 'm', gappy);
    const [{ alone = 0 } = {}] = ablateSeries(seriesIn(other), [valueGroup], 1).groups;
    expect(alone).toBeGreaterThan(0.7);
  });
});

describe('npm run evaluate -- --ablation', () => {
  it('prints a line per group and one for all, and writes the figures of every machine', async () => {
    const dir = newFolder();
    const json = join(newFolder(), 'j');
    writeMachine(dir, 'a');
    writeMachine(dir, 'b', tinyMachine(2), '.gz');
    const report = await evaluate(['--ablation', '--data', dir, '--seeds', '1', '--json', json], silent);
    const [head, ...lines] = report.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(head).toEqual(['group', 'features', 'alone', 'all but it']);
    const groups = ['value', 'rolling', 'extremes', 'changes', 'season', 'relations', 'residuals', 'drift', 'energies'];
    expect(lines.map(([name]) => name)).toEqual([
      ...groups,
      'all',
      'VUS-PR of an isolation forest, mean of 2 series and 1 seed.',
    ]);
    const written: { mean: Ablated; series: { name: string; bySeed: Ablated[] }[] } = JSON.parse(
      readFileSync(json, 'utf8'),
    );
    expect(written.series.map(({ name }) => name)).toEqual(['a', 'b']);
    const [a, b] = written.series.map(({ bySeed }) => bySeed[0]?.groups[1]?.alone ?? Number.NaN);
    expect(written.mean.groups[1]?.alone).toBeCloseTo(((a ?? 0) + (b ?? 0)) / 2, 12);
    expect(lines[1]?.slice(1, 3)).toEqual(['18', written.mean.groups[1]?.alone.toFixed(3)]);
  }, 60_000);
});
