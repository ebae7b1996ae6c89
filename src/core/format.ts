const mostConfident = 0.999;
const steps = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/**
 * A number with its unit as a person reads it: three significant digits, bytes with decimal prefixes, short times in ms.
 * A gap (NaN) is "no value"; infinities are written as such.
 */
export function formatValue(value: number, unit: string): string {
  if (Number.isNaN(value)) return 'no value';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (unit === 's') return formatSeconds(value);
  if (unit === 'bytes' || unit === 'bytes/s') return `${withPrefix(value)}${unit === 'bytes' ? 'B' : 'B/s'}`;
  if (unit === '%') return `${digits(value)} %`;
  return unit === '' ? digits(value) : `${digits(value)} ${unit}`;
}

/** How sure something is, 0..1, in percent. Nobody is surer than 99.9 %, whatever rounding says. */
export function formatConfidence(confidence: number): string {
  return formatValue(Math.min(mostConfident, confidence) * 100, '%');
}

/** A length of time in its two largest parts: "42 s", "3 min 5 s", "2 h 10 min", "4 d 3 h". Under a second in ms. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}`)
    .join(' ');
}

/** A moment in UTC, to the second: "2026-01-05 12:00:00 UTC". */
export function formatTime(epochMs: number): string {
  if (!Number.isFinite(epochMs)) return 'never';
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A moment in UTC to the minute, with its day unless that is the day of `now`: "14:20 UTC", "2026-01-06 02:10 UTC". */
export function formatMoment(epochMs: number, now: number): string {
  return `${clockOf(epochMs, now)} UTC`;
}

/** Two moments in UTC: "13:05 and 16:40 UTC", "22:10 and 2026-01-06 01:05 UTC". */
export function formatBetween(fromMs: number, toMs: number, now: number): string {
  return `${clockOf(fromMs, now)} and ${clockOf(toMs, now)} UTC`;
}

function clockOf(epochMs: number, now: number): string {
  const [day, clock = ''] = new Date(epochMs).toISOString().split('T');
  const isToday = day === new Date(now).toISOString().slice(0, 10);
  return isToday ? clock.slice(0, 5) : `${day} ${clock.slice(0, 5)}`;
}

function formatSeconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 0.001) return `${digits(value * 1e6)} µs`;
  return size < 1 ? `${digits(value * 1e3)} ms` : `${digits(value)} s`;
}

function withPrefix(value: number): string {
  let left = value;
  let step = 0;
  while (Math.abs(left) >= 999.5 && step < steps.length - 1) {
    left /= 1_000;
    step += 1;
  }
  return `${digits(left)} ${steps[step]}`;
}

/** Three significant digits, and every digit of a larger whole part; very small and very large numbers in powers of ten. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e9)) return value.toExponential(2);
  if (size >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
