import type { ModelFacts } from '../core/detector.ts';
import { type IsolationForest, isolationScore } from './isolation-forest.ts';
import type { Sensor, SensorModel } from './sensor.ts';
import { rarity, type Tail } from './tail.ts';

/** What is normal for one entity, as plain data: all that is dumped and revived. */
export type ForestModel = {
  readonly sensor: SensorModel;
  readonly forest: IsolationForest;
  readonly tails: Tails;
  readonly warmupRows: number;
  readonly threshold: number;
  readonly about: ModelFacts;
};

/** The scores of the parts for one row; high is strange. */
export type Parts = { readonly isolation: number; readonly surprise: number; readonly offset: number };

/** How rare each part's score is among normal rows, and how rare the mean of the parts is. */
export type Tails = { readonly parts: Readonly<Record<keyof Parts, Tail>>; readonly fused: Tail };

/** One part alone must not outvote the others beyond any measure. */
const rarestPart = 12;

/** The mean of the parts' rarities: they err on different rows. */
export function fuse(tails: Tails['parts'], parts: Parts): number {
  const capped = (tail: Tail, score: number): number => Math.min(rarestPart, rarity(tail, score));
  const isolation = capped(tails.isolation, parts.isolation);
  return (isolation + capped(tails.surprise, parts.surprise) + capped(tails.offset, parts.offset)) / 3;
}

/** What the parts score the row that the sensor was pushed last. */
export function partsOf(model: ForestModel, sensor: Sensor): Parts {
  const isolation = isolationScore(model.forest, sensor.features);
  return { isolation, surprise: sensor.surprise(), offset: sensor.offset() };
}

/** The score of a row: how rare its parts are, as -log10 of a share of normal rows. */
export function scoreOf(model: ForestModel, parts: Parts): number {
  return rarity(model.tails.fused, fuse(model.tails.parts, parts));
}
