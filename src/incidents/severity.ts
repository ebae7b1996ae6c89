import type { Severity } from '../core/incident.ts';

/** A row this many times over the threshold is critical. */
const criticalScore = 2;

/** How bad a score is, in units of the threshold (1 is the threshold). */
export function severityOf(score: number): Severity {
  return score >= criticalScore ? 'critical' : 'warning';
}

/** The worse of two: the severity of an incident rises and never falls. */
export function worse(a: Severity, b: Severity): Severity {
  return a === 'critical' || b === 'critical' ? 'critical' : 'warning';
}
