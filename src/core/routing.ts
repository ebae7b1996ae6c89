import type { Address } from './address.ts';
import type { Mention } from './mention.ts';
import type { Matcher } from './silence.ts';

/** Days of the week as `Date` counts them (0 is Sunday), and minutes of the day in a time zone; over midnight when `to` is not after `from`. */
export type Weekly = {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
  /** IANA name. */
  readonly zone: string;
};

/** What is done when nobody has acknowledged an incident so long (ms) after it opened. */
export type EscalationStep = {
  readonly afterMs: number;
  readonly mention: readonly Mention[];
  readonly to: readonly Address[];
};

/** Where incidents go that match, if they began within `hours`; null is at any time. The first route that matches counts. */
export type Route = {
  readonly match: Matcher;
  readonly hours: Weekly | null;
  readonly to: readonly Address[];
  readonly escalate: readonly EscalationStep[];
  /** People are told again this often (ms) while nobody has acknowledged it; null is never. */
  readonly repeatMs: number | null;
};

/** Times in which nobody is told of what matches: once (epoch ms) or every week. */
export type Maintenance = {
  readonly name: string;
  readonly match: Matcher;
  readonly time: { readonly from: number; readonly until: number } | Weekly;
};

/** While something open matches `source`, nobody is told of what matches `target` and has the same entity, or watch, if that is asked. */
export type Inhibition = {
  readonly source: Matcher;
  readonly target: Matcher;
  readonly same: 'entity' | 'watch' | null;
};

/** Who is told, when, and when not. */
export type Rules = {
  readonly routes: readonly Route[];
  readonly maintenance: readonly Maintenance[];
  readonly inhibit: readonly Inhibition[];
  /** Warnings that begin in these hours are told when they end, all on one card. */
  readonly quietHours: Weekly | null;
  /** More new incidents than this at once for one channel become one card. */
  readonly digestAbove: number;
};

/** What holds when a watches file says nothing. */
export const noRules: Rules = { routes: [], maintenance: [], inhibit: [], quietHours: null, digestAbove: 10 };
