import { blamedIn, type Incident } from '../core/incident.ts';
import type { WatchedMetric } from '../core/watch.ts';
import { type BlameFeatures, blameFeatures, blameNames } from './blame-features.ts';
import { type PastFeatures, type PastIncident, pastFeatures, pastNames } from './past-features.ts';

/** What an incident is judged beside. */
export type Surroundings = {
  /** When it is looked at, epoch ms. */
  readonly now: number;
  /** Incidents that began within `pastMs` before it; those of other watches, of other kinds and itself are passed over. */
  readonly past: readonly PastIncident[];
  /** What its watch measures. */
  readonly metrics: readonly WatchedMetric[];
};

const ownNames = [
  'score',
  'confidence',
  'critical',
  'company',
  'minutes so far',
  'hour of the day (UTC)',
  'day of the week (UTC)',
  'blamed metrics',
] as const;

type OwnFeatures = Readonly<Record<(typeof ownNames)[number], number>>;

/** The list of features by its version: a change of the names, of their order or of what one means is a new set. */
export const featureSet = 1;

export const featureNames = [...ownNames, ...pastNames, ...blameNames] as const;

/** Nothing that is measured here means more beyond it. */
const largest = 1e6;
const minuteMs = 60_000;

/** An incident as numbers, in the order of `featureNames`, as it is now: all finite, whatever it holds. */
export function featuresOf(incident: Incident, surroundings: Surroundings): readonly number[] {
  const features: OwnFeatures & PastFeatures & BlameFeatures = {
    ...ownFeatures(incident, surroundings.now),
    ...pastFeatures(incident, surroundings.past),
    ...blameFeatures(incident, surroundings.metrics),
  };
  return featureNames.map((name) => tamed(features[name]));
}

/** Whether an incident of these features was critical. */
export function wasCritical(features: readonly number[]): boolean {
  return features[featureNames.indexOf('critical')] === 1;
}

function ownFeatures(incident: Incident, now: number): OwnFeatures {
  const moment = new Date(Number.isFinite(incident.openedAt) ? incident.openedAt : 0);
  return {
    score: incident.peakScore,
    confidence: incident.confidence,
    critical: incident.severity === 'critical' ? 1 : 0,
    company: incident.others.length,
    'minutes so far': (now - incident.openedAt) / minuteMs,
    'hour of the day (UTC)': moment.getUTCHours() + moment.getUTCMinutes() / 60,
    'day of the week (UTC)': moment.getUTCDay(),
    'blamed metrics': blamedIn(incident).length,
  };
}

/** A number that isn't one says nothing: it counts as zero. */
function tamed(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(largest, Math.max(-largest, value));
}
