import { basename } from 'node:path';
import { UsageError } from '../core/errors.ts';
import type { Subject } from './arguments.ts';
import { findMachines } from './find-machines.ts';
import { findNab } from './read-nab.ts';
import type { Source } from './series.ts';

/** The series that the command line asks for. Throws a `UsageError` when there is none and a `ConfigError` when a file is missing. */
export function chooseSources(subject: Subject): readonly Source[] {
  if (subject.kind === 'synthetic') {
    const name = basename(subject.file).replace(/(\.csv)?(\.gz)?$/, '');
    return [{ kind: 'synthetic', name, file: subject.file }];
  }
  const { dir, machine } = subject;
  const found = subject.kind === 'nab' ? findNab(dir) : findMachines(dir, subject.stepMs);
  const asked = found.filter(({ name }) => machine === null || name === machine);
  if (asked.length > 0) return asked;
  throw new UsageError(`There is no ${machine} in ${dir}. There are: ${found.map(({ name }) => name).join(', ')}.`);
}
