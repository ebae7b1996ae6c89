import { print } from './measure.ts';

/** `npm run bench [name …]`: each bench is a file that exports `rows`, ours beside a floor or a peer of the same run. */
const benches: Readonly<Record<string, () => Promise<{ rows(): Promise<readonly import('./measure.ts').Row[]> }>>> = {
  tick: () => import('./tick.ts'),
  acknowledge: () => import('./acknowledge.ts'),
  status: () => import('./status.ts'),
  start: () => import('./start.ts'),
  keep: () => import('./keep.ts'),
};

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  const load = benches[name];
  if (load === undefined) {
    console.error(`There is no bench "${name}". There are: ${Object.keys(benches).join(', ')}.`);
    process.exit(2);
  }
  console.log(`\n${name}`);
  print(await (await load()).rows());
}
process.exit(0);
