import { describe, expect, it } from 'vitest';
import { ConfigError, UpstreamError } from '../../src/core/errors.ts';
import { databaseError, startError } from '../../src/store/database-error.ts';

const thrown = (fields: Readonly<Record<string, unknown>>): Error =>
  Object.assign(new Error('as the driver says'), fields);

describe('what a database throws', () => {
  it.each([
    ['PostgreSQL: cannot connect now', { code: '57P03' }, true],
    ['PostgreSQL: too many connections', { code: '53300' }, true],
    ['PostgreSQL: connection failure', { code: '08006' }, true],
    ['PostgreSQL: deadlock', { code: '40P01' }, true],
    ['PostgreSQL: disk full', { code: '53100' }, true],
    ['PostgreSQL: wrong password', { code: '28P01' }, false],
    ['PostgreSQL: no such database', { code: '3D000' }, false],
    ['PostgreSQL: no right', { code: '42501' }, false],
    ['PostgreSQL: unique violation', { code: '23505' }, false],
    ['PostgreSQL: internal error', { code: 'XX000' }, false],
    ['the network: refused', { code: 'ECONNREFUSED' }, true],
    ['the network: broken', { code: 'EPIPE' }, true],
    ['the driver: no answer in time', {}, true],
    ['SQLite: busy', { code: 'ERR_SQLITE_ERROR', errcode: 5 }, true],
    ['SQLite: busy in a snapshot', { code: 'ERR_SQLITE_ERROR', errcode: 517 }, true],
    ['SQLite: full', { code: 'ERR_SQLITE_ERROR', errcode: 13 }, true],
    ['SQLite: read only', { code: 'ERR_SQLITE_ERROR', errcode: 8 }, false],
    ['SQLite: damaged', { code: 'ERR_SQLITE_ERROR', errcode: 11 }, false],
    ['SQLite: constraint', { code: 'ERR_SQLITE_ERROR', errcode: 787 }, false],
  ])('%s: whether to try again is decided by its code', (_, fields, retryable) => {
    const error = databaseError('the database', 'commit', thrown(fields));
    expect(error).toMatchObject({ name: 'UpstreamError', service: 'database', retryable });
    expect(error.message).toMatch(/^the database could not commit: .*\(as the driver says\)$/);
  });

  it('an error of many addresses and no words is told by its code', () => {
    const error = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
    expect(databaseError('the database', 'commit', error).message).toBe(
      'the database could not commit: (ECONNREFUSED)',
    );
  });

  it('the cause is not kept: it may hold the connection string', () => {
    expect(databaseError('the database', 'commit', thrown({ input: 'postgres://u:secret@h/' })).cause).toBeUndefined();
  });

  it('what is ours already stays as it is', () => {
    const ours = new UpstreamError('database', 'said', { retryable: true });
    expect(databaseError('the database', 'commit', ours)).toBe(ours);
  });

  it('at start, what does not pass by itself is for the operator', () => {
    expect(startError('the database', thrown({ code: '28P01' }))).toBeInstanceOf(ConfigError);
    expect(startError('the database', thrown({ code: '57P03' }))).toBeInstanceOf(UpstreamError);
  });
});
