import { gunzipSync } from 'node:zlib';
import type { Blobs } from '../../src/core/blobs.ts';

const signal = new AbortController().signal;

/** Every line of every segment in the storage, in the order of the keys. */
export async function keptLines(blobs: Blobs): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const key of await blobs.list('logs/', signal)) {
    const found = await blobs.get(key, signal);
    lines.push(
      ...gunzipSync(found?.bytes ?? '')
        .toString()
        .split('\n')
        .slice(0, -1),
    );
  }
  return lines;
}

/** The numbers that numbered lines carry, ascending. */
export function numbersOf(lines: readonly string[]): readonly number[] {
  return lines.map((line) => (JSON.parse(line) as { n: number }).n).toSorted((a, b) => a - b);
}

export const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
