import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../src/core/errors.ts';
import { createLog, cronLogger, type LogOptions, shownLine } from '../src/log.ts';

async function written(say: (log: ReturnType<typeof createLog>) => void, options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString().trim());
      done();
    },
  });
  const log = createLog({ level: 'info', secrets: [], pretty: false, stream, sink: null, now: Date.now, ...options });
  say(log);
  await log.close();
  return lines;
}

const parsed = (line: string | undefined) => JSON.parse(line ?? '') as Record<string, Record<string, unknown>>;

describe('the log', () => {
  it('writes a line of JSON with its facts, and nothing below its level', async () => {
    const lines = await written((log) => {
      log.debug('too small');
      log.info('a tick', { rows: 3 });
    });
    expect(lines).toHaveLength(1);
    expect(parsed(lines[0])).toMatchObject({ level: 'info', message: 'a tick', rows: 3 });
  });

  it('leaves out what is said once it is being closed, and takes no offence', async () => {
    const said: string[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        said.push(chunk.toString());
        done();
      },
    });
    const log = createLog({ level: 'info', secrets: [], pretty: false, stream, sink: null, now: Date.now });
    log.info('the last line');
    const closing = log.close();
    log.info('a line too many');
    await closing;
    log.info('another one');
    await new Promise(setImmediate);
    expect(said).toEqual([expect.stringContaining('the last line')]);
  });

  it('writes errors anywhere among the facts, with their causes', async () => {
    const cause = new Error('refused');
    const error = new UpstreamError('slack', 'no answer', { retryable: true, cause });
    const [line] = await written((log) => log.warn('failed', { error, deep: { list: [new TypeError('inside')] } }));
    expect(parsed(line).error).toMatchObject({
      name: 'UpstreamError',
      message: 'no answer',
      service: 'slack',
      stack: expect.stringContaining('log.test.ts'),
      cause: { message: 'refused' },
    });
    expect(parsed(line).deep).toMatchObject({ list: [{ name: 'TypeError', message: 'inside' }] });
  });

  it('hides secrets in messages, facts, URLs and stacks', async () => {
    const secrets = ['xoxb-1234', 'p"ss/w:rd', 'xoxb-1234-longer'];
    const lines = await written(
      (log) => {
        log.info('token xoxb-1234-longer');
        log.error('failed', { error: new Error('https://x/?k=p%22ss%2Fw%3Ard'), env: { key: 'p"ss/w:rd' } });
      },
      { secrets },
    );
    expect(parsed(lines[0]).message).toBe('token [secret]');
    expect(lines.join()).not.toMatch(/xoxb|longer|ss.{1,3}w/);
  });

  it.each([
    [
      'a circle',
      (() => {
        const circle: { self?: unknown } = {};
        circle.self = circle;
        return circle;
      })(),
    ],
    ['a bigint', 12n],
    ['bytes', new Uint8Array(9)],
    ['no date', new Date(Number.NaN)],
    ['a function', () => 1],
  ])('survives %s', async (_what, fact) => {
    expect(await written((log) => log.info('here', { fact }))).toEqual([expect.stringContaining('"message":"here"')]);
  });

  it('is short at a terminal', async () => {
    const [line] = await written((log) => log.warn('failed', { error: new Error('no answer'), rows: 3 }), {
      pretty: true,
    });
    expect(line).toMatch(/^\d\d:\d\d:\d\d warn {2}failed error="no answer" rows=3$/);
  });

  it('shows a line that was kept with its day', async () => {
    const [line = ''] = await written((log) => log.warn('failed', { error: new Error('no answer'), rows: 3 }), {
      now: () => Date.UTC(2026, 10, 24, 13, 5, 1),
    });
    expect(shownLine(line)).toBe('2026-11-24 13:05:01 warn  failed error="no answer" rows=3');
  });
});

it('writes what node-cron has to say as lines of its own', async () => {
  const lines = await written((log) => {
    const logger = cronLogger(log);
    logger.info('scheduled');
    logger.warn('task still running');
    logger.error(new Error('no such day'));
  });
  expect(lines.map(parsed)).toMatchObject([
    { level: 'warn', because: 'task still running' },
    { level: 'error', because: 'no such day' },
  ]);
});
