import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, messageOf, UsageError } from '../core/errors.ts';
import type { MachineSource } from './read-machine.ts';

const parts = ['train', 'test', 'label'] as const;

/** The names in a folder. Throws a `UsageError` when it can't be read. */
export function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    throw new UsageError(`The folder ${dir} can't be read: ${messageOf(error)}`);
  }
}

/**
 * Every machine in a folder, by name: `<name>.train.csv`, `.test.csv`, `.label.csv`, each packed (`.gz`) or not, and
 * `<name>.interpretation.txt` where there is one. Throws a `UsageError` when there is none, and a `ConfigError` that names
 * every file that is missing or there twice.
 */
export function findMachines(dir: string, stepMs: number): readonly MachineSource[] {
  const names = namesIn(dir);
  const machines = [
    ...new Set(names.flatMap((name) => /^(.+)\.(?:train|test|label)\.csv(?:\.gz)?$/.exec(name)?.[1] ?? [])),
  ].sort(byNumberInName);
  if (machines.length === 0)
    throw new UsageError(
      `There is no machine in ${dir}: a machine is NAME.train.csv, NAME.test.csv and NAME.label.csv.`,
    );
  const problems: string[] = [];
  const sources = machines.map((name) => {
    const [train = '', test = '', label = ''] = parts.map((part) => {
      const wanted = `${name}.${part}.csv`;
      const found = [wanted, `${wanted}.gz`].filter((file) => names.includes(file));
      if (found.length === 0) problems.push(`${join(dir, wanted)} is missing, packed as .gz or not`);
      if (found.length > 1) problems.push(`${join(dir, wanted)} is there twice, packed as .gz and not; remove one`);
      return join(dir, found[0] ?? wanted);
    });
    const interpretation = `${name}.interpretation.txt`;
    return {
      kind: 'machine' as const,
      name,
      stepMs,
      train,
      test,
      label,
      interpretation: names.includes(interpretation) ? join(dir, interpretation) : null,
    };
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return sources;
}

/** As a person counts: machine-2 before machine-10. */
const byNumberInName = new Intl.Collator('en', { numeric: true }).compare;
