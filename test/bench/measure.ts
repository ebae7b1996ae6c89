import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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

/** The longest time for which nothing else came to its turn, ms. */
export async function longestPause(work: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const look = (): void => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(look, 1);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 5));
  look();
  clearInterval(timer);
  return longest;
}

/** What is in use on the heap and in arrays outside of it after everything that is not needed has been thrown away, bytes. */
export function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function print(rows: readonly Row[]): void {
  printTable([
    ['what', 'ours', 'beside', 'its figure', 'ratio'],
    ...rows.map((row) => [
      row.what,
      `${row.ours.toFixed(2)} ${row.unit}`,
      row.beside,
      `${row.floor.toFixed(2)} ${row.unit}`,
      ratioOf(row),
    ]),
  ]);
}

/** 1.25x is a quarter more than the figure beside it, 1/12 is the twelfth part. */
function ratioOf({ ours, floor }: Row): string {
  return ours * 2 < floor ? `1/${(floor / ours).toFixed(floor < 20 * ours ? 1 : 0)}` : `${(ours / floor).toFixed(2)}x`;
}

/** Prints rows of cells, the first of which are titles. */
export function printTable(cells: readonly (readonly string[])[]): void {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
