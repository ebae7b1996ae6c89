import { describe, expect, it } from 'vitest';
import type { Detector } from '../src/core/detector.ts';
import { UpstreamError } from '../src/core/errors.ts';
import { silentLog } from '../src/core/log.ts';
import type { ModelRegistry, StoredModel } from '../src/core/model.ts';
import type { Models } from '../src/observe.ts';
import { createRefit } from '../src/refit.ts';
import type { TrainOutcome } from '../src/train.ts';
import { oneMetric, valueDetector } from './small-things.ts';

const signal = AbortSignal.timeout(60_000);
const detector: Detector = {
  name: 'value',
  fit: () => ({ kind: 'too little history', rows: 0, needed: 1 }),
  revive: (bytes) => {
    if (bytes.length === 0) throw new Error('damaged');
    return valueDetector(bytes[0] ?? 0);
  },
};

const model = (version: string, change: Partial<StoredModel['info']> = {}): StoredModel => ({
  info: {
    watch: 'hosts',
    version,
    detector: 'value',
    trainedAt: 5,
    from: 0,
    to: 5,
    entities: 1,
    rows: 100,
    metrics: ['cpu'],
    seed: 1,
    ...change,
  },
  detectors: new Map([['a', Uint8Array.of(3)]]),
});

function house(stored: StoredModel | null | Error, outcomes: (TrainOutcome | Error)[] = []) {
  const installed: string[] = [];
  let clock = 0;
  let strangers = 0;
  const registry: ModelRegistry = {
    save: async () => {},
    load: async () => {
      if (stored instanceof Error) throw stored;
      return stored;
    },
  };
  const trained: number[] = [];
  const refit = createRefit({
    watches: [oneMetric],
    detector,
    registry,
    trainer: {
      train: async () => {
        trained.push(clock);
        const outcome = outcomes.shift() ?? new Error('nothing left to train');
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    },
    install: (_watch, { state, detectors }: Models) =>
      installed.push(state.kind === 'ready' ? `${state.version} of ${detectors.size}` : `none: ${state.because}`),
    strangers: () => strangers,
    now: () => clock,
    log: silentLog,
  });
  return {
    refit,
    installed,
    trained,
    at: (ms: number) => {
      clock = ms;
    },
    meet: (count: number) => {
      strangers = count;
    },
  };
}

describe('the timing of training', () => {
  it('takes up the stored model and trains nothing', async () => {
    const { refit, installed, trained } = house(model('v1'));
    await refit.load(signal);
    await refit.catchUp(signal);
    expect({ installed, trained }).toEqual({ installed: ['v1 of 1'], trained: [] });
  });

  it.each([
    {
      story: 'is damaged',
      stored: new UpstreamError('s3', 'checksum of models/hosts/v1', { retryable: false }),
      says: 'checksum',
    },
    { story: 'is of other metrics', stored: model('v1', { metrics: ['memory'] }), says: 'other metrics' },
    { story: 'is of another detector', stored: model('v1', { detector: 'older' }), says: 'another detector' },
    {
      story: 'can not be revived',
      stored: { ...model('v1'), detectors: new Map([['a', new Uint8Array()]]) },
      says: 'damaged',
    },
  ])('says so and trains anew when the stored model $story', async ({ stored, says }) => {
    const { refit, installed } = house(stored, [{ kind: 'trained', model: model('v2') }]);
    await refit.load(signal);
    await refit.catchUp(signal);
    expect(installed[0]).toContain(says);
    expect(installed[1]).toBe('v2 of 1');
  });

  it('says how far the history is, and tries again when there is more', async () => {
    const { refit, installed, trained, at } = house(null, [
      { kind: 'too little history', rows: 7, needed: 60 },
      { kind: 'trained', model: model('v1') },
    ]);
    await refit.catchUp(signal);
    at(199_000);
    await refit.catchUp(signal);
    at(200_000);
    await refit.catchUp(signal);
    expect(trained).toEqual([0, 200_000]);
    expect(installed).toEqual(['none: warming up: 7 of 60 rows of history', 'v1 of 1']);
  });

  it('keeps the model that is there when training fails', async () => {
    const { refit, installed } = house(model('v1'), [new Error('no memory')]);
    await refit.load(signal);
    await refit.all(signal);
    expect(installed).toEqual(['v1 of 1']);
  });

  it('learns strangers after an hour', async () => {
    const { refit, trained, at, meet } = house(model('v1'), [{ kind: 'trained', model: model('v2') }]);
    await refit.load(signal);
    meet(2);
    await refit.catchUp(signal);
    at(1_000);
    await refit.catchUp(signal);
    expect(trained).toEqual([0]);
    at(3_600_000);
    await refit.catchUp(signal);
    expect(trained).toEqual([0, 3_600_000]);
  });
});
