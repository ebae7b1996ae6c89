import type { DetectorSettings } from '../core/detector.ts';

export type Candidate = { readonly name: string; readonly settings: DetectorSettings };

/** The usual settings first, and what differs from them in one respect each: a small grid, for every look at history costs. */
export function candidatesAround(usual: DetectorSettings): readonly Candidate[] {
  const scaled = (factor: number): readonly number[] =>
    usual.windows.map((rows) => Math.max(3, Math.round(rows * factor)));
  return [
    { name: 'usual', settings: usual },
    { name: 'short windows', settings: { ...usual, windows: scaled(0.5) } },
    { name: 'long windows', settings: { ...usual, windows: scaled(2) } },
    { name: 'more lags', settings: { ...usual, lags: 2 * usual.lags } },
    { name: 'more smoothing', settings: { ...usual, smoothingRows: 2 * usual.smoothingRows } },
    { name: 'more trees', settings: { ...usual, trees: 2 * usual.trees } },
  ];
}
