import type { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import type { Log } from './core/log.ts';

export type LogOptions = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Values that never appear in a line, wherever they come from. */
  readonly secrets: readonly string[];
  /** Lines for a person at a terminal instead of JSON. */
  readonly pretty: boolean;
  readonly stream: Writable;
};

const hidden = '[secret]';
/** Facts within facts, and causes of errors, are followed this far. */
const deepest = 6;

/** A structured log: JSON lines, or words for a terminal. `close` gives what is under way a moment to be written. */
export function createLog({ level, secrets, pretty, stream }: LogOptions): Log & { close(): Promise<void> } {
  const hide = hiderOf(secrets);
  const write = pretty ? prettyLine : jsonLine;
  const lines = format.printf(({ level: severity, message, facts }) =>
    hide(
      write({ at: new Date().toISOString(), level: severity, message: String(message), facts: plain(facts, deepest) }),
    ),
  );
  // Nobody reads any more: that is no reason to stop watching.
  stream.on('error', () => {});
  const logger = createLogger({ level, format: lines, transports: [new transports.Stream({ stream })] });

  const at =
    (severity: LogOptions['level']) =>
    (message: string, facts: Readonly<Record<string, unknown>> = {}): void => {
      logger.log({ level: severity, message, facts });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    close: () =>
      new Promise((resolve) => {
        logger.once('finish', resolve);
        logger.end();
      }),
  };
}

type Line = { readonly at: string; readonly level: string; readonly message: string; readonly facts: unknown };

function jsonLine({ at, level, message, facts }: Line): string {
  return JSON.stringify({ at, level, message, ...(isRecord(facts) ? facts : {}) });
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

/** Longest first, so that a secret inside another leaves nothing of the longer one. */
function hiderOf(secrets: readonly string[]): (line: string) => string {
  const written = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]);
  const all = [...new Set(written)].filter(Boolean).sort((a, b) => b.length - a.length);
  return (line) => all.reduce((text, secret) => text.replaceAll(secret, hidden), line);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
