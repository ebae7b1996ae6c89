import { describe, expect, it } from 'vitest';
import { type Fault, faultKinds } from '../../src/core/demo.ts';
import { hosts } from '../../src/demo/hosts.ts';
import { evaluate } from '../../src/demo/promql/evaluate.ts';
import type { Selector } from '../../src/demo/promql/expression.ts';
import { parsePromql } from '../../src/demo/promql/parse.ts';
import { createWorld } from '../../src/demo/world.ts';
import { demoWatches } from '../../src/watches.ts';

const now = Date.UTC(2026, 0, 5, 12);
const minute = 60_000;
const day = 86_400_000;
const calm = { seed: 1, startedAt: now, autoFaults: false };
const metrics = new Map(demoWatches()[0]?.metrics.map(({ name, query }) => [name, query]));

const everything: Selector = { kind: 'selector', matchers: [], offsetMs: 0 };

/** A watched metric of one host at a moment; null when there is no value. */
function seen(faults: readonly Fault[], metric: string, host: string, at: number): number | null {
  const world = createWorld(calm, () => faults);
  const value = evaluate(parsePromql(metrics.get(metric) ?? ''), Float64Array.of(at), world.read);
  const row = value.kind === 'vector' ? value.rows.find(({ labels }) => labels.host === host) : undefined;
  return row === undefined || row.has[0] !== 1 ? null : (row.values[0] ?? null);
}

describe('the simulated cluster', () => {
  it('is a function of seed and time', () => {
    const read = (seed: number) =>
      JSON.stringify(createWorld({ ...calm, seed }, () => []).read(everything, now - 10 * minute, now));
    expect(read(1)).toBe(read(1));
    expect(read(1)).not.toBe(read(2));
  });

  it('says the same of a moment whichever span is asked for', () => {
    const world = createWorld({ ...calm, autoFaults: true }, () => []);
    const last = (from: number) =>
      world.read(everything, from, now).map(({ labels, values }) => [labels, values.at(-1)]);
    expect(last(now - 2 * minute)).toEqual(last(now - 60 * minute));
  });

  it('has three weeks of history and nothing before', () => {
    const world = createWorld(calm, () => []);
    expect(world.read(everything, now - 21 * day, now - 21 * day + 10 * minute).length).toBeGreaterThan(100);
    expect(world.read(everything, now - 30 * day, now - 22 * day)).toEqual([]);
  });

  it('says in every series that it is simulated', () => {
    const found = createWorld(calm, () => []).read(everything, now - minute, now);
    expect(found.every(({ labels }) => labels.cluster === 'simulated')).toBe(true);
  });

  it('says the same over weeks of single looks as at each of their moments', () => {
    const world = createWorld({ ...calm, autoFaults: true }, () => []);
    const grid = Float64Array.from({ length: 6 }, (_, step) => now - (5 - step) * 75 * 3_600_000);
    for (const query of metrics.values()) {
      const parsed = parsePromql(query);
      const whole = evaluate(parsed, grid, world.read);
      grid.forEach((at, step) => {
        const alone = evaluate(parsed, Float64Array.of(at), world.read);
        if (whole.kind !== 'vector' || alone.kind !== 'vector') throw new Error(`${query} is no vector`);
        for (const { labels, values } of alone.rows)
          expect(
            (whole.rows.find((row) => row.labels.host === labels.host)?.values[step] ?? 0) / (values[0] ?? 0),
          ).toBeCloseTo(1, 6);
      });
    }
  });

  it.each([1, 2, 3])(
    'has counters that never fall but when their host is started anew (seed %i)',
    (seed) => {
      const world = createWorld({ seed, startedAt: now, autoFaults: true }, () => []);
      const counters = parsePromql('{__name__=~".+_total|.+_bucket|.+_sum|.+_count"}');
      let falls = 0;
      for (const { labels, times, values } of world.read(counters as Selector, now - 12 * day, now)) {
        const fallen = [...values.keys()].filter((row) => row > 0 && (values[row] ?? 0) < (values[row - 1] ?? 0));
        expect(fallen.length, JSON.stringify(labels)).toBeLessThanOrEqual(2);
        for (const row of fallen)
          expect(values[row], `${JSON.stringify(labels)} at ${times[row]}`).toBeLessThan(values[row - 1] ?? 0);
        falls += fallen.length;
        expect(
          values.every((value) => value >= -1e-6),
          JSON.stringify(labels),
        ).toBe(true);
      }
      expect(falls).toBeGreaterThan(0);
    },
    60_000,
  );

  it('is busy by day and calm by night, within what is possible', () => {
    for (const { name } of hosts)
      for (const [metric] of metrics) {
        const values = Array.from({ length: 24 }, (_, hour) => seen([], metric, name, now + hour * 60 * minute));
        const there = values.filter((value) => value !== null);
        expect(there.length).toBeGreaterThan(20);
        expect(Math.min(...there)).toBeGreaterThan(0);
        if (['cpu', 'memory', 'disk_io'].includes(metric)) expect(Math.max(...there)).toBeLessThan(60);
      }
    expect(seen([], 'cpu', 'web-1', now + 2 * 60 * minute) ?? 0).toBeGreaterThan(
      (seen([], 'cpu', 'web-1', now + 14 * 60 * minute) ?? 100) * 1.3,
    );
  });

  it('has scrapes that are missed, which look like no work', () => {
    const world = createWorld(calm, () => []);
    const grid = Float64Array.from({ length: 2 * 5_760 }, (_, step) => now - 2 * day + step * 15_000);
    const value = evaluate(parsePromql(metrics.get('cpu') ?? ''), grid, world.read);
    const rows = value.kind === 'vector' ? value.rows : [];
    expect(rows.length).toBe(hosts.length);
    for (const { values, has, labels } of rows) {
      const there = values.filter((_, step) => has[step] === 1);
      const jumps = there.map((one, step) => Math.abs(one - (there[step - 1] ?? one)));
      expect(Math.max(...jumps), labels.host).toBeLessThan(4);
    }
  });
});

