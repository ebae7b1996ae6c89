/** A structured log: a sentence and its facts. Errors among the facts are written with name, message and stack. */
export type Log = {
  debug(message: string, facts?: Readonly<Record<string, unknown>>): void;
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
};

/** A log that keeps quiet, for where nobody reads it. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
