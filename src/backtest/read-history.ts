import type { Frame } from '../core/frame.ts';
import type { FrameSource } from '../core/frame-source.ts';
import { gridOf, type TimeRange } from '../core/metric-source.ts';
import type { Watch } from '../core/watch.ts';
import { createRandom, sampleWithout } from '../detection/random.ts';

export type Reading = {
  readonly frames: FrameSource;
  readonly watch: Watch;
  readonly range: TimeRange;
  readonly mostEntities: number;
  readonly seed: number;
  readonly onPiece: (done: number, of: number) => void;
};

/** The histories of some entities, and how many there are in all. */
export type Histories = { readonly frames: ReadonlyMap<string, Frame>; readonly entities: number };

/** No query asks for more than a day, or for more samples than these: about 25 MB of an answer. */
const longestPieceMs = 86_400_000;
const mostSamples = 1_000_000;

/**
 * Reads the history of the entities that are there now, piece by piece; of more than `mostEntities`, a random choice.
 * Throws what `FrameSource` throws.
 */
export async function readHistory(reading: Reading, signal: AbortSignal): Promise<Histories> {
  const { frames, watch, range, mostEntities, seed, onPiece } = reading;
  const present = [...(await frames.latest(watch, range.to, signal)).keys()].toSorted();
  const chosen = [...sampleWithout(present.length, mostEntities, createRandom(seed))]
    .toSorted((a, b) => a - b)
    .flatMap((place) => present[place] ?? []);
  const times = gridOf(range);
  const histories = new Map(chosen.map((entity) => [entity, emptyFrame(watch, times)]));
  const pieces = piecesOf(range, present.length);
  for (const [done, piece] of pieces.entries()) {
    onPiece(done, pieces.length);
    const read = await frames.history(watch, piece, signal);
    const row = (piece.from - range.from) / range.stepMs;
    for (const [entity, into] of histories)
      read.get(entity)?.columns.forEach(({ values }, column) => {
        into.columns[column]?.values.set(values, row);
      });
  }
  return { frames: histories, entities: present.length };
}

/** Cuts a range into pieces that share no moment, the oldest first. */
export function piecesOf({ from, to, stepMs }: TimeRange, entities: number): readonly TimeRange[] {
  const rows = Math.floor((to - from) / stepMs) + 1;
  const most = Math.max(1, Math.floor(Math.min(longestPieceMs / stepMs, mostSamples / Math.max(1, entities))));
  return Array.from({ length: Math.ceil(rows / most) }, (_, at) => ({
    from: from + at * most * stepMs,
    to: from + (Math.min(rows, (at + 1) * most) - 1) * stepMs,
    stepMs,
  }));
}

function emptyFrame({ metrics }: Watch, times: Float64Array): Frame {
  return {
    times,
    columns: metrics.map(({ name }) => ({ name, values: new Float64Array(times.length).fill(Number.NaN) })),
  };
}
