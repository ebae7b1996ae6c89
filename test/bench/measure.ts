/** One line of a bench: ours beside a floor or a peer of the same run. Times in ms unless the unit says otherwise. */
export type Row = {
  readonly what: string;
  readonly ours: number;
  readonly floor: number;
  readonly unit: string;
  readonly beside: string;
};

/**
 * Runs ours and the floor in turn, so that a noisy machine is noisy for both, and gives the median of each.
 * One round of each before does not count.
 */
export async function beside(
  rounds: number,
  ours: () => Promise<number>,
  floor: () => Promise<number>,
): Promise<{ readonly ours: number; readonly floor: number }> {
  await ours();
  await floor();
  const times = { ours: [] as number[], floor: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.floor.push(await floor());
    times.ours.push(await ours());
  }
  return { ours: median(times.ours), floor: median(times.floor) };
}

/** How long it takes, ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function print(rows: readonly Row[]): void {
  const cells = [
    ['what', 'ours', 'beside', 'its figure', 'ratio'],
    ...rows.map((row) => [
      row.what,
      `${row.ours.toFixed(2)} ${row.unit}`,
      row.beside,
      `${row.floor.toFixed(2)} ${row.unit}`,
      `${(row.ours / row.floor).toFixed(2)}x`,
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
