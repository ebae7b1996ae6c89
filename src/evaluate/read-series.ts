import { readMachine } from './read-machine.ts';
import type { Series, Source } from './series.ts';

/** Reads whatever kind of series it is. Throws a `ConfigError` that names file and line. */
export function readSeries(source: Source): Series {
  if (source.kind === 'machine') return readMachine(source);
  throw new Error('later');
}
