import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ConfigError, messageOf } from '../core/errors.ts';

/** The lines of a text file, packed or not, without the empty ones at its end. Throws a `ConfigError` that names the file. */
export function readLines(file: string): readonly string[] {
  let text: string;
  try {
    const bytes = readFileSync(file);
    text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new ConfigError([`${file} can't be read: ${messageOf(error)}`]);
  }
  const body = text.trimEnd();
  return body === '' ? [] : body.split(/\r?\n/);
}

/** What is wrong with one line; lines are counted from 1. */
export function badLine(file: string, line: number, what: string): ConfigError {
  return new ConfigError([`${file}, line ${line}: ${what}`]);
}
