import type { Incident, Triaged } from '../core/incident.ts';
import type { TriageModel } from '../core/triage.ts';
import { featureSet, featuresOf, type Surroundings } from './features.ts';
import { isLookDue } from './looks.ts';
import type { PastIncident } from './past-features.ts';
import { mayDemote } from './policy.ts';
import { verdictOf } from './verdict.ts';

/** What a look needs; the past is asked for only when one is due. */
export type LookSurroundings = Omit<Surroundings, 'past'> & { readonly past: () => readonly PastIncident[] };

/**
 * An incident after a look at it, when one is due: its features, and what a model says of it. What was shown once stays shown,
 * and what is critical by now is not looked at for that. Null when nothing is due.
 */
export function lookAt(
  incident: Incident,
  model: TriageModel | null,
  { now, past, metrics }: LookSurroundings,
): Incident | null {
  const announcedAt = incident.story[0]?.at ?? incident.openedAt;
  const looks = incident.triaged?.looks ?? [];
  if (incident.kind !== 'anomaly' || !isLookDue(looks.length, now - announcedAt)) return null;
  const features = featuresOf(incident, { now, past: past(), metrics });
  const before = incident.triaged?.verdict ?? null;
  const isOpenToDoubt = before === null || before.kind === 'demoted';
  const verdict = model !== null && isOpenToDoubt ? verdictFor(incident, model, features) : before;
  return { ...incident, triaged: { looks: [...looks, features], featureSet, verdict } };
}

function verdictFor(incident: Incident, model: TriageModel, features: readonly number[]): Triaged['verdict'] {
  const verdict = verdictOf(model, features);
  return { ...mayDemote(incident, verdict, model), probability: verdict.probability };
}
