import type { Actor, Incident, Label } from './incident.ts';

/** What a person can do to an incident. */
export type Act =
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'resolve' }
  | { readonly kind: 'label'; readonly is: Label }
  /** Something that was done elsewhere and belongs into the story, such as a silence. */
  | { readonly kind: 'note'; readonly text: string };

/** What came of it. `stale`: it could not be done any more, and why; the incident is as it was. */
export type Acted =
  | { readonly kind: 'done'; readonly incident: Incident }
  | { readonly kind: 'stale'; readonly incident: Incident; readonly because: string };

/** What commands can do with incidents. All throw `UpstreamError('database')`. */
export type IncidentControl = {
  /** Kept before it resolves. Throws `UsageError` when there is no such incident. */
  act(id: string, what: Act, by: Actor): Promise<Acted>;
  /** What is open now, the worst first, then the oldest. */
  open(): Promise<readonly Incident[]>;
  /** The last ones, and every one that is still open; newest first. */
  recent(limit: number): Promise<readonly Incident[]>;
  /** Null when there is none. */
  find(id: string): Promise<Incident | null>;
};
