import { rangeOf } from './backtest/plan.ts';
import type {
  BacktestControl,
  BacktestEnding,
  BacktestOutcome,
  BacktestProgress,
  BacktestRequest,
} from './core/backtest.ts';
import { UsageError } from './core/errors.ts';
import { formatDuration } from './core/format.ts';
import type { Incident } from './core/incident.ts';
import type { Log } from './core/log.ts';
import type { TimeRange } from './core/metric-source.ts';
import { mayActAs, type Person } from './core/person.ts';
import type { PrometheusConnection } from './core/prometheus-connection.ts';
import type { IncidentStore } from './core/store.ts';
import type { Watch } from './core/watch.ts';
import { runWorker } from './run-worker.ts';

/** What the worker is given when it starts. */
export type BacktestJob = {
  readonly watch: Watch;
  readonly range: TimeRange;
  readonly prometheus: PrometheusConnection;
  readonly incidents: readonly Incident[];
  readonly seed: number;
  readonly mostEntities: number;
};

export type BacktestsOptions = {
  readonly watches: readonly Watch[];
  readonly prometheus: PrometheusConnection;
  readonly incidents: Pick<IncidentStore, 'recent'>;
  readonly seed: number;
  readonly now: () => number;
  readonly log: Log;
  readonly workerUrl?: URL;
  readonly deadlineMs?: number;
};

export type Backtests = BacktestControl & {
  /** Ends the one that runs; it fails. */
  stop(): Promise<void>;
};

const defaultDeadlineMs = 12 * 60_000;
/** So many that what is measured means something, so few that it ends while somebody waits. */
const mostEntities = 12;
/** The labels: incidents that the store still knows of. */
const mostIncidents = 2_000;

type Running = {
  readonly watch: string;
  readonly by: Person;
  readonly since: number;
  part: number;
  readonly ended: AbortController;
  cancelledBy: Person | null;
  done: Promise<unknown>;
};

/** Backtests in a worker thread, one at a time: whoever asks while one runs is told whose it is. */
export function createBacktests(options: BacktestsOptions): Backtests {
  const { watches, prometheus, incidents, seed, now, log, deadlineMs = defaultDeadlineMs } = options;
  const url = options.workerUrl ?? new URL('./backtest-worker.ts', import.meta.url);
  let running: Running | null = null;

  async function work(
    { watch: name, days }: BacktestRequest,
    onProgress: (progress: BacktestProgress) => void,
    signal: AbortSignal,
  ): Promise<BacktestOutcome> {
    const watch = watches.find((one) => one.name === name);
    if (watch === undefined) throw new UsageError(`"${name}" is not a watch.`);
    const known = (await incidents.recent(mostIncidents)).filter((incident) => incident.watch === name);
    const range = rangeOf(watch, days, now());
    const job: BacktestJob = { watch, range, prometheus, incidents: known, seed, mostEntities };
    return runWorker<BacktestJob, BacktestOutcome, BacktestProgress>(
      { url, job, deadlineMs, what: `the backtest of ${name}`, onProgress },
      signal,
    );
  }

  async function follow(
    mine: Running,
    request: BacktestRequest,
    onProgress: (progress: BacktestProgress) => void,
    signal: AbortSignal,
  ): Promise<BacktestEnding> {
    const noteProgress = (progress: BacktestProgress): void => {
      mine.part = progress.part;
      onProgress(progress);
    };
    try {
      const outcome = await work(request, noteProgress, AbortSignal.any([signal, mine.ended.signal]));
      log.info('a backtest ended', { watch: request.watch, outcome: outcome.kind, tookMs: now() - mine.since });
      return outcome;
    } catch (error) {
      if (mine.cancelledBy === null) throw error;
      log.info('a backtest was cancelled', { watch: request.watch, by: mine.cancelledBy.id });
      return { kind: 'cancelled', by: mine.cancelledBy, part: mine.part };
    }
  }

  return {
    async run(request, by, onProgress, signal) {
      if (running !== null) throw new UsageError(taken(running, now()));
      const ended = new AbortController();
      const mine: Running = {
        ...{ watch: request.watch, by, since: now(), part: 0, ended, cancelledBy: null },
        done: Promise.resolve(),
      };
      running = mine;
      const ending = follow(mine, request, onProgress, signal).finally(() => {
        running = null;
      });
      mine.done = ending.catch(() => {});
      return ending;
    },
    cancel(by, role) {
      if (running === null) throw new UsageError('No backtest is running.');
      const isOwn = running.by.platform === by.platform && running.by.id === by.id;
      if (!isOwn && !mayActAs(role, 'responder'))
        throw new UsageError(`${taken(running, now())} Only they, a responder or an admin can cancel it.`);
      running.cancelledBy = by;
      running.ended.abort(new Error('the backtest was cancelled'));
      return { watch: running.watch, by: running.by };
    },
    async stop() {
      running?.ended.abort(new Error('the bot is stopping'));
      await running?.done;
    },
  };
}

function taken({ watch, by, since, part }: Running, now: number): string {
  const begun = `${by.name} began a backtest of ${watch} ${formatDuration(now - since)} ago; it is ${Math.round(100 * part)} % done.`;
  return `${begun} There is one at a time.`;
}
