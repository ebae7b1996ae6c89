import type { Incident } from '../../src/core/incident.ts';
import { nothingElse } from '../small-things.ts';

/** Monday the 5th of January 2026, noon UTC. */
export const noon = Date.UTC(2026, 0, 5, 12);

/** An incident that began at noon, with what is different about it. */
export function someIncident(change: Partial<Incident> = {}): Incident {
  const openedAt = change.openedAt ?? noon;
  return {
    id: 'i1',
    kind: 'anomaly',
    watch: 'hosts',
    entity: 'web-1',
    state: { kind: 'open', since: openedAt },
    severity: 'warning',
    openedAt,
    lastSeenAt: openedAt,
    revision: 1,
    ...nothingElse,
    peakScore: 2,
    confidence: 0.9,
    because: [],
    story: [{ revision: 1, at: openedAt, by: null, text: 'anomaly on web-1 (hosts): warning', isLoud: true }],
    ...change,
  };
}
