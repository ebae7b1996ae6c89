/** Prints how well the detector does on made-up days: `node test/detection/figures.ts`. About a minute on one core. */
import type { FittedDetector } from '../../src/core/detector.ts';
import { createFusedDetector } from '../../src/detection/fused-detector.ts';
import { countAlerts, mergeMs } from '../../src/detection/threshold.ts';
import { dayRows, frameOf, type HostOptions, hostMetrics, hostRows, laptopRows, type Row, stepMs } from './days.ts';

const detector = createFusedDetector();
/** Not the seeds of the tests: nothing was tuned on these. */
const seeds = Array.from({ length: 20 }, (_, at) => 70_001 + at);
/** History ends and life begins here. */
const now = 10 * dayRows * stepMs;
/** Life before a fault, so that the scorer is warm. */
const calmRows = 100;

function train(rows: Iterable<Row>, step: number): { readonly fitted: FittedDetector | null; readonly tookMs: number } {
  const frame = frameOf(rows);
  const began = performance.now();
  const outcome = detector.fit(frame, { metrics: hostMetrics, seed: 1, alertBudgetPerDay: 1, stepMs: step });
  return { fitted: outcome.kind === 'fitted' ? outcome.detector : null, tookMs: performance.now() - began };
}

function scoresOf(fitted: FittedDetector, rows: Iterable<Row>): Float64Array {
  const scorer = fitted.open();
  return Float64Array.from(rows, ({ at, values }) => {
    const outcome = scorer.push(at, values);
    return outcome.kind === 'scored' ? outcome.score : Number.NaN;
  });
}

/** Which row after the fault's first one is the first over the threshold (1 is the fault's first row), and its blame. */
function findFault(fitted: FittedDetector, rows: Iterable<Row>) {
  const scorer = fitted.open();
  let row = 0;
  for (const { at, values } of rows) {
    const outcome = scorer.push(at, values);
    row += 1;
    if (row > calmRows && outcome.kind === 'scored' && outcome.score >= fitted.threshold)
      return { step: row - calmRows, top: scorer.explain()[0] };
  }
  return null;
}

const add = (place: number, change: (value: number) => number) => ({
  mishap: (values: Float64Array, row: number) => {
    if (row >= calmRows) values[place] = change(values[place] ?? 0);
  },
});
const faults: readonly (readonly [string, string, Partial<HostOptions>])[] = [
  ['cpu 30 to 95', 'cpu', { load: (load, row) => row >= calmRows && load.fill(95) }],
  ['memory +20 points', 'memory', add(1, (value) => value + 20)],
  ['network x4', 'network', add(3, (value) => value * 4)],
  ['response x5', 'response', add(4, (value) => value * 5)],
];

const histories: readonly (readonly [string, number, number])[] = [
  ['1 week at 30 s', 7 * dayRows, 30_000],
  ['1 day at 30 s', dayRows, 30_000],
  ['5 hours at 30 s', 600, 30_000],
  ['1 hour at 30 s', 120, 30_000],
  ['90 rows at 30 s', 90, 30_000],
  ['45 rows at 30 s', 45, 30_000],
  ['10 minutes at 5 s', 120, 5_000],
  ['3 minutes at 5 s', 36, 5_000],
];

/** '2 (19), 3 (1)': how often each of some numbers occurs. */
function tally(found: readonly (number | null)[]): string {
  const counts = new Map<number | null, number>();
  for (const step of found.toSorted((a, b) => (a ?? 999) - (b ?? 999))) counts.set(step, (counts.get(step) ?? 0) + 1);
  return [...counts].map(([step, count]) => `${step ?? 'never'} (${count})`).join(', ');
}

function reportHistory(title: string, rows: number, step: number): void {
  const hosts = seeds.map((seed) => ({
    seed,
    ...train(hostRows({ rows, seed, from: now - rows * step, step }), step),
  }));
  const known = hosts.flatMap(({ seed, fitted }) => (fitted === null ? [] : { seed, fitted }));
  const took = hosts.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  console.log(`\n${title}: ${known.length} of ${hosts.length} hosts fitted`);
  console.log(`  fit: ${took[took.length >> 1]?.toFixed(0)} ms in the middle, ${took.at(-1)?.toFixed(0)} ms at most`);
  const next = known.map(({ seed, fitted }) => {
    const scores = scoresOf(fitted, hostRows({ rows: dayRows, seed: seed + 1_000, from: now, step }));
    const alerts = countAlerts(scores, fitted.threshold, Math.floor(mergeMs / step));
    return { alerts, over: scores.filter((score) => score >= fitted.threshold).length };
  });
  const alerts = next.reduce((sum, one) => sum + one.alerts, 0);
  const worst = Math.max(...next.map((one) => one.over));
  const hours = (dayRows * step) / 3_600_000;
  console.log(
    `  next ${hours} h of each: ${alerts} false alerts, ${((alerts / next.length / hours) * 24).toFixed(2)} a day; worst host ${worst} of ${dayRows} rows`,
  );
  for (const [what, metric, change] of faults) {
    const found = known.map(({ seed, fitted }) =>
      findFault(fitted, hostRows({ rows: calmRows + 30, seed: seed + 2_000, from: now, step, ...change })),
    );
    const right = found.filter((one) => one?.top?.metric === metric).length;
    const example = found[0]?.top;
    console.log(
      `  ${what}: found at step ${tally(found.map((one) => one?.step ?? null))}; right metric ${right} of ${found.length};` +
        ` e.g. expected ${example?.expected.toPrecision(3)}, seen ${example?.seen.toPrecision(3)}`,
    );
  }
}

function reportLaptop(rows: number, rateSteps: number): void {
  const [step, hour] = [5_000, 720];
  let [falseAlerts, falseRows] = [0, 0];
  const found = seeds.map((seed) => {
    const burnsFrom = rows + hour;
    const burns = (row: number): boolean => row >= burnsFrom;
    const all = [...laptopRows({ rows: burnsFrom + 30, seed, from: now, step, rateSteps, burns })];
    const { fitted } = train(all.slice(0, rows), step);
    if (fitted === null) return null;
    const scores = scoresOf(fitted, all);
    const calm = scores.subarray(rows, burnsFrom);
    falseAlerts += countAlerts(calm, fitted.threshold, mergeMs / step);
    falseRows += calm.filter((score) => score >= fitted.threshold).length;
    const at = scores.subarray(burnsFrom).findIndex((score) => score >= fitted.threshold);
    return at < 0 ? null : at + 1;
  });
  console.log(
    `  ${rows} rows, rate over ${rateSteps * 5} s: burn found at step ${tally(found)}; ${falseAlerts} false alerts (${falseRows} rows) in ${seeds.length} hours at rest`,
  );
}

console.log(`A host of ${hostMetrics.length} metrics, budget 1 false alert per day.`);
for (const [title, rows, step] of histories) reportHistory(title, rows, step);
console.log('\nA laptop at 5 s steps, cpu from 5 to 20 % to 100 %:');
for (const rateSteps of [1, 3, 24]) for (const rows of [36, 60, 120]) reportLaptop(rows, rateSteps);
