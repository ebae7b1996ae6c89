import type { Frame } from './frame.ts';
import type { WatchedMetric } from './watch.ts';

/** What one metric brought to a score. `share` is its part of the blame, 0..1; the shares of a row add up to 1. */
export type Contribution = {
  readonly metric: string;
  readonly expected: number;
  readonly seen: number;
  readonly share: number;
};

/** What a metric usually is, in its own unit: the level that is expected, and the range that nearly all normal rows keep to. */
export type Expectation = {
  readonly metric: string;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
};

/** What a scorer says of one row. A row that can't be judged yet (warm-up, nothing but gaps) has no score. */
export type RowScore =
  | { readonly kind: 'warming'; readonly rowsLeft: number }
  | { readonly kind: 'blind' }
  | { readonly kind: 'scored'; readonly score: number };

/** What one part of a detector says of a row by itself; high is strange. */
export type Part = { readonly name: string; readonly score: number };

/**
 * Judges rows one after another, in time order, one entity's state inside.
 * The live tick and a backtest use the same scorer, so what was measured is what runs.
 */
export type Scorer = {
  /** Takes the next row (`values` in the order of the fitted columns, NaN for a gap). Score: high is strange. */
  push(at: number, values: Float64Array): RowScore;
  /** Why the last pushed row has its score: the metrics by share, largest first. */
  explain(): readonly Contribution[];
  /** What the parts of the detector score the last pushed row by themselves; none when the row has no score. */
  parts(): readonly Part[];
  /** What every metric that history knows would usually have been in the last pushed row; none before the first. */
  expectations(): readonly Expectation[];
};

/**
 * What a model says of itself to people, under names that they understand: how many features it looks at, what it was
 * built with ("trees", "threshold") and how it does on the history that taught it ("alerts per day").
 */
export type ModelFacts = {
  readonly features: number;
  readonly parameters: Readonly<Record<string, number>>;
  readonly measures: Readonly<Record<string, number>>;
};

/** A model of what is normal for one entity. `open` starts a fresh scorer; it needs `warmupRows` rows before it judges. */
export type FittedDetector = {
  readonly name: string;
  readonly warmupRows: number;
  /** Rows at or above it are anomalous: set from the training rows by the alert budget. */
  readonly threshold: number;
  /** What is anomalous stays so until a row scores less than this. */
  readonly release: number;
  readonly about: ModelFacts;
  open(): Scorer;
  /** 0..1: how sure it is that a row of this score is an anomaly. */
  confidence(score: number): number;
  /** An exact copy of the model; the detector's `revive` takes it back. */
  dump(): Uint8Array;
};

/** What a detector is built with, where history may choose. */
export type DetectorSettings = {
  /** Lengths of the rolling windows in rows, ascending; those that history is too short for are not used. */
  readonly windows: readonly number[];
  readonly trees: number;
  /** Rows that a forecast looks back on. */
  readonly lags: number;
  /** Rows over which forecast residuals are smoothed. */
  readonly smoothingRows: number;
};

export type FitOptions = {
  readonly metrics: readonly WatchedMetric[];
  readonly seed: number;
  readonly alertBudgetPerDay: number;
  readonly stepMs: number;
  /** The detector's usual ones without it. */
  readonly settings?: DetectorSettings;
};

export type FitOutcome =
  | { readonly kind: 'fitted'; readonly detector: FittedDetector }
  | { readonly kind: 'too little history'; readonly rows: number; readonly needed: number };

/** Learns what is normal. Same history and seed, same model. */
export type Detector = {
  readonly name: string;
  fit(history: Frame, options: FitOptions): FitOutcome;
  /** Throws when the bytes are damaged or of another version. */
  revive(bytes: Uint8Array): FittedDetector;
};
