/** A time zone's clock. Instants are epoch ms; a wall time is what `Date.UTC` makes of what the clock on the wall shows. */
export type TimeZone = {
  /** IANA name; "UTC" when what was asked for is none. */
  readonly name: string;
  /** What the wall is ahead of UTC, ms. */
  offsetAt(at: number): number;
  wallAt(at: number): number;
  /** When the wall shows this; of two such moments the first, and where the clock leaps over it the one after. */
  instantOf(wall: number): number;
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
/** Some hours before a change of the clock, and after it. */
const aroundMs = 12 * 3_600_000;

export function timeZoneOf(name: string): TimeZone {
  const format = formatOf(name) ?? formatOf('UTC');
  const offsetAt = (at: number): number => {
    const seconds = Math.floor(at / 1_000) * 1_000;
    const fields = Object.fromEntries((format?.formatToParts(seconds) ?? []).map(({ type, value }) => [type, value]));
    const { year, month, day, hour, minute, second } = fields;
    const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
    return wall - seconds;
  };
  const isUtc = /^(Etc\/)?(UTC|GMT|UCT|Zulu|Universal)$/i.test(name) || formatOf(name) === null;
  return {
    name: isUtc ? 'UTC' : name,
    offsetAt,
    wallAt: (at) => at + offsetAt(at),
    instantOf(wall) {
      const [before, after] = [wall - offsetAt(wall - aroundMs), wall - offsetAt(wall + aroundMs)];
      const shows = [before, after].filter((at) => at + offsetAt(at) === wall);
      return shows.length === 0 ? Math.max(before, after) : Math.min(...shows);
    },
  };
}

/** "13:05", or "13:05:20" with `seconds`, as the wall shows it. */
export function clockTime(at: number, zone: TimeZone, options: { readonly seconds: boolean }): string {
  return new Date(zone.wallAt(at)).toISOString().slice(11, options.seconds ? 19 : 16);
}

/** "5 Jan", or "5 Jan 2026" with `year`. */
export function calendarDay(at: number, zone: TimeZone, options: { readonly year: boolean }): string {
  const wall = new Date(zone.wallAt(at));
  const day = `${wall.getUTCDate()} ${monthName(wall.getUTCMonth())}`;
  return options.year ? `${day} ${wall.getUTCFullYear()}` : day;
}

export function monthName(month: number): string {
  return months[month] ?? '';
}

/** The zone with how far it is ahead over a span: "UTC", "Asia/Kolkata (UTC+5:30)", "Europe/Berlin (UTC+1, later UTC+2)". */
export function zoneName(zone: TimeZone, from: number, to: number): string {
  const [first, last] = [offsetName(zone.offsetAt(from)), offsetName(zone.offsetAt(to))];
  if (zone.name === 'UTC') return 'UTC';
  return `${zone.name} (${first === last ? first : `${first}, later ${last}`})`;
}

/** A span of days: "5 Jan 2026", "5 Jan to 8 Jan 2026", "30 Dec 2025 to 2 Jan 2026". */
export function daysOf(from: number, to: number, zone: TimeZone): string {
  const [first, last] = [calendarDay(from, zone, { year: true }), calendarDay(to, zone, { year: true })];
  if (first === last) return last;
  const isOneYear = first.slice(-4) === last.slice(-4);
  return `${isOneYear ? calendarDay(from, zone, { year: false }) : first} to ${last}`;
}

function offsetName(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  if (minutes === 0) return 'UTC';
  const rest = minutes % 60 === 0 ? '' : `:${String(minutes % 60).padStart(2, '0')}`;
  return `UTC${offsetMs < 0 ? '−' : '+'}${Math.floor(minutes / 60)}${rest}`;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    });
  } catch {
    return null;
  }
}
