import { Counter, Gauge, type Registry } from 'prom-client';

export type KeptFigures = {
  readonly logs: () => {
    readonly bufferedBytes: number;
    readonly spooledBytes: number;
    readonly lost: number;
    readonly failing: { readonly since: number } | null;
  };
  readonly backup: () => { readonly lastAt: number | null; readonly made: number; readonly failed: number };
};

/** How the keeping of logs and backups goes, asked at each scrape. Times in seconds. */
export function addKeptMetrics(registry: Registry, { logs, backup }: KeptFigures, now: () => number): void {
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name: `smartcloudops_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };
  gauge('log_buffered_bytes', 'Log lines in memory', () => logs().bufferedBytes);
  gauge('log_spooled_bytes', 'Log lines on the disk that are not where they belong yet', () => logs().spooledBytes);
  gauge('log_failing_seconds', 'For how long logs could not be kept where they belong; 0 when they can', () => {
    const { failing } = logs();
    return failing === null ? 0 : (now() - failing.since) / 1_000;
  });
  gauge('backup_last_timestamp_seconds', 'When the newest backup was made, Unix time; 0 when there is none', () =>
    Math.floor((backup().lastAt ?? 0) / 1_000),
  );
  new Counter({
    name: 'smartcloudops_log_lines_lost_total',
    help: 'Log lines that were lost: memory or spool were full, or the end of a process cut one off',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(logs().lost);
    },
  });
  new Counter({
    name: 'smartcloudops_backups_total',
    help: 'Backups by outcome',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      this.inc({ outcome: 'made' }, backup().made);
      this.inc({ outcome: 'failed' }, backup().failed);
    },
  });
}
