import { UsageError } from './core/errors.ts';
import { type Incident, severities } from './core/incident.ts';
import type { IncidentControl } from './core/incident-control.ts';
import type { IncidentStore } from './core/store.ts';
import type { Desk } from './desk.ts';
import { act } from './incidents/act.ts';

export type ActOptions = {
  readonly desk: Desk;
  readonly incidents: Pick<IncidentStore, 'find' | 'recent'>;
  readonly now: () => number;
};

/** What people do to incidents: one after another, each kept before it is confirmed. */
export function createIncidentControl({ desk, incidents, now }: ActOptions): IncidentControl {
  return {
    act: (id, what, by) =>
      desk.change(
        (known) => {
          const incident = known.incidents.find((one) => one.id === id);
          if (incident === undefined)
            throw new UsageError(`There is no incident "${id}". "/ops alerts" lists what is open.`);
          const acted = act(incident, what, by, now());
          return { changed: acted.kind === 'done' ? [acted.incident] : [], outcome: acted };
        },
        [id],
      ),
    open: async () => byUrgency(await desk.open()),
    recent: (limit) => incidents.recent(limit),
    find: (id) => incidents.find(id),
  };
}

/** The worst first, then the oldest. */
function byUrgency(open: readonly Incident[]): readonly Incident[] {
  const rank = ({ severity }: Incident): number => -severities.indexOf(severity);
  return open.toSorted((a, b) => rank(a) - rank(b) || a.openedAt - b.openedAt);
}
