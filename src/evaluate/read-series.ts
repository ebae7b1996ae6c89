import { ConfigError } from '../core/errors.ts';
import { readMachine } from './read-machine.ts';
import { readNab } from './read-nab.ts';
import { readSynthetic } from './read-synthetic.ts';
import type { Series, Source } from './series.ts';

/** Reads whatever kind of series it is. Throws a `ConfigError` that names file and line. */
export function readSeries(source: Source): Series {
  if (source.kind === 'machine') return readMachine(source);
  return source.kind === 'nab' ? readNab(source) : readSynthetic(source);
}

/** Everything that is wrong with the files of some series. */
export function problemsOf(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => {
    try {
      readSeries(source);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
  });
}
