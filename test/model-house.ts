import type { Detector } from '../src/core/detector.ts';
import { type Log, silentLog } from '../src/core/log.ts';
import type { StoredModel } from '../src/core/model.ts';
import type { Watch } from '../src/core/watch.ts';
import { createModelControl } from '../src/model-control.ts';
import type { Models } from '../src/observe.ts';
import { createModelRegistry } from '../src/store/model-registry.ts';
import type { TrainOutcome } from '../src/train.ts';
import { memoryBlobs } from './memory-blobs.ts';
import { oneMetric, valueDetector } from './small-things.ts';

/** A detector whose model is one byte, its threshold. */
export const byteDetector: Detector = {
  name: 'value',
  fit: () => ({ kind: 'too little history', rows: 0, needed: 1 }),
  revive: (bytes) => {
    if (bytes.length !== 1) throw new Error('the model is damaged');
    return valueDetector(bytes[0] ?? 0);
  },
};

/** A model that the byte detector revives for the watch of one metric. */
export function byteModel(number: number, change: Partial<StoredModel['info']> = {}, bytes = [3]): StoredModel {
  const info = {
    watch: 'hosts',
    version: `v${number}`,
    detector: 'value',
    code: '1.2.3',
    trainedAt: number * 1_000,
    from: 0,
    to: 3_600_000,
    entities: 1,
    rows: 100 + number,
    metrics: ['cpu'],
    seed: 1,
    tuning: null,
    features: 1,
    parameters: { threshold: 3 },
    measures: { 'alerts per day': 0.5 },
    ...change,
  };
  return { info, detectors: new Map([['a', Uint8Array.from(bytes)]]) };
}

export type TrainStep = TrainOutcome | Error | (() => Promise<TrainOutcome>);

/** The control of models over a real registry in memory. Trainings go as they are told to, in order. */
export function modelHouse(steps: TrainStep[] = [], watches: readonly Watch[] = [oneMetric]) {
  const installed: string[] = [];
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => void warnings.push(message) };
  const blobs = memoryBlobs();
  const registry = createModelRegistry({ blobs, keep: 10, log });
  let clock = 0;
  const trained: number[] = [];
  const trainer = {
    async train(_watch: Watch, signal: AbortSignal): Promise<TrainOutcome> {
      trained.push(clock);
      const step = steps.shift() ?? new Error('nothing left to train');
      if (step instanceof Error) throw step;
      const outcome = typeof step === 'function' ? await step() : step;
      if (outcome.kind === 'trained') await registry.save(outcome.model, signal);
      return outcome;
    },
  };
  const control = createModelControl({
    watches,
    detector: byteDetector,
    registry,
    trainer,
    install: (_watch: string, { state, detectors }: Models) =>
      installed.push(state.kind === 'ready' ? `${state.version} of ${detectors.size}` : `none: ${state.because}`),
    now: () => clock,
    log,
  });
  return {
    control,
    registry,
    blobs,
    installed,
    warnings,
    trained,
    now: () => clock,
    at: (ms: number) => {
      clock = ms;
    },
  };
}

export const trainedAs = (number: number): TrainOutcome => ({ kind: 'trained', model: byteModel(number) });
