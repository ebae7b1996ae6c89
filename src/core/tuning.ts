import type { DetectorSettings } from './detector.ts';

/** Which settings a watch's own history speaks for, and why. Times are epoch ms. */
export type Tuning = {
  /** What they are called: "usual", "long windows". */
  readonly name: string;
  readonly settings: DetectorSettings;
  readonly because: string;
  readonly chosenAt: number;
  readonly tookMs: number;
};
