import type { Address } from './address.ts';

/** Units that are known how to be written for a person; any other unit is written behind the number. */
export type Unit = '%' | 'bytes' | 'bytes/s' | 's' | '1/s' | '';

/** Rows that were missed are read when it is at most this many of them; after a longer hole rolling windows start anew. */
export const bridgedSteps = 3;

/** What has been silent for so long is gone for good, and what is open on it with it. */
export const goneAfterMs = 24 * 3_600_000;

/** The direction in which a metric hurts. A deviation the other way is not reported. */
export type Harm = 'up' | 'down' | 'both';

export type WatchedMetric = {
  readonly name: string;
  /** PromQL that gives one series per entity, told apart by the watch's `entityLabel`. */
  readonly query: string;
  readonly unit: Unit | (string & {});
  readonly harm: Harm;
};

/** What is watched: a group of like entities, each described by the same metrics. */
export type Watch = {
  readonly name: string;
  readonly entityLabel: string;
  readonly stepMs: number;
  /** How far back a model learns. */
  readonly historyMs: number;
  /** An incident is over after this long without an anomalous step; detections closer than this are one incident. */
  readonly resolveAfterMs: number;
  /** False alerts per entity and day that people here accept; the threshold is set by it. */
  readonly alertBudgetPerDay: number;
  readonly metrics: readonly WatchedMetric[];
  /** Where its alerts go. Empty: every channel that is configured. */
  readonly audiences: readonly Address[];
  readonly runbookUrl: string | null;
};
