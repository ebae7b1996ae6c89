import type { ScoredRow } from './judge-series.ts';

/** A line per measured row: fused score, score of the forest alone, 1 for an alert, numbers of the metrics to blame. */
export function scoresCsv(rows: readonly ScoredRow[]): string {
  const lines = rows.map(
    ({ score, forest, isAlert, blamed }) => `${score},${forest},${isAlert ? 1 : 0},${blamed.join(';')}`,
  );
  return `${['score,forest,alert,blamed', ...lines].join('\n')}\n`;
}
