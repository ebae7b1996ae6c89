import type { Address } from './address.ts';
import type { Incident } from './incident.ts';

/** What became of an incident for one audience, in words that say why. */
export type Account = { readonly audience: Address; readonly text: string };

export type Why = {
  readonly incident: Incident;
  /** How it was decided who is told. */
  readonly because: string;
  readonly accounts: readonly Account[];
};

/** Why somebody was told of an incident, or was not; null when there is no such incident. Throws `UpstreamError('database')`. */
export type AskWhy = (id: string) => Promise<Why | null>;
