import type {
  Detector,
  DetectorSettings,
  FitOptions,
  FitOutcome,
  FittedDetector,
  RowScore,
  Scorer,
} from '../core/detector.ts';
import type { Frame } from '../core/frame.ts';
import { usualLags } from './autoregression.ts';
import { decodeModel, encodeModel } from './codec.ts';
import { confidenceAt } from './confidence.ts';
import { createEnergyMeter, quieten } from './energies.ts';
import { expectationsOf } from './expectations.ts';
import { explain } from './explain.ts';
import { releaseOf } from './hold.ts';
import { isolationScore } from './isolation-forest.ts';
import { learn } from './learn.ts';
import { type DetectionModel, type Parts, partNames, rarityOf } from './model.ts';
import { createPersistence } from './persistence.ts';
import { countKnownRows, fromFirstKnownRow } from './rows.ts';
import { createSensor } from './sensor.ts';
import { shake } from './shake.ts';

const name = 'fused';

export const usualSettings: DetectorSettings = { windows: [5, 15, 60], trees: 100, lags: usualLags, smoothingRows: 10 };
/** A window is used when history holds it this many times over. */
const windowsInHistory = 4;
/** Less than this teaches nothing: the middle window four times. */
const fewestRows = 36;

/** A strange row pulls at the level only so much: a shift that stays becomes the new normal within hours, an incident does not. */
const trustInStrange = 0.25;

/**
 * The detector. Robust scaling; then five looks at the same rows that err on different ones: forecast residuals of a
 * ridge vector autoregression (surprise), what the principal components of rolling means and deviations leave over
 * (company), rolling deviations (stir), averages that part (drift), and an isolation forest on the logarithms of all
 * these energies. Each becomes its rarity among normal rows; their weighted mean and what of it persists is the score,
 * -log10 of the share of normal rows that look so strange. The threshold comes from the alert budget.
 */
export function createFusedDetector(): Detector {
  return {
    name,
    fit(frame, options) {
      const outcome = fitModel(frame, options);
      return outcome.kind === 'fitted' ? { kind: 'fitted', detector: fitted(outcome.model) } : outcome;
    },
    revive: (bytes) => fitted(decodeModel(bytes)),
  };
}

export type ModelOutcome =
  | { readonly kind: 'fitted'; readonly model: DetectionModel }
  | Extract<FitOutcome, { readonly kind: 'too little history' }>;

/** Learns the detector's model from history. */
export function fitModel(frame: Frame, options: FitOptions): ModelOutcome {
  const history = fromFirstKnownRow(frame);
  const rows = countKnownRows(history);
  if (rows < fewestRows) return { kind: 'too little history', rows, needed: fewestRows };
  const { windows: all, ...others } = options.settings ?? usualSettings;
  const fitting = all.filter((window) => window * windowsInHistory <= rows);
  const settings = { ...others, windows: fitting.length > 0 ? fitting : all.slice(0, 1) };
  const warmupRows = Math.max(...settings.windows);
  const model = learn(shake(history, options), { ...options, settings, warmupRows });
  return { kind: 'fitted', model };
}

function fitted(model: DetectionModel): FittedDetector {
  const { warmupRows, threshold, about } = model;
  return {
    name,
    warmupRows,
    threshold,
    release: releaseOf(threshold),
    about,
    open: () => openScorer(model),
    confidence: (score) => confidenceAt(score / threshold),
    dump: () => encodeModel(model),
  };
}

/** A scorer that shows what its forest looks at: the logarithms of the energies of the row that was scored last. */
export type ModelScorer = Scorer & { readonly features: Float32Array };

export function openScorer(model: DetectionModel): ModelScorer {
  const sensor = createSensor(model.sensor);
  const meter = createEnergyMeter(model.sensor, model.energies);
  let persistence = createPersistence(model.sensor.stepMs);
  const last = new Float64Array(1 + Math.max(...model.sensor.metrics.map((metric) => metric.column)));
  let seenRows = 0;
  let blindRows = 0;
  let parts: Parts | null = null;

  /** A hole longer than every window leaves nothing to judge by. */
  function blind(): RowScore {
    blindRows += 1;
    if (blindRows >= model.warmupRows) {
      seenRows = 0;
      persistence = createPersistence(model.sensor.stepMs);
    }
    return { kind: 'blind' };
  }

  return {
    features: meter.features,
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
      const energies = meter.measure(sensor);
      quieten(meter.features, model.calm);
      parts = { ...energies, forest: isolationScore(model.forest, meter.features) };
      const score = persistence.push(rarityOf(model, parts));
      sensor.learn(score < model.threshold ? 1 : trustInStrange);
      return { kind: 'scored', score };
    },
    explain: () => (seenRows === 0 ? [] : explain(model.sensor, sensor, last)),
    parts() {
      const scored = parts;
      return scored === null ? [] : partNames.map((part) => ({ name: part, score: scored[part] }));
    },
    expectations: () => (seenRows === 0 ? [] : expectationsOf(model.sensor, sensor)),
  };
}
