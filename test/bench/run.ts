import { print } from './measure.ts';

/**
 * `npm run bench [name …]`: each bench is a file that exports `rows`, ours beside a floor or a peer of the same run.
 * Without a name all of them run.
 */
const benches: Readonly<Record<string, () => Promise<{ rows(): Promise<readonly import('./measure.ts').Row[]> }>>> = {
  tick: () => import('./tick.ts'),
  acknowledge: () => import('./acknowledge.ts'),
  status: () => import('./status.ts'),
  start: () => import('./start.ts'),
  keep: () => import('./keep.ts'),
  delivery: () => import('./delivery.ts'),
  detection: () => import('./detection.ts'),
};

/**
 * `npm run bench NAME [-- …]`: each is a file that exports `run`, which prints a table of its own and says whether what it
 * measures is as it should be. They run when they are named.
 */
const trials: Readonly<Record<string, () => Promise<{ run(argv: readonly string[]): Promise<boolean> }>>> = {
  faults: () => import('./faults.ts'),
  triage: () => import('./triage.ts'),
  'rate-limits': () => import('./rate-limits.ts'),
  charts: () => import('./charts.ts'),
  'forest-parity': () => import('./forest-parity.ts'),
};

const asked = process.argv.slice(2);
const [first = '', ...rest] = asked;
const trial = trials[first];
if (trial !== undefined) process.exit((await (await trial()).run(rest)) ? 0 : 1);
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  const load = benches[name];
  if (load === undefined) {
    console.error(
      `There is no bench "${name}". There are: ${[...Object.keys(benches), ...Object.keys(trials)].join(', ')}.`,
    );
    process.exit(2);
  }
  console.log(`\n${name}`);
  print(await (await load()).rows());
}
process.exit(0);
