import type { Actor, IncidentKind, Severity } from './incident.ts';

/** What a silence is for: names with `*` for anything; null is any. */
export type Matcher = {
  readonly watch: string | null;
  readonly entity: string | null;
  readonly kind: IncidentKind | null;
  readonly severity: Severity | null;
};

/** For a while nobody is told of what matches. `until` in epoch ms; it may be ended before. */
export type Silence = {
  readonly id: string;
  readonly match: Matcher;
  readonly from: number;
  readonly until: number;
  readonly by: Actor;
  readonly reason: string;
  readonly ended: { readonly at: number; readonly by: Actor } | null;
  /** What another system calls its copies of it; null while there is none to speak of. */
  readonly copies: readonly string[] | null;
};

/** Another system in which silences are kept as well. Both throw `UpstreamError`. */
export type SilenceMirror = {
  /** Makes copies, or finds those of an earlier try; gives their names, none when the silence is not for what it knows. */
  copy(silence: Silence, signal: AbortSignal): Promise<readonly string[]>;
  /** Ends copies; one that is not there any more is ended. */
  end(copies: readonly string[], signal: AbortSignal): Promise<void>;
};

/** Silences, kept. All throw `UpstreamError('database')`. */
export type SilenceStore = {
  /** Writes a new one, or takes the place of the one with its id. */
  put(silence: Silence): Promise<void>;
  /** Those whose time is not over at an instant, ended early or not, the oldest first. */
  since(at: number): Promise<readonly Silence[]>;
};

/** What commands can do with silences. All throw `UpstreamError('database')`. */
export type SilenceControl = {
  /** Kept, and told under the cards that it is for, before it resolves. */
  add(silence: Pick<Silence, 'match' | 'until' | 'by' | 'reason'>): Promise<Silence>;
  /** Null when none with this id is on. */
  end(id: string, by: Actor): Promise<Silence | null>;
  /** Those that are on, the first to end first. */
  active(): Promise<readonly Silence[]>;
};
