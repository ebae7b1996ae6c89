import { countMarked, eventsOf, type Span } from './events.ts';

export type VolumeUnderSurface = { readonly vusPr: number; readonly vusRoc: number };

const thresholds = 250;
/** Buffers of 0 to so many rows. */
const widest = 100;

/**
 * The volume under the precision-recall and the ROC surface (Paparrizos et al., VLDB 2022; the definition of 2025,
 * arXiv:2502.13318): every event is widened by a buffer in which an alert still counts in part, and the areas are averaged
 * over buffers of 0 to 100 rows, so that an alert just before or just after a label is worth something. `scores` hold
 * no NaN; NaN when nothing is labelled. It says little of when an alert comes within an event.
 */
export function volumeUnderSurface(scores: Float64Array, labels: Uint8Array): VolumeUnderSurface {
  const events = eventsOf(labels);
  if (events.length === 0) return { vusPr: Number.NaN, vusRoc: Number.NaN };
  const levels = levelsOf(scores);
  const alerted = summedUp(countLevels(levels, () => 1));
  const core = summedUp(countLevels(levels, (row) => labels[row] ?? 0));
  const surface = { levels, alerted, core, labelled: countMarked(labels), labels };
  const buffer = createBuffer(labels, events);
  let [pr, roc] = [0, 0];
  for (let width = 0; width <= widest; width += 1) {
    const areas = areasAt(surface, buffer.weigh(width), firstLevels(levels, events, Math.floor(width / 2)));
    pr += areas.pr;
    roc += areas.roc;
  }
  return { vusPr: pr / (widest + 1), vusRoc: roc / (widest + 1) };
}

/** By row, which of the thresholds (quantiles of the scores, the highest first) is the first to alert it. */
function levelsOf(scores: Float64Array): Uint8Array {
  const sorted = scores.slice().sort();
  const last = scores.length - 1;
  const step = last / (thresholds - 1);
  const cuts = Float64Array.from({ length: thresholds }, (_, at) => {
    const place = at === thresholds - 1 ? last : Math.trunc(at * step);
    return sorted[last - place] ?? 0;
  });
  return Uint8Array.from(scores, (score) => {
    let [from, to] = [0, thresholds - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((cuts[middle] ?? 0) <= score) to = middle;
      else from = middle + 1;
    }
    return from;
  });
}

function countLevels(levels: Uint8Array, weight: (row: number) => number): Float64Array {
  const counts = new Float64Array(thresholds);
  levels.forEach((level, row) => {
    counts[level] = (counts[level] ?? 0) + weight(row);
  });
  return counts;
}

/** Sums up from the first threshold on, in place. */
function summedUp(counts: Float64Array): Float64Array {
  for (let level = 1; level < counts.length; level += 1)
    counts[level] = (counts[level] ?? 0) + (counts[level - 1] ?? 0);
  return counts;
}

type Buffer = { readonly rows: readonly number[]; readonly weights: Float64Array };

/** The rows around events and their weights, `sqrt(1 - distance / width)`; where buffers overlap they add up to at most 1. */
function createBuffer(labels: Uint8Array, events: readonly Span[]) {
  const weights = new Float64Array(labels.length);
  let rows: number[] = [];
  function add(row: number, weight: number): void {
    if (row < 0 || row >= labels.length || labels[row] === 1 || weight === 0) return;
    if (weights[row] === 0) rows.push(row);
    weights[row] = Math.min(1, (weights[row] ?? 0) + weight);
  }
  return {
    weigh(width: number): Buffer {
      for (const row of rows) weights[row] = 0;
      rows = [];
      for (let distance = 1; distance <= Math.floor(width / 2); distance += 1) {
        const weight = Math.sqrt(1 - distance / width);
        for (const { from, to } of events) {
          add(from - distance, weight);
          add(to - 1 + distance, weight);
        }
      }
      return { rows, weights };
    },
  };
}

/** By widened event, the first threshold that alerts a row of it; events that overlap when widened are one. */
function firstLevels(levels: Uint8Array, events: readonly Span[], half: number): readonly number[] {
  const firsts: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { from, to } of events) {
    const start = Math.max(0, from - half);
    const known = end > start ? (firsts.pop() ?? thresholds) : thresholds;
    end = Math.min(levels.length, to + half);
    let first = known;
    for (let row = start; row < end; row += 1) first = Math.min(first, levels[row] ?? thresholds);
    firsts.push(first);
  }
  return firsts;
}

type Surface = {
  readonly levels: Uint8Array;
  readonly alerted: Float64Array;
  readonly core: Float64Array;
  readonly labelled: number;
  readonly labels: Uint8Array;
};

/** The areas under both curves for one buffer. */
function areasAt(surface: Surface, { rows, weights }: Buffer, firsts: readonly number[]) {
  const { levels, labelled } = surface;
  const buffered = new Float64Array(thresholds);
  for (const row of rows) {
    const level = levels[row] ?? 0;
    buffered[level] = (buffered[level] ?? 0) + (weights[row] ?? 0);
  }
  summedUp(buffered);
  const existing = new Float64Array(thresholds);
  for (const first of firsts) existing[first] = (existing[first] ?? 0) + 1 / firsts.length;
  summedUp(existing);
  let [pr, roc, recallBefore, wrongBefore] = [0, 0, 0, 0];
  for (let level = 0; level < thresholds; level += 1) {
    const hits = (surface.core[level] ?? 0) + (buffered[level] ?? 0);
    const mass = labelled + (buffered[level] ?? 0) / 2;
    const alerted = surface.alerted[level] ?? 0;
    const recall = Math.min(1, hits / mass) * (existing[level] ?? 0);
    const wrong = (alerted - hits) / (levels.length - mass);
    pr += (recall - recallBefore) * (hits / alerted);
    roc += ((wrong - wrongBefore) * (recall + recallBefore)) / 2;
    [recallBefore, wrongBefore] = [recall, wrong];
  }
  return { pr, roc: roc + ((1 - wrongBefore) * (1 + recallBefore)) / 2 };
}
