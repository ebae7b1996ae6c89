import type { Watch } from './core/watch.ts';
import type { Control } from './model-control.ts';

export type RefitOptions = {
  readonly watches: readonly Watch[];
  readonly models: Pick<Control, 'load' | 'inUse' | 'train'>;
  /** How many entities of a watch no model knows. */
  readonly strangers: (watch: string) => number;
  readonly now: () => number;
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

/** Corridor 3's timing: which watch is loaded or trained when. What was in use stays in use until then. */
export function createRefit({ watches, models, strangers, now }: RefitOptions): Refit {
  const tried = new Map<string, number>();
  const unread = new Set<string>();
  let busy = false;

  async function load(watch: Watch, signal: AbortSignal): Promise<void> {
    if ((await models.load(watch, signal)) === 'unreadable') unread.add(watch.name);
    else unread.delete(watch.name);
  }

  async function train(watch: Watch, signal: AbortSignal): Promise<void> {
    tried.set(watch.name, now());
    const start = models.train(watch.name, signal);
    if (start.kind === 'busy') return;
    await start.ending.catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  const hasModel = (watch: Watch): boolean => models.inUse(watch.name).kind === 'ready';

  /** Before storage has said whether there is a model, none is trained. */
  async function loadOrTrain(watch: Watch, signal: AbortSignal): Promise<void> {
    if (!unread.has(watch.name)) return train(watch, signal);
    tried.set(watch.name, now());
    await load(watch, signal);
    if (!unread.has(watch.name) && !hasModel(watch)) await train(watch, signal);
  }

  function isDue(watch: Watch): boolean {
    const sinceTry = now() - (tried.get(watch.name) ?? Number.NEGATIVE_INFINITY);
    if (hasModel(watch)) return sinceTry >= strangersRetryMs && strangers(watch.name) > 0;
    return (
      sinceTry >= (unread.has(watch.name) ? shortestRetryMs : Math.max(shortestRetryMs, retrySteps * watch.stepMs))
    );
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
    load: async (signal) => {
      await Promise.all(watches.map((watch) => load(watch, signal)));
    },
    catchUp: (signal) =>
      once(async () => {
        for (const watch of watches) if (isDue(watch)) await loadOrTrain(watch, signal);
      }),
    all: (signal) =>
      once(async () => {
        for (const watch of watches) await train(watch, signal);
      }),
  };
}
