import { afterAll, describe, expect, it } from 'vitest';
import { createPainter } from '../../src/charts/painter.ts';
import { createRememberingPainter } from '../../src/charts/remember.ts';
import type { Chart, Painter, Picture } from '../../src/core/chart.ts';
import { UpstreamError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';

const signal = AbortSignal.timeout(60_000);
const times = Array.from({ length: 240 }, (_, row) => 1_767_600_000_000 + row * 30_000);
const flat = (value: number) => times.map(() => value);
const chart: Chart = {
  title: 'web-1 · hosts',
  alt: 'cpu of web-1',
  from: times[0] ?? 0,
  to: times.at(-1) ?? 0,
  timeZone: 'Europe/Berlin',
  panels: [
    {
      name: 'cpu',
      unit: '%',
      times,
      values: times.map((_, row) => (row > 180 ? 95 : 40)),
      expected: flat(40),
      lower: flat(30),
      upper: flat(50),
      limits: [],
    },
  ],
  spans: [{ from: times[181] ?? 0, to: times.at(-1) ?? 0, label: 'anomaly', look: 'filled' }],
  simulated: false,
};

describe('the painter', () => {
  const painter = createPainter({ log: silentLog });
  afterAll(() => painter.stop());

  it('draws a PNG of the size that it says', async () => {
    const { png, width, height, alt } = await painter.paint(chart, signal);
    const header = Buffer.from(png);
    expect(header.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([width, height]);
    expect(width).toBeGreaterThan(800);
    expect(alt).toBe('cpu of web-1');
  });

  it('draws what it is given: another course is another picture, the same one the same', async () => {
    const still = { ...chart, spans: [], panels: chart.panels.map((panel) => ({ ...panel, values: flat(40) })) };
    const [one, again, other] = [
      await painter.paint(chart, signal),
      await painter.paint(chart, signal),
      await painter.paint(still, signal),
    ];
    expect(Buffer.compare(one.png, again.png)).toBe(0);
    expect(Buffer.compare(one.png, other.png)).not.toBe(0);
  });

  it.each([
    ['nothing at all', { ...chart, panels: [], spans: [] }],
    ['one point', { ...chart, panels: [{ ...chart.panels[0], times: [5], values: [5] }] }],
    ['markup for a name', { ...chart, title: '<image href="file:///etc/passwd"/>&<script>', spans: [] }],
    ['a name without end', { ...chart, title: 'x'.repeat(10_000) }],
    ['Greek and Cyrillic', { ...chart, title: 'Ελλάδα Россия' }],
    ['gaps alone', { ...chart, panels: chart.panels.map((panel) => ({ ...panel, values: times.map(() => null) })) }],
    ['enormous values', { ...chart, panels: chart.panels.map((panel) => ({ ...panel, values: flat(1e300) })) }],
  ])('draws %s', async (_what, hostile) => {
    const { png } = await painter.paint(hostile as Chart, signal);
    expect(png.length).toBeGreaterThan(1_000);
  });

  it('fails in words when it is stopped, and when nobody waits any more', async () => {
    const other = createPainter({ log: silentLog });
    const aborted = new AbortController();
    aborted.abort(new Error('nobody waits'));
    await expect(other.paint(chart, aborted.signal)).rejects.toThrow('nobody waits');
    await other.stop();
    await expect(other.paint(chart, signal)).rejects.toThrow();
  });
});

describe('a painter that remembers', () => {
  function counting(fail: () => boolean) {
    let drawn = 0;
    const painter: Painter & { stop(): Promise<void> } = {
      paint: async (): Promise<Picture> => {
        drawn += 1;
        if (fail()) throw new UpstreamError('pictures', 'there is no picture', { retryable: true });
        return { png: new Uint8Array(8), width: 1, height: 1, alt: '' };
      },
      stop: async () => {},
    };
    return { painter: createRememberingPainter(painter), drawn: () => drawn };
  }

  it('draws the same chart once for everybody', async () => {
    const { painter, drawn } = counting(() => false);
    await Promise.all([painter.paint(chart, signal), painter.paint({ ...chart }, signal)]);
    await painter.paint({ ...chart, title: 'another' }, signal);
    expect(drawn()).toBe(2);
  });

  it('tries again what was not drawn', async () => {
    let broken = true;
    const { painter, drawn } = counting(() => broken);
    await expect(painter.paint(chart, signal)).rejects.toThrow('there is no picture');
    broken = false;
    await painter.paint(chart, signal);
    expect(drawn()).toBe(2);
  });
});
