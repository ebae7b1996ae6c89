/**
 * The three failures that are thrown. Everything expected is a value with a `kind`.
 * They are caught in three kinds of places: a tick, a conversation, an HTTP request.
 */

/** The operator has to change something before the process can run; carries every problem at once, never a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** What a person asked for can't be done as asked; the message is shown to that person as it is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Upstream =
  | 'prometheus'
  | 'alertmanager'
  | 'slack'
  | 'discord'
  | 'gemini'
  | 'openai'
  | 's3'
  | 'storage'
  | 'database'
  | 'pictures';

/**
 * Something outside this process refused, broke or stayed silent.
 * Whether to try again is decided where the status code is known, once.
 * Not thrown for a person's bad input: that is a `UsageError`.
 */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly service: Upstream;
  readonly retryable: boolean;
  /** Milliseconds to wait as the service asked; null when it named no time. */
  readonly retryAfterMs: number | null;

  constructor(
    service: Upstream,
    message: string,
    options: { readonly retryable: boolean; readonly retryAfterMs?: number | null; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.service = service;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** The message of anything that was thrown, in one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();
}
