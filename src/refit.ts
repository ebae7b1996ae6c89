import type { Detector, FittedDetector } from './core/detector.ts';
import { messageOf } from './core/errors.ts';
import type { Log } from './core/log.ts';
import type { ModelRegistry, StoredModel } from './core/model.ts';
import type { ModelState } from './core/situation.ts';
import type { Watch } from './core/watch.ts';
import type { Models } from './observe.ts';
import type { Trainer } from './train.ts';

export type RefitOptions = {
  readonly watches: readonly Watch[];
  readonly detector: Detector;
  readonly registry: ModelRegistry;
  readonly trainer: Pick<Trainer, 'train'>;
  readonly install: (watch: string, models: Models) => void;
  /** How many entities of a watch no model knows. */
  readonly strangers: (watch: string) => number;
  readonly now: () => number;
  readonly log: Log;
};

export type Refit = {
  /** Takes up the stored models; a watch without a good one is trained by the next `catchUp`. */
  load(signal: AbortSignal): Promise<void>;
  /** Trains what has no model, or entities that no model knows; waits between tries. */
  catchUp(signal: AbortSignal): Promise<void>;
  /** Trains every watch anew. */
  all(signal: AbortSignal): Promise<void>;
};

/** A watch without a model is tried again after this many steps more of history, and at least this long. */
const retrySteps = 20;
const shortestRetryMs = 15_000;
/** New entities wait until they have some history, and are then learnt together. */
const strangersRetryMs = 3_600_000;

/** Corridor 3's timing: which watch is trained when, and what happens with the outcome. The old model stays until then. */
export function createRefit(options: RefitOptions): Refit {
  const { watches, detector, registry, trainer, install, now, log } = options;
  const installed = new Map<string, number>();
  const tried = new Map<string, number>();
  let busy = false;

  function take(watch: Watch, model: StoredModel): void {
    const detectors = new Map<string, FittedDetector>();
    for (const [entity, bytes] of model.detectors) detectors.set(entity, detector.revive(bytes));
    const { version, trainedAt, rows, entities } = model.info;
    install(watch.name, { state: { kind: 'ready', version, trainedAt, rows, entities }, detectors });
    installed.set(watch.name, now());
  }

  function without(watch: Watch, because: string): void {
    if (installed.has(watch.name)) return;
    const state: ModelState = { kind: 'none', because };
    install(watch.name, { state, detectors: new Map() });
  }

  async function loadOne(watch: Watch, signal: AbortSignal): Promise<void> {
    try {
      const model = await registry.load(watch.name, signal);
      const wanted = watch.metrics.map((metric) => metric.name).join();
      if (model === null) return;
      if (model.info.detector !== detector.name || model.info.metrics.join() !== wanted)
        return without(watch, 'the stored model is of other metrics or of another detector; it is being trained anew');
      take(watch, model);
    } catch (error) {
      log.warn('the stored model can not be used; a new one is trained', { watch: watch.name, error });
      without(watch, `the stored model can not be used (${messageOf(error)}); a new one is trained`);
    }
  }

  async function train(watch: Watch, signal: AbortSignal): Promise<void> {
    tried.set(watch.name, now());
    try {
      const outcome = await trainer.train(watch, signal);
      if (outcome.kind === 'trained') return take(watch, outcome.model);
      without(watch, `warming up: ${outcome.rows} of ${outcome.needed} rows of history`);
    } catch (error) {
      if (signal.aborted) return;
      log.warn('training failed; the model that was there stays', { watch: watch.name, error });
      without(watch, `training failed: ${messageOf(error)}`);
    }
  }

  function isDue(watch: Watch): boolean {
    const sinceTry = now() - (tried.get(watch.name) ?? Number.NEGATIVE_INFINITY);
    if (!installed.has(watch.name)) return sinceTry >= Math.max(shortestRetryMs, retrySteps * watch.stepMs);
    return sinceTry >= strangersRetryMs && options.strangers(watch.name) > 0;
  }

  /** Training takes its time and ticks go on: what is asked for meanwhile waits for the next occasion. */
  async function once(work: () => Promise<void>): Promise<void> {
    if (busy) return;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
  }

  return {
    async load(signal) {
      for (const watch of watches) await loadOne(watch, signal);
    },
    catchUp: (signal) =>
      once(async () => {
        for (const watch of watches) if (isDue(watch)) await train(watch, signal);
      }),
    all: (signal) =>
      once(async () => {
        for (const watch of watches) await train(watch, signal);
      }),
  };
}
