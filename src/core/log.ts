/** A structured log: a sentence and its facts. Errors among the facts are written with name, message and stack. */
export type Log = {
  debug(message: string, facts?: Readonly<Record<string, unknown>>): void;
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
};

/** Where the lines of a log go to be kept: text of one line without its end, and when it was said (epoch ms). */
export type LogSink = {
  /** Waits for nothing and never throws. */
  write(line: string, at: number): void;
  /** Gives what was taken a moment to be kept. */
  close(): Promise<void>;
};

/** A log that keeps quiet, for where nobody reads it. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
