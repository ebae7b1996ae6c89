import type { Contribution } from './detector.ts';
import type { AlertFacts, Severity } from './incident.ts';

/** One anomalous row of one entity. `score` is in units of the threshold: 1 is the threshold. */
export type Detection = {
  readonly watch: string;
  readonly entity: string;
  readonly at: number;
  readonly score: number;
  readonly confidence: number;
  readonly because: readonly Contribution[];
};

/** What one tick saw of one entity of a watch. */
export type Seen =
  | {
      readonly kind: 'anomalous';
      readonly watch: string;
      readonly entity: string;
      readonly at: number;
      readonly detection: Detection;
    }
  | { readonly kind: 'normal'; readonly watch: string; readonly entity: string; readonly at: number }
  | { readonly kind: 'warming'; readonly watch: string; readonly entity: string; readonly at: number }
  /** The entity was there and is not any more: its series have vanished. */
  | {
      readonly kind: 'silent';
      readonly watch: string;
      readonly entity: string;
      readonly at: number;
      readonly lastSeen: number;
    };

/** What is true of an entity: what a tick saw of it, what another system reports, or that nobody watches it any more. */
export type Observation =
  | Seen
  | {
      readonly kind: 'reported';
      readonly watch: string;
      readonly entity: string;
      readonly at: number;
      readonly alert: AlertFacts;
      readonly severity: Severity;
      readonly since: number;
      readonly isFiring: boolean;
    }
  | { readonly kind: 'unwatched'; readonly watch: string; readonly entity: string; readonly at: number };
