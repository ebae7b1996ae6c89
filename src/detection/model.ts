import type { ModelFacts } from '../core/detector.ts';
import type { Energies, EnergyModel } from './energies.ts';
import type { IsolationForest } from './isolation-forest.ts';
import type { SensorModel } from './sensor.ts';
import { rarity, type Tail } from './tail.ts';

/** What is normal for one entity, as plain data: all that is dumped and revived. */
export type DetectionModel = {
  readonly sensor: SensorModel;
  readonly energies: EnergyModel;
  readonly forest: IsolationForest;
  /** By feature of the forest, what is taken for calm. */
  readonly calm: Float32Array;
  readonly tails: Tails;
  readonly warmupRows: number;
  readonly threshold: number;
  readonly about: ModelFacts;
};

/** The scores of the parts for one row; high is strange. */
export type Parts = Energies & { readonly forest: number };

export const partNames = ['forest', 'surprise', 'company', 'stir', 'drift'] as const satisfies readonly (keyof Parts)[];

/** How rare each part's score is among normal rows, and how rare the mean of the parts is. */
export type Tails = { readonly parts: Readonly<Record<keyof Parts, Tail>>; readonly fused: Tail };

/** One part alone must not outvote the others beyond any measure. */
const rarestPart = 12;
/** The forest looks at everything that the others look at one by one, and more: it counts twice. Metrics drift for many good reasons. */
const weights: Readonly<Record<keyof Parts, number>> = { forest: 2, surprise: 1, company: 1, stir: 1, drift: 0.5 };
const allWeights = partNames.reduce((sum, name) => sum + weights[name], 0);

/** The mean of the parts' rarities: they err on different rows. */
export function fuse(tails: Tails['parts'], parts: Parts): number {
  let sum = 0;
  for (const name of partNames) sum += weights[name] * Math.min(rarestPart, rarity(tails[name], parts[name]));
  return sum / allWeights;
}

/** How rare the parts of a row are together, as -log10 of a share of normal rows. */
export function rarityOf(model: Pick<DetectionModel, 'tails'>, parts: Parts): number {
  return rarity(model.tails.fused, fuse(model.tails.parts, parts));
}
