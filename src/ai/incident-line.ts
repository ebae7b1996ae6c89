import { formatConfidence, formatDuration, formatValue } from '../core/format.ts';
import { blamedIn, type Incident, placeOf, type Severity } from '../core/incident.ts';
import type { Situation } from '../core/situation.ts';

/** Units by watch and metric, as they were last seen. */
export type Units = (watch: string, metric: string) => string;

export function unitsOf({ watches }: Situation): Units {
  const units = new Map(
    watches.flatMap(({ watch, entities }) =>
      entities.flatMap(({ readings }) =>
        readings.map(({ metric, unit }) => [JSON.stringify([watch, metric]), unit] as const),
      ),
    ),
  );
  return (watch, metric) => units.get(JSON.stringify([watch, metric])) ?? '';
}

/** One incident in one line: where, what, since when, how sure, and the metrics that carry most of the blame. */
export function incidentLine(incident: Incident, now: number, units: Units, name: (text: string) => string): string {
  const { severity, kind, watch, openedAt, confidence, state } = incident;
  const why = blamedIn(incident)
    .slice(0, 3)
    .map(({ metric, seen, expected, share }) => {
      const unit = units(watch, metric);
      const part = `${Math.round(share * 100)} % of the blame`;
      return `${name(metric)} ${formatValue(seen, unit)} (expected ${formatValue(expected, unit)}, ${part})`;
    })
    .join(', ');
  const age = formatDuration(Math.max(0, now - openedAt));
  const sure = kind === 'anomaly' ? `, confidence ${formatConfidence(confidence)}` : '';
  const { others } = incident;
  const along = others.length === 0 ? '' : `, with ${others.length} more of ${name(watch)} in the same minutes`;
  const known = state.kind === 'acknowledged' ? `, acknowledged by ${name(state.by.name)}` : '';
  return `${placeOf(incident, name)}: ${severity} ${kind} for ${age}${sure}${along}${known}${why === '' ? '' : `: ${why}`}`;
}

const ranks: Readonly<Record<Severity, number>> = { critical: 0, warning: 1 };

/** The worst first, then the oldest. */
export function byUrgency(open: readonly Incident[]): readonly Incident[] {
  return open.toSorted((a, b) => ranks[a.severity] - ranks[b.severity] || a.openedAt - b.openedAt);
}
