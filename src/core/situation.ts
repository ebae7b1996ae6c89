import type { Incident } from './incident.ts';
import type { Harm } from './watch.ts';

/** One metric of one entity as it was last seen. What is usual (`expected`, `lower`, `upper`) is null while the model warms up. */
export type Reading = {
  readonly metric: string;
  readonly unit: string;
  readonly harm: Harm;
  readonly query: string;
  readonly value: number;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
};

export type EntityState = 'normal' | 'anomalous' | 'warming up' | 'silent';

export type EntitySituation = {
  readonly entity: string;
  readonly state: EntityState;
  readonly at: number;
  /** How strange its last row is, in units of the threshold: 1 is the threshold. Null when it was not judged. */
  readonly score: number | null;
  readonly readings: readonly Reading[];
};

/** How the model of a watch is. */
export type ModelState =
  | { readonly kind: 'none'; readonly because: string }
  | {
      readonly kind: 'ready';
      readonly version: string;
      readonly trainedAt: number;
      readonly rows: number;
      readonly entities: number;
      /** Why an older model is in use, because a newer one could not be used, made or kept; or null. */
      readonly trouble: string | null;
    };

/** Why a watch can not be read although Prometheus answers others, and since when (epoch ms). */
export type Unread = { readonly since: number; readonly because: string };

export type WatchSituation = {
  readonly watch: string;
  readonly model: ModelState;
  /** When its numbers were last read, epoch ms; null before the first time. */
  readonly at: number | null;
  readonly unread: Unread | null;
  readonly entities: readonly EntitySituation[];
};

/** What is true now, bounded: what the model is shown, what `/status` says and what the console's panel draws. */
export type Situation = {
  readonly now: number;
  readonly simulated: boolean;
  readonly source: { readonly reachable: boolean; readonly since: number; readonly because: string | null };
  readonly watches: readonly WatchSituation[];
  readonly open: readonly Incident[];
};
