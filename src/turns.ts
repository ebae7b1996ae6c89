export type Turns = {
  /**
   * Does the work when what was asked for before is done, with a signal that ends with the given one or by `stop`. Throws what
   * the work throws, and the signal's reason, also while it waits.
   */
  take<Outcome>(work: (signal: AbortSignal) => Promise<Outcome>, signal: AbortSignal): Promise<Outcome>;
  /** How many are being done or wait. */
  waiting(): number;
  /** Ends the work that is being done and lets what waits fail, with `because`; resolves when all have. */
  stop(because: string): Promise<void>;
};

/** Work that waits for one another: one thread at a time is enough beside the one that answers. */
export function createTurns(): Turns {
  const stopping = new AbortController();
  let busy: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    take(work, signal) {
      const either = AbortSignal.any([signal, stopping.signal]);
      const before = busy;
      waiting += 1;
      const turn = Promise.race([before, whenAborted(either)])
        .then(() => {
          either.throwIfAborted();
          return work(either);
        })
        .finally(() => {
          waiting -= 1;
        });
      busy = Promise.allSettled([before, turn]);
      return turn;
    },
    waiting: () => waiting,
    async stop(because) {
      stopping.abort(new Error(because));
      await busy;
    },
  };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
