import type { AlertFacts, Severity } from './incident.ts';

/** An alert of another system, as it says it is now. Times in epoch ms. */
export type ReportedAlert = {
  /** The entity it is about, by the name that watches know it by. */
  readonly entity: string;
  readonly alert: AlertFacts;
  readonly severity: Severity;
  readonly since: number;
  readonly isFiring: boolean;
};

/** Makes incidents of what other systems report; kept before it resolves. Throws `UpstreamError('database')`. */
export type ReportAlerts = (alerts: readonly ReportedAlert[]) => Promise<void>;

/** The ids of what another system says is wrong now, silenced or not. Throws `UpstreamError`. */
export type ListAlerts = (signal: AbortSignal) => Promise<ReadonlySet<string>>;

/** The labels that may name an entity, the first that is there counts; the entity labels of the watches come first. */
export const entityLabels: readonly string[] = ['instance', 'host', 'node', 'pod', 'service', 'job'];

/** An entity by the name that watches know it by: an instance without its port. */
export function entityNameOf(label: string, value: string): string {
  return label === 'instance' ? value.replace(/:\d+$/, '') : value;
}
