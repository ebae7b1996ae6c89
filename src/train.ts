import { createHash } from 'node:crypto';
import type { Detector, ModelFacts } from './core/detector.ts';
import { type Frame, rowCount } from './core/frame.ts';
import type { Log } from './core/log.ts';
import type { TimeRange } from './core/metric-source.ts';
import type { ModelInUse, ModelRegistry, StoredModel } from './core/model.ts';
import { medianFacts } from './core/model-facts.ts';
import type { PrometheusConnection } from './core/prometheus-connection.ts';
import type { Tuning } from './core/tuning.ts';
import type { Watch } from './core/watch.ts';
import { runWorker } from './run-worker.ts';
import { createTurns } from './turns.ts';

export type TrainOutcome =
  | { readonly kind: 'trained'; readonly model: StoredModel }
  /** No entity has enough of it: `rows` is the most that one has. */
  | { readonly kind: 'too little history'; readonly rows: number; readonly needed: number };

export type TrainInput = {
  readonly watch: Watch;
  readonly frames: ReadonlyMap<string, Frame>;
  readonly detector: Detector;
  readonly seed: number;
  readonly range: TimeRange;
  readonly now: number;
  /** The version of this program. */
  readonly code: string;
  readonly tuning: Tuning | null;
};

/** Fits a detector per entity; an entity with too little history is left out until it has more. */
export function trainWatch({ watch, frames, detector, seed, range, now, code, tuning }: TrainInput): TrainOutcome {
  const { metrics, alertBudgetPerDay, stepMs } = watch;
  const options = {
    metrics,
    seed,
    alertBudgetPerDay,
    stepMs,
    ...(tuning === null ? {} : { settings: tuning.settings }),
  };
  const detectors = new Map<string, Uint8Array>();
  const facts: ModelFacts[] = [];
  let [rows, most, needed] = [0, 0, 0];
  for (const [entity, frame] of frames) {
    const outcome = detector.fit(frame, options);
    if (outcome.kind === 'fitted') {
      detectors.set(entity, outcome.detector.dump());
      facts.push(outcome.detector.about);
      rows = Math.max(rows, rowCount(frame));
    } else {
      most = Math.max(most, outcome.rows);
      needed = outcome.needed;
    }
  }
  if (detectors.size === 0) return { kind: 'too little history', rows: most, needed };
  const info = {
    watch: watch.name,
    version: versionOf(now, detectors),
    detector: detector.name,
    code,
    trainedAt: now,
    from: range.from,
    to: range.to,
    entities: detectors.size,
    rows,
    metrics: metrics.map((metric) => metric.name),
    seed,
    tuning,
    ...medianFacts(facts),
  };
  return { kind: 'trained', model: { info, detectors } };
}

/** Sorts by time, and tells models apart that were trained in the same second. */
function versionOf(now: number, detectors: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [entity, bytes] of detectors) hash.update(entity).update(bytes);
  return `${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${hash.digest('hex').slice(0, 8)}`;
}

/** What the worker is given when it starts. */
export type TrainJob = {
  readonly watch: Watch;
  readonly prometheus: PrometheusConnection;
  readonly range: TimeRange;
  readonly seed: number;
  readonly now: number;
  readonly code: string;
  /** The settings that were chosen last, if any, and whether it is time to choose anew. */
  readonly tuning: Tuning | null;
  readonly tunes: boolean;
};

export type TrainerOptions = {
  readonly prometheus: PrometheusConnection;
  readonly registry: Pick<ModelRegistry, 'save'>;
  /** What is in use of a watch, whose settings are kept until it is time to choose anew. */
  readonly inUse: (watch: string) => ModelInUse;
  readonly now: () => number;
  readonly seed: number;
  /** The version of this program, which its models state. */
  readonly code: string;
  readonly log: Log;
  readonly workerUrl?: URL;
  readonly deadlineMs?: number;
};

export type Trainer = {
  /**
   * Reads the watch's history and fits it in a worker thread, then saves the model. Trainings wait for one another.
   * Throws `UpstreamError` when the history can't be read or the model not be saved, `UsageError` when a query is at
   * fault, the signal's reason when it is aborted, and a plain `Error` when the worker breaks or its time is up.
   */
  train(watch: Watch, signal: AbortSignal): Promise<TrainOutcome>;
  /** Ends the worker that runs and lets the ones that wait fail. */
  stop(): Promise<void>;
};

const defaultDeadlineMs = 10 * 60_000;
/** Settings are chosen anew after so long, and never when somebody waits for a first model. */
const tuneAfterMs = 7 * 86_400_000;

export function createTrainer(options: TrainerOptions): Trainer {
  const { registry, inUse, now, seed, code, prometheus, log, deadlineMs = defaultDeadlineMs } = options;
  const workerUrl = options.workerUrl ?? new URL('./train-worker.ts', import.meta.url);
  const turns = createTurns();

  async function trainNow(watch: Watch, signal: AbortSignal): Promise<TrainOutcome> {
    const startedAt = now();
    const range = historyRange(watch, startedAt);
    const current = inUse(watch.name);
    const tuning = current.kind === 'ready' ? current.info.tuning : null;
    const tunes = current.kind === 'ready' && startedAt - (tuning?.chosenAt ?? 0) >= tuneAfterMs;
    const job: TrainJob = { watch, prometheus, range, seed, now: startedAt, code, tuning, tunes };
    const outcome = await runWorker<TrainJob, TrainOutcome>(
      { url: workerUrl, job, deadlineMs, what: `training the watch ${watch.name}` },
      signal,
    );
    if (outcome.kind === 'trained') {
      await registry.save(outcome.model, signal);
      const { version, entities, rows } = outcome.model.info;
      log.info('a model was trained', { watch: watch.name, version, entities, rows, tookMs: now() - startedAt });
    }
    return outcome;
  }

  return {
    train: (watch, signal) => turns.take((either) => trainNow(watch, either), signal),
    stop: () => turns.stop('training was stopped'),
  };
}

/** The watch's history up to the last full step, on the grid that the ticks are on. */
function historyRange({ stepMs, historyMs }: Watch, now: number): TimeRange {
  const to = Math.floor(now / stepMs) * stepMs;
  return { from: to - Math.floor(historyMs / stepMs) * stepMs, to, stepMs };
}
