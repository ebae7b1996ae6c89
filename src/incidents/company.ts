import { type Incident, isOpen } from '../core/incident.ts';

/** Entities that broke no further apart than this broke together. */
const sameMinutesMs = 15 * 60_000;
/** A storm names no more than these. */
const mostNamed = 20;

/** Those of some incidents that more entities of their watch broke together with than they know; a name once known stays. */
export function withCompany(incidents: Iterable<Incident>): readonly Incident[] {
  const byWatch = Map.groupBy(
    [...incidents].filter((incident) => incident.kind === 'anomaly' && isOpen(incident)),
    ({ watch }) => watch,
  );
  return [...byWatch.values()].flatMap((together) => {
    const inOrder = together.toSorted((a, b) => a.openedAt - b.openedAt);
    let first = 0;
    return inOrder.flatMap((incident) => {
      while (incident.openedAt - (inOrder[first]?.openedAt ?? 0) > sameMinutesMs) first += 1;
      const alongside = namesFrom(inOrder, first, incident);
      return alongside.length > incident.alongside.length ? [{ ...incident, alongside }] : [];
    });
  });
}

/** The names that an incident knows and those of others from a place on, in the order in which they broke. */
function namesFrom(inOrder: readonly Incident[], first: number, incident: Incident): readonly string[] {
  const names = new Set(incident.alongside);
  for (let at = first; at < inOrder.length && names.size < mostNamed; at += 1) {
    const other = inOrder[at];
    if (other === undefined || other.openedAt - incident.openedAt > sameMinutesMs) break;
    if (other.entity !== incident.entity) names.add(other.entity);
  }
  return [...names];
}
