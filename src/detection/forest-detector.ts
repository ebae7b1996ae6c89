import type { Detector, FittedDetector, RowScore, Scorer } from '../core/detector.ts';
import { decodeModel, encodeModel } from './codec.ts';
import { explain } from './explain.ts';
import { learn } from './learn.ts';
import { type ForestModel, type Parts, partsOf, scoreOf } from './model.ts';
import { countKnownRows, fromFirstKnownRow } from './rows.ts';
import { createSensor } from './sensor.ts';
import { shake } from './shake.ts';

const name = 'forest';

/** Rolling windows in rows. A window is used when history holds it this many times over. */
const allWindows = [5, 15, 60] as const;
const windowsInHistory = 4;
/** Less than this teaches nothing: the middle window four times. */
const fewestRows = 36;

/** A strange row pulls at the level only so much: a shift that stays becomes the new normal within hours, an incident does not. */
const trustInStrange = 0.25;

/**
 * The detector: robust scaling, rolling features, forecast residuals, an isolation forest, scores as rarity among normal
 * rows and a threshold by the alert budget. A score is -log10 of the share of normal rows that look so strange.
 */
export function createForestDetector(): Detector {
  return {
    name,
    fit(frame, options) {
      const history = fromFirstKnownRow(frame);
      const rows = countKnownRows(history);
      if (rows < fewestRows) return { kind: 'too little history', rows, needed: fewestRows };
      const windows = allWindows.filter((window) => window * windowsInHistory <= rows);
      return {
        kind: 'fitted',
        detector: fitted(learn(shake(history, options), { ...options, windows, warmupRows: Math.max(...windows) })),
      };
    },
    revive: (bytes) => fitted(decodeModel(bytes)),
  };
}

function fitted(model: ForestModel): FittedDetector {
  const { warmupRows, threshold, about } = model;
  return {
    name,
    warmupRows,
    threshold,
    about,
    open: () => openScorer(model),
    // The odds of a true anomaly grow by ten with each decade of rarity, and are even at the threshold.
    confidence: (score) => 1 / (1 + 10 ** (threshold - score)),
    dump: () => encodeModel(model),
  };
}

function openScorer(model: ForestModel): Scorer {
  const sensor = createSensor(model.sensor);
  const last = new Float64Array(1 + Math.max(...model.sensor.metrics.map((metric) => metric.column)));
  let seenRows = 0;
  let blindRows = 0;
  let parts: Parts | null = null;

  /** A hole longer than every window leaves nothing to judge by. */
  function blind(): RowScore {
    blindRows += 1;
    if (blindRows >= model.warmupRows) seenRows = 0;
    return { kind: 'blind' };
  }

  return {
    push(_at, values) {
      for (let place = 0; place < last.length; place += 1) last[place] = values[place] ?? Number.NaN;
      parts = null;
      if (sensor.push(values) === 0) return blind();
      blindRows = 0;
      seenRows += 1;
      if (seenRows <= model.warmupRows) {
        sensor.learn(1);
        return { kind: 'warming', rowsLeft: model.warmupRows - seenRows + 1 };
      }
      parts = partsOf(model, sensor);
      const score = scoreOf(model, parts);
      sensor.learn(score < model.threshold ? 1 : trustInStrange);
      return { kind: 'scored', score };
    },
    explain: () => (seenRows === 0 ? [] : explain(model.sensor, sensor, last)),
    parts() {
      if (parts === null) return [];
      const { isolation, surprise, offset } = parts;
      return [
        { name: 'forest', score: isolation },
        { name: 'surprise', score: surprise },
        { name: 'offset', score: offset },
      ];
    },
  };
}