describe('a fault', () => {
  const from = now + 3 * minute;
  const fault = (kind: Fault['kind'], entity: string, until: number | null = null): readonly Fault[] => [
    { kind, entity, from, until },
  ];

  it.each<[Fault['kind'], string, string, number]>([
    ['spike', 'web-1', 'cpu', 1.8],
    ['spike', 'api-1', 'response_time', 2],
    ['leak', 'cache-1', 'memory', 1.2],
    ['shift', 'worker-1', 'network_io', 3],
    ['shift', 'web-2', 'disk_io', 2],
    ['cascade', 'db-1', 'disk_io', 2],
    ['cascade', 'db-1', 'response_time', 4],
  ])('%s is seen on %s in %s within a minute and is gone after it healed', (kind, host, metric, times) => {
    const usual = seen([], metric, host, from + minute) ?? Number.NaN;
    expect(seen(fault(kind, host), metric, host, from + minute) ?? 0).toBeGreaterThan(times * usual);
    const until = from + 5 * minute;
    const later = until + 5 * minute;
    expect(seen(fault(kind, host, until), metric, host, later)).toBeCloseTo(
      seen([], metric, host, later) ?? Number.NaN,
      6,
    );
  });

  it('cascade reaches the API and then the web servers', () => {
    const slow = (host: string, at: number) =>
      (seen(fault('cascade', 'db-1'), 'response_time', host, at) ?? 0) / (seen([], 'response_time', host, at) ?? 1);
    expect(slow('web-1', from + 45_000)).toBeCloseTo(1, 3);
    for (const host of ['api-1', 'web-1', 'web-2']) expect(slow(host, from + 3 * minute)).toBeGreaterThan(2);
  });

  it('silence takes every series of its host away, and no other', () => {
    const at = from + 6 * minute;
    for (const [metric] of metrics) {
      expect(seen(fault('silence', 'db-1'), metric, 'db-1', at)).toBeNull();
      expect(seen(fault('silence', 'db-1'), metric, 'web-1', at)).not.toBeNull();
    }
  });

  it('comes by itself now and then, but never in the first ten minutes', () => {
    let after = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const world = createWorld({ seed, startedAt: now, autoFaults: true }, () => []);
      expect(world.faults(now - 60 * minute, now + 10 * minute - 1)).toEqual([]);
      after += world.faults(now + 10 * minute, now + 24 * 60 * minute).length;
      const before = world.faults(now - 21 * day, now - day);
      expect(before.length).toBeGreaterThan(5);
      expect(before.length).toBeLessThan(45);
      expect(before.every(({ kind, until }) => faultKinds.includes(kind) && until !== null)).toBe(true);
    }
    expect(after / 20).toBeGreaterThan(8);
    expect(after / 20).toBeLessThan(24);
  });

  it('never comes by itself when it is turned off', () => {
    expect(createWorld(calm, () => []).faults(now - 21 * day, now + day)).toEqual([]);
  });
});
