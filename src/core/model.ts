/** What a stored model says of itself. Times are epoch ms. */
export type ModelInfo = {
  readonly watch: string;
  readonly version: string;
  readonly detector: string;
  readonly trainedAt: number;
  readonly from: number;
  readonly to: number;
  readonly entities: number;
  readonly rows: number;
  readonly metrics: readonly string[];
  readonly seed: number;
};

/** A model of a watch: a dumped detector per entity. */
export type StoredModel = { readonly info: ModelInfo; readonly detectors: ReadonlyMap<string, Uint8Array> };

/** Versioned models. `save` writes a new version first and moves the pointer last. */
export type ModelRegistry = {
  save(model: StoredModel, signal: AbortSignal): Promise<void>;
  /** The current model, or null when there is none; throws `UpstreamError` when it is damaged or unreadable. */
  load(watch: string, signal: AbortSignal): Promise<StoredModel | null>;
};
