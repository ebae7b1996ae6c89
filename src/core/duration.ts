const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** A length of time as Prometheus writes it (30s, 5m, 1h30m, 7d) in ms; 0 for a text without one. */
export function durationMs(text: string): number {
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitsMs[unit ?? ''] ?? 0),
    0,
  );
}

/** The longest range that a PromQL expression looks back over, in ms: 120,000 for `rate(a[2m]) / rate(b[30s])`; 0 without one. */
export function longestRangeMs(query: string): number {
  const withoutStrings = query.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'|`[^`]*`/g, '');
  const ranges = [...withoutStrings.matchAll(/\[\s*([^\]:]+)/g)];
  return Math.max(0, ...ranges.map(([, range]) => durationMs(range ?? '')));
}
