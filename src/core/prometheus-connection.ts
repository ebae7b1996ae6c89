/** How a thread of its own reaches Prometheus. */
export type PrometheusConnection = {
  readonly url: string;
  readonly timeoutMs: number;
  /** A larger answer is refused. */
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
};
