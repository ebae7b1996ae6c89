import { Writable } from 'node:stream';
import type { Logger } from 'node-cron';
import { createLogger, format, transports } from 'winston';
import { messageOf } from './core/errors.ts';
import { hiderOf } from './core/hide-secrets.ts';
import type { Log, LogSink } from './core/log.ts';

export type LogOptions = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Values that never appear in a line, wherever they come from. */
  readonly secrets: readonly string[];
  /** Lines for a person at a terminal instead of JSON. */
  readonly pretty: boolean;
  readonly stream: Writable;
  /** Takes every line as JSON too, whatever the stream shows; null when none are kept. */
  readonly sink: LogSink | null;
  readonly now: () => number;
};

/** Where winston looks for the text of a record. */
const recordText = Symbol.for('message');
/** Facts within facts, and causes of errors, are followed this far. */
const deepest = 6;

/**
 * A structured log: JSON lines, or words for a terminal. `close` gives what is under way a moment to be written and kept;
 * what is said after it is said to nobody.
 */
export function createLog(options: LogOptions): Log & { close(): Promise<void> } {
  const { level, pretty, stream, sink } = options;
  const hide = hiderOf(options.secrets);
  const lines = format((info) => {
    const at = options.now();
    const message = String(info.message);
    const line = { at: new Date(at).toISOString(), level: info.level, message, facts: plain(info.facts, deepest) };
    const json = hide(jsonLine(line));
    return { ...info, kept: { json, at }, [recordText]: pretty ? hide(prettyLine(line)) : json };
  });
  // Nobody reads any more: that is no reason to stop watching.
  stream.on('error', () => {});
  const shown = new transports.Stream({ stream });
  const kept = sink === null ? [] : [new transports.Stream({ stream: keptBy(sink) })];
  const logger = createLogger({ level, format: lines(), transports: [shown, ...kept] });

  let isClosed = false;
  const at =
    (severity: LogOptions['level']) =>
    (message: string, facts: Readonly<Record<string, unknown>> = {}): void => {
      if (!isClosed) logger.log({ level: severity, message, facts });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    async close() {
      isClosed = true;
      await new Promise((resolve) => {
        logger.once('finish', resolve);
        logger.end();
      });
      await sink?.close();
    },
  };
}

/** Winston gives a stream of objects the whole record and not only its text. */
function keptBy(sink: LogSink): Writable {
  return new Writable({
    objectMode: true,
    write({ kept }: { readonly kept: { readonly json: string; readonly at: number } }, _encoding, done) {
      sink.write(kept.json, kept.at);
      done();
    },
  });
}

/** A line that was kept, as a person at a terminal reads it, with its day. */
export function shownLine(json: string): string {
  const { at, level, message, ...facts } = JSON.parse(json) as Line;
  return `${at.slice(0, 10)} ${prettyLine({ at, level, message, facts })}`;
}

/** What node-cron has to say, which it would else print past this log: a tick that was late, or is still running. */
export function cronLogger(log: Log): Logger {
  const words = (said: unknown): { readonly because: string } => ({ because: messageOf(said) });
  return {
    debug: (said) => log.debug('node-cron says', words(said)),
    info: (said) => log.debug('node-cron says', words(said)),
    warn: (said) => log.warn('a planned run did not begin in its time', words(said)),
    error: (said, error) => log.error('a planned run failed', { ...words(said), error }),
  };
}

type Line = { readonly at: string; readonly level: string; readonly message: string; readonly facts: unknown };

/** A fact that has the name of a part of every line does not take its place: lines are looked for by these. */
function jsonLine({ facts, ...line }: Line): string {
  return JSON.stringify({ ...line, ...(isRecord(facts) ? facts : {}), ...line });
}

function prettyLine({ at, level, message, facts }: Line): string {
  const words = isRecord(facts) ? Object.entries(facts).map(([name, value]) => `${name}=${wordOf(value)}`) : [];
  return [at.slice(11, 19), level.padEnd(5), message, ...words].join(' ');
}

/** Of an error a person at a terminal wants the message; its stack is in the JSON lines. */
function wordOf(value: unknown): string {
  if (isRecord(value) && typeof value.message === 'string') return JSON.stringify(value.message);
  return typeof value === 'string' && /^[\w./:-]+$/.test(value) ? value : JSON.stringify(value);
}

/** Anything as JSON can hold it; an Error, which JSON makes `{}` of, with name, message, stack, its own fields and its cause. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '[deeper]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => plain(item, depth - 1));
  const own = Object.entries(value).map(([name, item]) => [name, plain(item, depth - 1)]);
  if (!(value instanceof Error)) return Object.fromEntries(own);
  const { name, message, stack, cause } = value;
  return {
    ...Object.fromEntries(own),
    name,
    message,
    stack,
    ...(cause === undefined ? {} : { cause: plain(cause, depth - 1) }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
