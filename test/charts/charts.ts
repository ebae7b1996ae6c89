import { chartOf as chartOfExample } from '../../src/commands/backtest-chart.ts';
import type { BacktestExample } from '../../src/core/backtest.ts';
import type { Chart, Panel } from '../../src/core/chart.ts';

/** Monday noon in UTC, an hour later in Berlin. */
export const noon = Date.UTC(2026, 0, 5, 12);
export const minute = 60_000;

/** A panel with nothing but its times. */
export function emptyPanel(name: string, times: readonly number[]): Panel {
  const none = times.map(() => null);
  return { name, unit: '', times, values: none, expected: none, lower: none, upper: none, limits: [] };
}

export function chartOf(parts: Partial<Chart>): Chart {
  return {
    ...{ title: 'web-1', alt: 'what it shows', from: noon, to: noon + 60 * minute, timeZone: 'UTC' },
    ...{ panels: [], spans: [], simulated: false },
    ...parts,
  };
}

export type Shape = {
  readonly name: string;
  readonly unit: string;
  readonly normal: number;
  /** How far it is from normal, as a function of the share of the time that is over. */
  readonly fault: (share: number) => number;
  readonly noise: number;
};

/** A panel with so many points that goes its way around what is normal; no chance in it. */
export function panelOf({ name, unit, normal, fault, noise }: Shape, from: number, to: number, points: number): Panel {
  const times = Array.from({ length: points }, (_, at) => from + (at * (to - from)) / (points - 1));
  const expected = times.map((_at, index) => normal * (1 + 0.08 * Math.sin((index / points) * 9)));
  const values = expected.map(
    (value, index) =>
      value + noise * Math.sin(index * 12.9898) * Math.cos(index * 4.1414) + fault(index / (points - 1)),
  );
  const lower = expected.map((value) => value - 2 * noise);
  const upper = expected.map((value) => value + 2 * noise);
  return { name, unit, times, values, expected, lower, upper, limits: [] };
}

/** What an alert shows: three metrics over two hours, wrong since some minutes. */
export function alertChart(points = 240): Chart {
  const [from, to] = [noon - 90 * minute, noon + 30 * minute];
  const since = (share: number, size: number): number => (share < 0.8 ? 0 : size * Math.min(1, (share - 0.8) / 0.03));
  return chartOf({
    ...{ title: 'web-1 · hosts', from, to, timeZone: 'Europe/Berlin' },
    panels: [
      {
        ...panelOf({ name: 'cpu', unit: '%', normal: 41, fault: (s) => since(s, 52), noise: 3 }, from, to, points),
        limits: [{ value: 90, label: 'limit 90 %' }],
      },
      panelOf(
        { name: 'response time', unit: 's', normal: 0.12, fault: (s) => since(s, 0.4), noise: 0.02 },
        from,
        to,
        points,
      ),
      panelOf(
        { name: 'network', unit: 'bytes/s', normal: 4.2e6, fault: (s) => since(s, -3e6), noise: 4e5 },
        from,
        to,
        points,
      ),
    ],
    spans: [{ from: noon + 5 * minute, to, label: 'anomaly', look: 'filled' }],
  });
}

/** What is to come: a day that was seen and half a day ahead. */
export function forecastChart(): Chart {
  const [from, to] = [noon - 24 * 60 * minute, noon + 12 * 60 * minute];
  const times = Array.from({ length: 217 }, (_, at) => from + at * 10 * minute);
  const trend = (at: number): number =>
    60 + ((at - from) / (to - from)) * 28 + 4 * Math.sin((at / (24 * 60 * minute)) * 2 * Math.PI);
  const isAhead = (at: number): boolean => at > noon;
  const ahead = (at: number): number => (at - noon) / (to - noon);
  return chartOf({
    ...{ title: 'memory of db-1, 12 hours ahead', from, to, timeZone: 'Europe/Berlin' },
    panels: [
      {
        ...{ name: 'memory', unit: '%', times },
        values: times.map((at, index) => (isAhead(at) ? null : trend(at) + 0.8 * Math.sin(index * 7.3))),
        expected: times.map((at) => (isAhead(at) ? trend(at) : null)),
        lower: times.map((at) => (isAhead(at) ? trend(at) - 1 - 5 * ahead(at) : null)),
        upper: times.map((at) => (isAhead(at) ? trend(at) + 1 + 6 * ahead(at) : null)),
        limits: [{ value: 90, label: 'limit 90 %' }],
      },
    ],
    spans: [],
  });
}

/** What a person asked to see: six hosts over a day. */
export function graphChart(): Chart {
  const [from, to] = [noon - 24 * 60 * minute, noon];
  const hosts = [1, 2, 3, 4, 5, 6].map((host) =>
    panelOf({ name: `web-${host}`, unit: '%', normal: 20 + 9 * host, fault: () => 0, noise: 4 }, from, to, 480),
  );
  const panels = hosts.map((panel) => ({ ...panel, expected: [], lower: [], upper: [] }));
  return chartOf({ ...{ title: 'cpu', from, to, timeZone: 'Europe/Berlin' }, panels });
}

/** Twelve judged hours of one entity: a fault that was caught, one that was missed, one caught late, and a false alert. */
export function backtestExample(): BacktestExample {
  const from = noon - 12 * 60 * minute;
  const at = (hours: number): number => from + hours * 60 * minute;
  const isIn = (time: number, begin: number, end: number): boolean => time >= at(begin) && time < at(end);
  const metric = (name: string, unit: string, normal: number, fault: (time: number) => number) => {
    const { times, values, expected, lower, upper } = panelOf(
      { name, unit, normal, fault: (share) => fault(from + share * 12 * 60 * minute), noise: normal / 15 },
      from,
      noon,
      360,
    );
    const numbers = (line: readonly (number | null)[]) => line.map((value) => value ?? Number.NaN);
    return {
      times,
      ...{ name, unit, values: numbers(values), expected: numbers(expected) },
      lower: numbers(lower),
      upper: numbers(upper),
    };
  };
  const cpu = metric('cpu', '%', 40, (time) => (isIn(time, 1.5, 2.25) ? 30 : 0));
  const memory = metric('memory', '%', 55, (time) => (isIn(time, 5, 7) ? 18 * ((time - at(5)) / (at(7) - at(5))) : 0));
  const network = metric('network', 'bytes/s', 4.2e6, (time) => (isIn(time, 10, 10.5) ? -1e6 : 0));
  const { times } = cpu;
  const scores = times.map((time, row) => {
    const calm = 0.3 + 0.15 * Math.sin(row * 12.9898);
    if (isIn(time, 1.55, 2.25)) return 5 + calm;
    if (isIn(time, 5.5, 7)) return 2.4 + calm;
    return isIn(time, 8.6, 8.7) ? 1.2 : calm;
  });
  return {
    ...{ entity: 'web-1', times, scores, metrics: [network, cpu, memory] },
    faults: [
      { kind: 'level shift', from: at(1.5), to: at(2.25), toldAt: at(1.6) },
      { kind: 'leak', from: at(5), to: at(7), toldAt: at(5.5) },
      { kind: 'drop', from: at(10), to: at(10.5), toldAt: null },
    ],
    falseAlerts: [{ from: at(8.6), to: at(8.7) }],
  };
}

/** What a backtest shows. */
export function backtestChart(): Chart {
  return chartOfExample(backtestExample(), { timeZone: 'Europe/Berlin', simulated: true });
}
