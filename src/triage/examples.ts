import type { Incident } from '../core/incident.ts';
import type { Example } from '../core/triage.ts';

/** What can be learnt from incidents that were looked at and labelled. */
export function examplesOf(incidents: readonly Incident[]): readonly Example[] {
  return incidents.flatMap(({ id, openedAt, label, severity, triaged, story }) => {
    if (label === null || triaged === null) return [];
    const { looks, featureSet, verdict } = triaged;
    const at = story[0]?.at ?? openedAt;
    return [{ id, at, label: label.is, severity, looks, featureSet, shownShare: verdict?.shownShare ?? 1 }];
  });
}
