import { describe, expect, it } from 'vitest';
import { UpstreamError, UsageError } from '../../src/core/errors.ts';
import type { MetricSource, Series } from '../../src/core/metric-source.ts';
import type { Watch } from '../../src/core/watch.ts';
import { createFrameSource } from '../../src/metrics/frames.ts';
import { createRecordedSource } from '../../src/metrics/recorded.ts';

const from = Date.UTC(2026, 0, 5);
const step = 30_000;
const signal = new AbortController().signal;

const watch: Watch = {
  name: 'hosts',
  entityLabel: 'host',
  stepMs: step,
  historyMs: 3_600_000,
  resolveAfterMs: 60_000,
  alertBudgetPerDay: 1,
  metrics: [
    { name: 'cpu', query: 'cpu', unit: '%', harm: 'up' },
    { name: 'memory', query: 'memory', unit: '%', harm: 'up' },
  ],
  audiences: [],
  runbookUrl: null,
};

function series(labels: Record<string, string>, values: readonly number[]): Series {
  return { labels, times: Float64Array.from(values, (_, row) => from + row * step), values: Float64Array.from(values) };
}

const sourceOf = (recorded: Record<string, readonly Series[]>): MetricSource =>
  createRecordedSource(new Map(Object.entries(recorded)));

describe('the numbers of a watch', () => {
  it('are rows by entity, in the order of the metrics', async () => {
    const frames = createFrameSource(
      sourceOf({
        cpu: [series({ host: 'a' }, [1, 2]), series({ host: 'b' }, [3, 4])],
        memory: [series({ host: 'b' }, [30, 40]), series({ host: 'a' }, [10, 20])],
      }),
    );
    const rows = await frames.latest(watch, from + step, signal);
    expect(Object.fromEntries([...rows].map(([entity, row]) => [entity, [...row]]))).toEqual({
      a: [2, 20],
      b: [4, 40],
    });
  });

  it('have a gap where a metric has no sample, an infinity or NaN', async () => {
    const frames = createFrameSource(
      sourceOf({
        cpu: [series({ host: 'a' }, [1, Number.POSITIVE_INFINITY, Number.NaN])],
        memory: [series({ host: 'b' }, [5, 5, 5])],
      }),
    );
    const history = await frames.history(watch, { from, to: from + 2 * step, stepMs: step }, signal);
    const columns = (entity: string) => history.get(entity)?.columns.map(({ name, values }) => [name, [...values]]);
    expect(columns('a')).toEqual([
      ['cpu', [1, Number.NaN, Number.NaN]],
      ['memory', [Number.NaN, Number.NaN, Number.NaN]],
    ]);
    expect(columns('b')?.[1]).toEqual(['memory', [5, 5, 5]]);
    expect([...(history.get('a')?.times ?? [])]).toEqual([from, from + step, from + 2 * step]);
  });

  it('know nothing of an entity without samples, nor of a series without the label', async () => {
    const frames = createFrameSource(
      sourceOf({ cpu: [series({ host: '' }, [1]), series({ job: 'x' }, [1])], memory: [] }),
    );
    expect((await frames.latest(watch, from, signal)).size).toBe(0);
  });

  it('are refused when two series claim to be one entity', async () => {
    const frames = createFrameSource(
      sourceOf({ cpu: [series({ host: 'a', cpu: '0' }, [1]), series({ host: 'a', cpu: '1' }, [2])], memory: [] }),
    );
    const failure = await frames.latest(watch, from, signal).catch((thrown) => thrown);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toContain('hosts.cpu gives more than one series for host="a"');
  });

  it('fail as a whole when one metric fails: half a row would look like a row of gaps', async () => {
    const failing: MetricSource = {
      ...sourceOf({ cpu: [series({ host: 'a' }, [1])] }),
      instant: async (query) => {
        if (query === 'cpu') return [series({ host: 'a' }, [1])];
        throw new UpstreamError('prometheus', 'gone', { retryable: true });
      },
    };
    await expect(createFrameSource(failing).latest(watch, from, signal)).rejects.toThrow('gone');
  });
});
