import { ConfigError, messageOf, UpstreamError } from '../core/errors.ts';

type Verdict = { readonly retryable: boolean; readonly advice: string };

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html: the low byte of `errcode`. */
const sqliteVerdicts: Readonly<Record<number, Verdict>> = {
  5: { retryable: true, advice: 'another process holds its lock; end that process or wait' },
  6: { retryable: true, advice: 'another process holds its lock; end that process or wait' },
  8: { retryable: false, advice: 'it may only be read; give this user the right to write the file and its folder' },
  10: { retryable: true, advice: 'the disk reports an error; check the disk and its mount' },
  11: { retryable: false, advice: 'the file is damaged; stop, move it away and put a backup in its place' },
  13: { retryable: true, advice: 'the disk is full; free some space' },
  14: { retryable: false, advice: 'the file can not be opened; check that its folder exists and may be written' },
  26: { retryable: false, advice: 'the file is not a database; move it away or name another DATA_DIR' },
};

/**
 * PostgreSQL's classes of SQLSTATE that pass by themselves, https://www.postgresql.org/docs/15/errcodes-appendix.html:
 * connection lost, transaction to be repeated (serialisation, deadlock), no resources, operator intervention, lock and I/O.
 */
const passingStates = /^(08|40|53|57|55P03|58)/;
/** Five digits and capitals; none begins with E, as the system's own codes do (EPIPE). */
const sqlState = /^(?!E)[0-9A-Z]{5}$/;
/** Login refused, no such database, no right to it. */
const configurationStates = /^(28|3D|42501)/;

/**
 * What a database threw, as the house throws it; what already is ours stays. The cause is not kept: drivers put the
 * connection string, and values of people, into their errors.
 */
export function databaseError(name: string, doing: string, error: unknown): UpstreamError | ConfigError {
  if (error instanceof UpstreamError || error instanceof ConfigError) return error;
  const { retryable, advice } = verdictOn(error);
  const message = `${name} could not ${doing}: ${advice === '' ? '' : `${advice} `}(${messageOf(error) || String(fieldOf(error, 'code'))})`;
  return new UpstreamError('database', message, { retryable });
}

/** At start a failure that trying again does not mend is for the operator to mend. */
export function startError(name: string, error: unknown): UpstreamError | ConfigError {
  const failure = databaseError(name, 'be opened', error);
  const forOperator = failure instanceof UpstreamError && !failure.retryable;
  return forOperator ? new ConfigError([failure.message]) : failure;
}

/** Whether PostgreSQL itself said it; a driver or the network has no SQLSTATE. */
export function isSqlState(error: unknown): boolean {
  const code = fieldOf(error, 'code');
  return typeof code === 'string' && sqlState.test(code);
}

function verdictOn(error: unknown): Verdict {
  const errcode = fieldOf(error, 'errcode');
  if (typeof errcode === 'number') return sqliteVerdicts[errcode & 0xff] ?? { retryable: false, advice: '' };
  const code = fieldOf(error, 'code');
  // A driver's own error has no SQLSTATE: the connection was refused, lost or timed out.
  if (typeof code !== 'string' || !isSqlState(error)) return { retryable: true, advice: '' };
  if (configurationStates.test(code))
    return { retryable: false, advice: 'check user, password, database and rights in DATABASE_URL' };
  return { retryable: passingStates.test(code), advice: '' };
}

function fieldOf(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}
