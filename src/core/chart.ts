/** A span that stands out: when something was wrong, or what is still to come. Epoch ms. */
export type Span = {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly look: SpanLook;
};

/** How a span is told from others beside it, in fill and edge as well as in colour. */
export const spanLooks = ['filled', 'hatched', 'hollow'] as const;
export type SpanLook = (typeof spanLooks)[number];

/** A line that is not to be crossed. */
export type Limit = { readonly value: number; readonly label: string };

/**
 * One metric over time. All lists are as long as `times` (epoch ms, rising); null is a gap, which is never bridged. `expected`,
 * `lower` and `upper` are what is normal, or a forecast where `values` have ended; empty where nothing is known of it.
 */
export type Panel = {
  readonly name: string;
  /** As `formatValue` takes it. */
  readonly unit: string;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  readonly expected: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly limits: readonly Limit[];
};

/** A picture as data: its panels stand one above the other over one time axis. */
export type Chart = {
  readonly title: string;
  /** What the picture shows in a sentence, for those who don't see it. */
  readonly alt: string;
  readonly from: number;
  readonly to: number;
  /** IANA name of the time zone that the axis is written in. */
  readonly timeZone: string;
  readonly panels: readonly Panel[];
  readonly spans: readonly Span[];
  readonly simulated: boolean;
};

/** A picture as it is sent: a PNG, its size in pixels, and the words for those who don't see it. */
export type Picture = {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
};

/** Draws; throws `UpstreamError('pictures')` when that can't be done in time. */
export type Painter = { paint(chart: Chart, signal: AbortSignal): Promise<Picture> };
