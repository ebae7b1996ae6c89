import { Counter, Gauge, type Registry } from 'prom-client';
import type { HeartbeatState } from '../core/heartbeat.ts';

export type KeptFigures = {
  readonly logs: () => {
    readonly bufferedBytes: number;
    readonly spooledBytes: number;
    readonly lost: number;
    readonly failing: { readonly since: number } | null;
  };
  /** Null when backups are made by somebody else or not at all. */
  readonly backup:
    | (() => {
        readonly lastAt: number | null;
        readonly made: number;
        readonly failed: number;
        readonly because: string | null;
      })
    | null;
  /** Null when nobody outside is told that the bot is well. */
  readonly heartbeat: (() => HeartbeatState | null) | null;
};

/** How the keeping of logs and backups goes, asked at each scrape. What is not known has no sample. */
export function addKeptMetrics(registry: Registry, { logs, backup, heartbeat }: KeptFigures, now: () => number): void {
  const { gauge, counter } = metricsOn(registry);
  gauge('log_buffered_bytes', 'Log lines in memory', () => logs().bufferedBytes);
  gauge('log_spooled_bytes', 'Log lines on the disk that are not where they belong yet', () => logs().spooledBytes);
  gauge('log_failing_seconds', 'For how long logs could not be kept where they belong; 0 when they can', () => {
    const { failing } = logs();
    return failing === null ? 0 : Math.max(0, (now() - failing.since) / 1_000);
  });
  counter(
    'log_lines_lost_total',
    'Log lines that were lost: memory or the spool was full, or a process was killed',
    () => [[{}, logs().lost]],
  );
  if (heartbeat !== null) {
    gauge(
      'heartbeat_last_timestamp_seconds',
      'When somebody outside was last told that the bot is well, Unix time',
      () => {
        const last = heartbeat()?.last ?? null;
        return last === null ? null : last / 1_000;
      },
    );
    gauge('heartbeat_failing', 'Whether there is a reason not to say that the bot is well', () =>
      heartbeat()?.because === null ? 0 : 1,
    );
  }
  if (backup === null) return;
  gauge('backup_last_timestamp_seconds', 'When the newest backup was made, Unix time', () => {
    const { lastAt } = backup();
    return lastAt === null ? null : lastAt / 1_000;
  });
  gauge('backup_failing', 'Whether the last backup failed', () => (backup().because === null ? 0 : 1));
  counter('backups_total', 'Backups by outcome', () => [
    [{ outcome: 'made' }, backup().made],
    [{ outcome: 'failed' }, backup().failed],
  ]);
}

type Labelled = readonly (readonly [labels: { readonly outcome?: string }, value: number])[];

function metricsOn(registry: Registry) {
  const named = (name: string, help: string) => ({ name: `smartcloudops_${name}`, help, registers: [registry] });
  return {
    gauge: (name: string, help: string, value: () => number | null): void => {
      new Gauge({
        ...named(name, help),
        collect() {
          const known = value();
          if (known === null) this.remove();
          else this.set(known);
        },
      });
    },
    /** Of what is counted elsewhere. */
    counter: (name: string, help: string, values: () => Labelled): void => {
      new Counter({
        ...named(name, help),
        labelNames: ['outcome'],
        collect() {
          this.reset();
          for (const [labels, value] of values()) this.inc(labels, value);
        },
      });
    },
  };
}
