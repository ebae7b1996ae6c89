import type { ModelFacts } from './detector.ts';
import type { Tuning } from './tuning.ts';

/** What a stored model says of itself. Times are epoch ms; each of its facts is the median over its entities. */
export type ModelInfo = ModelFacts & {
  readonly watch: string;
  readonly version: string;
  readonly detector: string;
  /** The version of this program that trained it. */
  readonly code: string;
  readonly trainedAt: number;
  readonly from: number;
  readonly to: number;
  readonly entities: number;
  readonly rows: number;
  readonly metrics: readonly string[];
  readonly seed: number;
  /** Which settings its history spoke for when that was asked last; null before the first time. */
  readonly tuning: Tuning | null;
};

/** A model of a watch: a dumped detector per entity. */
export type StoredModel = { readonly info: ModelInfo; readonly detectors: ReadonlyMap<string, Uint8Array> };

/** Makes of a stored model what is wanted of it; throws when that can't be done. */
export type Revive<T> = (model: StoredModel) => T;

/** A model that can be used. `passedOver` says why those that should have been used before it are not; mostly empty. */
export type Loaded<T> = {
  readonly info: ModelInfo;
  readonly revived: T;
  readonly passedOver: readonly string[];
};

/** A stored version; one of a watch is the current one. */
export type ModelVersion = { readonly info: ModelInfo; readonly isCurrent: boolean };

/**
 * Versioned models. A pointer names the current version of a watch and is moved last, so that it never names half a
 * model; and it is moved from where it was read, so that no writer undoes unseen what another one did.
 * All throw `UpstreamError` when storage fails.
 */
export type ModelRegistry = {
  /** Writes a new version, moves the pointer to it and lets old versions go. */
  save(model: StoredModel, signal: AbortSignal): Promise<void>;
  /**
   * The current version, or when it is damaged or can't be revived, the last one before it that is good. Null when there
   * is none at all; throws `UpstreamError` when none can be used.
   */
  load<T>(watch: string, revive: Revive<T>, signal: AbortSignal): Promise<Loaded<T> | null>;
  /** Newest first, without reading the models themselves. */
  history(watch: string, signal: AbortSignal): Promise<readonly ModelVersion[]>;
  /**
   * Moves the pointer back to a version by its name; null is the last good one before the current one, as it is for
   * `load`. Throws `UsageError` when there is none such.
   */
  rollBack<T>(watch: string, version: string | null, revive: Revive<T>, signal: AbortSignal): Promise<Loaded<T>>;
};

/** What is in use of a watch. `trouble` says why a newer one could not be used, made or kept, or null. */
export type ModelInUse =
  | { readonly kind: 'none'; readonly because: string }
  | { readonly kind: 'ready'; readonly info: ModelInfo; readonly since: number; readonly trouble: string | null };

/** How a training ended. Unless it is `trained`, what was in use stays in use. */
export type Training =
  | { readonly kind: 'trained'; readonly info: ModelInfo; readonly tookMs: number }
  /** No entity has enough of it: `rows` is the most that one has. */
  | { readonly kind: 'too little history'; readonly rows: number; readonly needed: number }
  | { readonly kind: 'failed'; readonly because: string };

/** A training that has begun, or why it has not: another change of the same watch is under way. */
export type TrainingStart =
  | { readonly kind: 'begun'; readonly ending: Promise<Training> }
  | { readonly kind: 'busy'; readonly because: string };

/**
 * The models as people see and steer them, by the name of a watch that there is. What is trained or rolled back to is in
 * use at once.
 */
export type ModelControl = {
  /** From memory, without asking storage. */
  inUse(watch: string): ModelInUse;
  /** Throws `UpstreamError` when storage fails. */
  history(watch: string, signal: AbortSignal): Promise<readonly ModelVersion[]>;
  /** The ending rejects with the signal's reason when it is aborted, and never else. */
  train(watch: string, signal: AbortSignal): TrainingStart;
  /** Throws as `ModelRegistry.rollBack`, and `UsageError` while another change of the watch is under way. */
  rollBack(watch: string, version: string | null, signal: AbortSignal): Promise<Loaded<unknown>>;
};
