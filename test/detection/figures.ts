/** Prints how well the detector does on made-up days: `node test/detection/figures.ts`. Half a minute on one core. */
import type { FittedDetector } from '../../src/core/detector.ts';
import { createForestDetector } from '../../src/detection/forest-detector.ts';
import { countAlerts, mergeMs } from '../../src/detection/threshold.ts';
import { dayRows, frameOf, type HostOptions, hostMetrics, hostRows, stepMs } from './days.ts';

const detector = createForestDetector();
const seeds = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const dayMs = dayRows * stepMs;
/** History ends and life begins here. */
const now = 10 * dayMs;

function train(rows: number, seed: number, step = stepMs, change: Partial<HostOptions> = {}) {
  const frame = frameOf(hostRows({ rows, seed, from: now - rows * step, step, ...change }));
  const began = performance.now();
  const outcome = detector.fit(frame, { metrics: hostMetrics, seed: 1, alertBudgetPerDay: 1, stepMs: step });
  return { outcome, tookMs: performance.now() - began };
}

/** Runs the scorer over life, of which the mishaps' row 0 is the first row after history. */
function live(fitted: FittedDetector, options: HostOptions) {
  const step = options.step ?? stepMs;
  const warmup = fitted.warmupRows;
  const scorer = fitted.open();
  const shifted = (mishap: HostOptions['mishap']): HostOptions['mishap'] =>
    mishap && ((values, row) => mishap(values, row - warmup));
  const { load, mishap, ...others } = options;
  const rows = hostRows({
    ...others,
    rows: options.rows + warmup,
    from: now - warmup * step,
    ...(load && { load: shifted(load) as NonNullable<typeof load> }),
    ...(mishap && { mishap: shifted(mishap) as NonNullable<typeof mishap> }),
  });
  const all = [...rows].map(({ at, values }) => {
    const score = scorer.push(at, values);
    return { score: score.kind === 'scored' ? score.score : Number.NaN, because: scorer.explain() };
  });
  return all.slice(warmup);
}

/** A clear fault from row 20 on, by the place of the metric it happens to. */
const faults: Readonly<Record<string, { readonly metric: string; readonly change: Partial<HostOptions> }>> = {
  'cpu at 95': { metric: 'cpu', change: { load: (load, row) => row >= 20 && load.fill(95) } },
  'memory +20': {
    metric: 'memory',
    change: { mishap: (values, row) => row >= 20 && values.set([(values[1] ?? 0) + 20], 1) },
  },
  'network x4': {
    metric: 'network',
    change: { mishap: (values, row) => row >= 20 && values.set([(values[3] ?? 0) * 4], 3) },
  },
  'response x5': {
    metric: 'response',
    change: { mishap: (values, row) => row >= 20 && values.set([(values[4] ?? 0) * 5], 4) },
  },
};

const histories: readonly (readonly [string, number, number])[] = [
  ['1 week, 30 s', 7 * dayRows, 30_000],
  ['1 day, 30 s', dayRows, 30_000],
  ['12 hours, 30 s', 1440, 30_000],
  ['5 hours, 30 s', 600, 30_000],
  ['3 hours, 30 s', 360, 30_000],
  ['1 hour, 30 s', 120, 30_000],
  ['90 rows, 30 s', 90, 30_000],
  ['45 rows, 30 s', 45, 30_000],
  ['10 min, 5 s', 120, 5_000],
  ['1 hour, 5 s', 720, 5_000],
  ['5 min, 5 s', 60, 5_000],
  ['3 min, 5 s', 36, 5_000],
  ['3 min, 2 s', 90, 2_000],
];

console.log(`A model of ${hostMetrics.length} metrics, ${seeds.length} hosts each; budget 1 alert per day.\n`);
for (const [title, rows, step] of histories) {
  const trained = seeds.map((seed) => train(rows, seed, step));
  const fits = trained.flatMap(({ outcome }) => (outcome.kind === 'fitted' ? [outcome.detector] : []));
  console.log(
    `${title}: ${fits.length} of ${seeds.length} fitted, ${Math.max(...trained.map((one) => one.tookMs)).toFixed(0)} ms at most`,
  );
  if (fits.length === 0) continue;
  const hours = (dayRows * step) / 3_600_000;
  const lives = fits.map((fitted, at) => live(fitted, { rows: dayRows, seed: 100 + at, step }));
  const thresholdOf = (at: number): number => fits[at]?.threshold ?? 0;
  const alertsIn = (at: number, verdicts: ReturnType<typeof live>) =>
    countAlerts(
      Float64Array.from(verdicts, ({ score }) => score),
      thresholdOf(at),
      Math.floor(mergeMs / step),
    );
  const overIn = (at: number, verdicts: ReturnType<typeof live>) =>
    verdicts.filter(({ score }) => score >= thresholdOf(at)).length;
  console.log(`  threshold ${fits.map((f) => f.threshold.toFixed(1)).join(' ')}, warm-up ${fits[0]?.warmupRows}`);
  console.log(
    `  false alerts in the next ${hours.toFixed(1)} h: ${lives.map((verdicts, at) => alertsIn(at, verdicts)).join(' ')}`,
  );
  console.log(`  rows over in it: ${lives.map((verdicts, at) => overIn(at, verdicts)).join(' ')} of ${dayRows}`);
  for (const [fault, { metric, change }] of Object.entries(faults)) {
    const found = fits.map((fitted, at) => {
      const verdicts = live(fitted, { rows: 40, seed: 200 + at, step, ...change });
      const row = verdicts.findIndex(({ score }, place) => place >= 20 && score >= fitted.threshold);
      const top = verdicts[row]?.because[0];
      const right = top?.metric === metric ? '' : `(${top?.metric})`;
      return row < 0 ? 'never' : `${row - 19}${right}`;
    });
    const top = fits[0] && live(fits[0], { rows: 40, seed: 200, step, ...change })[25]?.because[0];
    const number = (value = Number.NaN) => Number(value.toPrecision(3));
    console.log(
      `  ${fault}: found at step ${found.join(' ')}; expected ${number(top?.expected)}, seen ${number(top?.seen)}, share ${number(top?.share)}`,
    );
  }
}
