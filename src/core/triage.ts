import type { Label, Severity } from './incident.ts';

/** One incident that somebody has labelled, as it looked when that was decided which its label is about: who is told. */
export type Example = {
  /** Of its incident. */
  readonly id: string;
  /** When it was announced, epoch ms. */
  readonly at: number;
  readonly label: Label;
  /** The worst that it came to. */
  readonly severity: Severity;
  /** Its features when it was announced and at each later look while it lasted, in the order of the feature set's names. */
  readonly looks: readonly (readonly number[])[];
  /** Which list of features that is; examples of another one teach nothing. */
  readonly featureSet: number;
  /** The share of its like that people are shown: 1, or less for one that was shown although it would have been demoted. */
  readonly shownShare: number;
};

/** A tree as plain data: what is likely in a leaf, 0..1; else features below the cut go to the first branch. */
export type Tree = number | readonly [feature: number, cut: number, below: Tree, above: Tree];

/** Turns the mean of what trees say into a probability: `1 / (1 + exp(-(slope * votes + intercept)))`. The slope is never negative. */
export type Calibration = { readonly slope: number; readonly intercept: number };

/** Some incidents that are labelled, and what a cutoff does with them. */
export type Tally = {
  readonly incidents: number;
  readonly real: number;
  /** In the digest for as long as they last. */
  readonly demoted: number;
  readonly demotedReal: number;
  /** With 95 % confidence no more than this share of the real ones is, 0..1. */
  readonly demotedRealAtMost: number;
  /** Real ones that are in the digest at first, and shown at a later look or when they become critical. */
  readonly realShownLater: number;
};

/** What is demoted: an incident that is less likely to be real than `below`, at every look. */
export type Cutoff = {
  readonly below: number;
  /** The share of real ones that is to be expected to be demoted by it, 0..1. */
  readonly risk: number;
  /** Whether labels are enough for the risk to be bearable; before that nothing may be demoted. */
  readonly isProven: boolean;
};

/** Of incidents that were stated to be real with a probability in `from..to`: the mean of what was stated, and what was real. */
export type CalibrationBin = {
  readonly from: number;
  readonly to: number;
  readonly incidents: number;
  readonly stated: number;
  readonly real: number;
};

/** How well it did on incidents that it had not learnt from, when they were announced. */
export type TriageMeasures = {
  /** The chance that a real one is held to be likelier real than one that is not: 0.5 is a guess, 1 is perfect. */
  readonly ranking: number;
  /** The mean squared distance between what was stated and what was (Brier 1950), and that of always stating the share of real ones. */
  readonly brier: number;
  readonly brierOfGuess: number;
  /** The mean distance between what was stated and the share that was real. */
  readonly calibrationError: number;
  readonly bins: readonly CalibrationBin[];
};

/** How much of the ranking hangs on a feature. */
export type Importance = { readonly feature: string; readonly importance: number };

/** How likely a detection is real, learnt from people. Plain data: JSON keeps it exactly. Times are epoch ms. */
export type TriageModel = {
  readonly version: string;
  readonly featureSet: number;
  readonly features: readonly string[];
  readonly trees: readonly Tree[];
  readonly calibration: Calibration;
  readonly cutoff: Cutoff;
  /** What is usual of each feature: the median of what it was trained on. */
  readonly usual: readonly number[];
  readonly trainedAt: number;
  readonly trainedOn: {
    readonly labels: Readonly<Record<Label, number>>;
    /** Examples that could not be used. */
    readonly leftOut: number;
    readonly from: number;
    readonly to: number;
  };
  readonly measures: TriageMeasures;
  /** What it would have demoted of what it was trained on, each judged by trees that had not seen it. */
  readonly shadow: Tally;
  /** Largest first: how much ranking is lost when the feature is shuffled. */
  readonly importances: readonly Importance[];
  readonly seed: number;
  /** The version of this program that trained it. */
  readonly code: string;
};

/** A feature of one incident, and by how much it alone raises or lowers the probability, beside what is usual. */
export type LookedAt = { readonly feature: string; readonly value: number; readonly effect: number };

export type Verdict = {
  /** That it is real, 0..1, calibrated. */
  readonly probability: number;
  /** The features that matter most for this one, the largest effect first. */
  readonly looksAt: readonly LookedAt[];
};

/** Whether a card goes to the digest. `because` is for people; `shownShare` is what an example of it has to keep. */
export type Demotion = {
  readonly kind: 'demoted' | 'explored' | 'shown';
  readonly because: string;
  readonly shownShare: number;
};

/** How triage is doing, and what people may do with it. */
export type TriageControl = {
  /** From memory. */
  show(): TriageReport;
  /** Whether likely noise of a watch goes on a card of its own. Throws `UsageError` when no model is good enough, `UpstreamError('database')`. */
  turn(watch: string, isOn: boolean): Promise<void>;
};

export type TriageReport = {
  readonly model: TriageModel | null;
  /** Labels of incidents that were looked at. */
  readonly labels: Readonly<Record<Label, number>>;
  /** So many real ones, and so many others, it takes. */
  readonly needed: number;
  /** What it would have demoted since it was trained, of what people have labelled since. */
  readonly since: Tally | null;
  readonly isOn: readonly string[];
  /** Why there is no newer model; null when all is well. */
  readonly trouble: string | null;
};

export type TriageTraining =
  | { readonly kind: 'trained'; readonly model: TriageModel }
  /** `real` and `notReal` labels there are, and so many of each are needed. */
  | { readonly kind: 'too few labels'; readonly real: number; readonly notReal: number; readonly needed: number };
