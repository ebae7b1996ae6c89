import type { Detector, FittedDetector } from './core/detector.ts';
import { messageOf, UpstreamError, UsageError } from './core/errors.ts';
import { formatTime } from './core/format.ts';
import type { Log } from './core/log.ts';
import type { ModelControl, ModelInfo, ModelInUse, ModelRegistry, Revive, Training } from './core/model.ts';
import type { ModelState } from './core/situation.ts';
import type { Watch } from './core/watch.ts';
import type { Models } from './observe.ts';
import type { Trainer } from './train.ts';

export type ModelControlOptions = {
  readonly watches: readonly Watch[];
  readonly detector: Detector;
  readonly registry: ModelRegistry;
  readonly trainer: Pick<Trainer, 'train'>;
  readonly install: (watch: string, models: Models) => void;
  readonly now: () => number;
  readonly log: Log;
};

/** `unreadable`: whether there is a model is not known, because storage did not answer. */
export type LoadOutcome = 'ready' | 'none' | 'unreadable';

export type Control = ModelControl & {
  /** Takes up the stored model of a watch. Never throws. */
  load(watch: Watch, signal: AbortSignal): Promise<LoadOutcome>;
};

type Detectors = ReadonlyMap<string, FittedDetector>;
type InUse = { readonly model: ModelInUse; readonly detectors: Detectors };

/** Holds which model of each watch is in use, and changes it: what is loaded, trained or rolled back to is in use at once. */
export function createModelControl(options: ModelControlOptions): Control {
  const { detector, registry, trainer, install, now, log } = options;
  const watches = new Map(options.watches.map((watch) => [watch.name, watch]));
  const inUse = new Map<string, InUse>();
  const changing = new Map<string, { readonly doing: 'trained' | 'rolled back'; readonly since: number }>();

  function put(watch: string, model: ModelInUse, detectors: Detectors): void {
    install(watch, { state: stateOf(model), detectors });
    inUse.set(watch, { model, detectors });
  }

  function use(watch: string, info: ModelInfo, detectors: Detectors, trouble: string | null): void {
    put(watch, { kind: 'ready', info, since: now(), trouble }, detectors);
  }

  /** Says why there is no model; one that is in use stays. */
  function without(watch: string, because: string): void {
    if (inUse.get(watch)?.model.kind === 'ready') return;
    put(watch, { kind: 'none', because }, new Map());
  }

  /** Says why no newer model came; one that is in use goes on. */
  function failed(watch: string, because: string): void {
    const used = inUse.get(watch);
    if (used?.model.kind === 'ready')
      put(watch, { ...used.model, trouble: `the last training failed (${because})` }, used.detectors);
    else without(watch, `training failed: ${because}`);
  }

  /** The detectors of a model that was learnt for the watch as it is now. */
  const reviveFor =
    (watch: Watch): Revive<Detectors> =>
    ({ info, detectors }) => {
      if (info.detector !== detector.name) throw new Error(`it is of another detector (${info.detector})`);
      const wanted = watch.metrics.map((metric) => metric.name).join();
      if (info.metrics.join() !== wanted) throw new Error(`it is of other metrics (${info.metrics.join(', ')})`);
      return new Map([...detectors].map(([entity, bytes]) => [entity, detector.revive(bytes)]));
    };

  function watchOf(name: string): Watch {
    const watch = watches.get(name);
    if (watch === undefined) throw new UsageError(`"${name}" is not a watch.`);
    return watch;
  }

  /** One change of a watch's model at a time: what stands in the way of another one, or null. */
  function obstacle(watch: string): string | null {
    const other = changing.get(watch);
    if (other === undefined) return null;
    return `${watch} is being ${other.doing} already, since ${formatTime(other.since)}. Wait until that is done.`;
  }

  async function alone<T>(watch: string, doing: 'trained' | 'rolled back', change: () => Promise<T>): Promise<T> {
    changing.set(watch, { doing, since: now() });
    try {
      return await change();
    } finally {
      changing.delete(watch);
    }
  }

  async function trainOnce(watch: Watch, signal: AbortSignal): Promise<Training> {
    const startedAt = now();
    try {
      const outcome = await trainer.train(watch, signal);
      if (outcome.kind === 'trained') {
        const { info } = outcome.model;
        use(watch.name, info, reviveFor(watch)(outcome.model), null);
        return { kind: 'trained', info, tookMs: now() - startedAt };
      }
      without(watch.name, `warming up: ${outcome.rows} of ${outcome.needed} rows of history`);
      return outcome;
    } catch (error) {
      signal.throwIfAborted();
      log.warn('training failed; the model that was there stays', { watch: watch.name, error });
      failed(watch.name, messageOf(error));
      return { kind: 'failed', because: messageOf(error) };
    }
  }

  return {
    async load(watch, signal) {
      try {
        const loaded = await registry.load(watch.name, reviveFor(watch), signal);
        if (loaded === null) return 'none';
        use(watch.name, loaded.info, loaded.revived, troubleOf(loaded.passedOver));
        return 'ready';
      } catch (error) {
        if (signal.aborted) return 'unreadable';
        const mayPass = error instanceof UpstreamError && error.retryable;
        const next = mayPass ? 'it is tried again' : 'a new one is trained';
        log.warn(`the stored model can not be used; ${next}`, { watch: watch.name, error });
        without(watch.name, `the stored model can not be used (${messageOf(error)}); ${next}`);
        return mayPass ? 'unreadable' : 'none';
      }
    },

    inUse: (watch) => inUse.get(watch)?.model ?? { kind: 'none', because: 'it has not been trained yet' },
    history: (watch, signal) => registry.history(watch, signal),

    train(name, signal) {
      const because = obstacle(name);
      if (because !== null) return { kind: 'busy', because };
      return { kind: 'begun', ending: alone(name, 'trained', () => trainOnce(watchOf(name), signal)) };
    },

    async rollBack(name, version, signal) {
      const because = obstacle(name);
      if (because !== null) throw new UsageError(because);
      const revive = reviveFor(watchOf(name));
      const loaded = await alone(name, 'rolled back', () => registry.rollBack(name, version, revive, signal));
      use(name, loaded.info, loaded.revived, null);
      log.info('a model was rolled back to', { watch: name, version: loaded.info.version });
      return loaded;
    },
  };
}

function stateOf(model: ModelInUse): ModelState {
  if (model.kind === 'none') return model;
  const { version, trainedAt, rows, entities } = model.info;
  return { kind: 'ready', version, trainedAt, rows, entities, trouble: model.trouble };
}

function troubleOf(passedOver: readonly string[]): string | null {
  return passedOver.length === 0 ? null : passedOver.join('; ');
}
