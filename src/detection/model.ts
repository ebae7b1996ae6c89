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
};

/** How rare each part's score is among normal rows, and how rare the mean of the parts is. */
export type Tails = { readonly forest: Tail; readonly surprise: Tail; readonly fused: Tail };

/** One part alone must not outvote the other beyond any measure. */
const rarestPart = 12;
/** A row counts in full when its deviation, witnessed twice, is so many times what is usual. */
const telling = 3;

/** The mean of the parts' rarities: they err on different rows. */
export function fuse(tails: Omit<Tails, 'fused'>, isolation: number, surprise: number): number {
  return (
    (Math.min(rarestPart, rarity(tails.forest, isolation)) + Math.min(rarestPart, rarity(tails.surprise, surprise))) / 2
  );
}

/**
 * The rarity of a fused score, lowered as far as no metric is off its level in the direction that hurts: after an
 * incident the windows are still full of it, and one value of one metric alone is a glitch.
 */
export function finalScore(fusedTail: Tail, fused: number, corroborated: number): number {
  return rarity(fusedTail, fused) * Math.min(1, corroborated / telling);
}

/** The score of the row that the sensor was pushed last. */
export function scoreOf(model: ForestModel, sensor: Sensor): number {
  const fused = fuse(model.tails, isolationScore(model.forest, sensor.features), sensor.surprise());
  return finalScore(model.tails.fused, fused, sensor.corroborated());
}
