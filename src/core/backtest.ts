import type { Person, Role } from './person.ts';

/** What is injected into a copy of history, to see whether it is caught. */
export const injectedKinds = ['spike', 'level shift', 'ramp', 'leak', 'flat line', 'drop', 'cascade'] as const;
export type InjectedKind = (typeof injectedKinds)[number];

export type BacktestRequest = {
  /** The name of a watch that there is. */
  readonly watch: string;
  /** How far back history is read. */
  readonly days: number;
};

/** How one kind of fault did. `size` is in multiples of a metric's usual spread; null where the fault has no size. */
export type KindResult = {
  readonly kind: InjectedKind;
  readonly size: number | null;
  readonly lastsMs: number;
  readonly injected: number;
  readonly caught: number;
  /** From the first row of a fault to its alert; NaN when none was caught. */
  readonly medianDelayMs: number;
  /** The share of alerts around faults of this kind that were about one; NaN without an alert. */
  readonly precision: number;
};

/** A made-up fault and when it was announced, if it was. Epoch ms; `to` is the first moment without it. */
export type JudgedFault = {
  readonly kind: InjectedKind;
  readonly from: number;
  readonly to: number;
  readonly toldAt: number | null;
};

/** A metric as the detector was shown it, and what was normal of it then. */
export type ShownMetric = {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly expected: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
};

/**
 * Some hours of one entity as they were judged, made-up faults and all. All lists are as long as `times` (epoch ms), which are some
 * hundred at most; NaN is a gap.
 */
export type BacktestExample = {
  readonly entity: string;
  readonly times: readonly number[];
  /** In units of the threshold: 1 is the threshold. */
  readonly scores: readonly number[];
  readonly metrics: readonly ShownMetric[];
  readonly faults: readonly JudgedFault[];
  readonly falseAlerts: readonly { readonly from: number; readonly to: number }[];
};

/** What a backtest measured. Times are epoch ms. */
export type BacktestReport = {
  readonly watch: string;
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly folds: number;
  readonly entities: readonly string[];
  /** Entities that there are and that were not measured: too many, or too little history. */
  readonly leftOut: number;
  readonly seed: number;
  /** Rows that were judged as they are, over all entities and folds. */
  readonly judgedRows: number;
  readonly alertBudgetPerDay: number;
  /** Without injected faults: alerts that touch no known incident, and how many that is per entity and day. */
  readonly falseAlerts: number;
  readonly falsePerDay: number;
  /** Incidents that the bot knew of in the judged rows, and those of them that were announced again. */
  readonly known: number;
  readonly knownCaught: number;
  /** One fault is injected in so long a time, per entity. */
  readonly faultEveryMs: number;
  readonly injected: number;
  readonly caught: number;
  readonly precision: number;
  readonly medianDelayMs: number;
  readonly kinds: readonly KindResult[];
  /** What tells most of all that was judged; null when no fault could be put anywhere. */
  readonly example: BacktestExample | null;
};

export type BacktestOutcome =
  | { readonly kind: 'done'; readonly report: BacktestReport }
  /** `knownMs` is the longest history that an entity has. */
  | { readonly kind: 'too little history'; readonly knownMs: number; readonly neededMs: number };

/** How far a backtest is, 0..1, and what it does. */
export type BacktestProgress = { readonly part: number; readonly doing: string };

export type BacktestEnding =
  | BacktestOutcome
  | { readonly kind: 'cancelled'; readonly by: Person; readonly part: number };

/** Backtests as people steer them: one at a time. */
export type BacktestControl = {
  /** Throws `UsageError` while another one runs, saying whose it is; and what the work throws. */
  run(
    request: BacktestRequest,
    by: Person,
    onProgress: (progress: BacktestProgress) => void,
    signal: AbortSignal,
  ): Promise<BacktestEnding>;
  /** Ends the one that runs. Throws `UsageError` when none does, or when it is somebody else's and the role does not allow it. */
  cancel(by: Person, role: Role): { readonly watch: string; readonly by: Person };
};
