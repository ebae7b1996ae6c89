import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoCluster } from '../src/core/demo.ts';
import type { Incident } from '../src/core/incident.ts';
import { silentLog } from '../src/core/log.ts';
import { startDemoCluster } from '../src/demo/cluster.ts';
import { createFrameSource } from '../src/metrics/frames.ts';
import { createPrometheusSource } from '../src/metrics/prometheus.ts';
import { createPictures } from '../src/picture.ts';
import { demoWatches } from '../src/watches.ts';
import { anIncident } from './contracts/store-nouns.ts';
import { framesOf, oneMetric, valueDetector } from './small-things.ts';

const signal = AbortSignal.timeout(30_000);
const minute = 60_000;
const noon = Date.UTC(2026, 0, 5, 12);
const open: Incident = {
  ...anIncident,
  entity: 'a',
  openedAt: noon - 10 * minute,
  because: [{ metric: 'cpu', expected: 1, seen: 40, share: 1 }],
};

function pictures(value: (entity: string, at: number) => number | undefined, hasModel = true) {
  const frames = framesOf(['a'], value);
  const made = createPictures({
    ...{ watches: [oneMetric], frames, timeZone: 'Europe/Berlin', simulated: false, now: () => noon, log: silentLog },
    detectorOf: (_watch, entity) => (hasModel && entity === 'a' ? valueDetector(10) : null),
  });
  return { frames, made };
}

describe('the picture of an incident', () => {
  it('shows the blamed metric from an hour before, its band and where it is wrong', async () => {
    const { made, frames } = pictures((_entity, at) => (at >= open.openedAt ? 40 : 5));
    const chart = await made.ofIncident(open, signal);
    expect(chart).toMatchObject({
      title: 'a · hosts',
      from: open.openedAt - 60 * minute,
      to: noon,
      timeZone: 'Europe/Berlin',
      spans: [{ from: open.openedAt, to: noon, label: 'anomaly' }],
    });
    const [panel] = chart?.panels ?? [];
    expect(panel).toMatchObject({ name: 'cpu', unit: '%' });
    expect(panel?.times.length).toBe((70 * minute) / oneMetric.stepMs + 1);
    expect([panel?.values[0], panel?.values.at(-1)]).toEqual([5, 40]);
    // Two rows before the picture have warmed the model up.
    expect([panel?.expected[0], panel?.lower[0], panel?.upper[0]]).toEqual([1, 0, 2]);
    expect(frames.asked).toEqual([`history ${open.openedAt - 60 * minute - 2 * oneMetric.stepMs}..${noon}`]);
    expect(chart?.alt).toContain('cpu: last 40 %');
  });

  it('has no band without a model, and gaps stay gaps', async () => {
    const { made } = pictures((_entity, at) => (at < noon - 5 * minute ? 5 : undefined), false);
    const [panel] = (await made.ofIncident({ ...open, kind: 'no data', because: [] }, signal))?.panels ?? [];
    expect(panel).toMatchObject({ expected: [], lower: [], upper: [] });
    expect(panel?.values.at(-1)).toBeNull();
  });

  it('ends soon after the incident, and is not wider than six hours', async () => {
    const { made } = pictures(() => 5);
    const state = { kind: 'resolved', since: noon - 60 * minute, by: 'recovered' } as const;
    expect(await made.ofIncident({ ...open, openedAt: noon - 90 * minute, state }, signal)).toMatchObject({
      to: noon - 50 * minute,
    });
    const old = await made.ofIncident({ ...open, openedAt: noon - 900 * minute }, signal);
    expect(old).toMatchObject({ from: noon - 360 * minute, spans: [{ from: noon - 360 * minute, to: noon }] });
  });

  it.each([
    { story: 'all of a watch', incident: { ...open, entity: '*' } },
    { story: 'another system alone', incident: { ...open, watch: 'alertmanager' } },
    { story: 'an entity without numbers', incident: { ...open, entity: 'b' } },
  ])('is none of $story', async ({ incident }) => {
    expect(await pictures(() => 5).made.ofIncident(incident, signal)).toBeNull();
  });

  it('holds no card up when it fails', async () => {
    const { made, frames } = pictures(() => 5);
    frames.fail = new Error('Prometheus is away');
    expect(await made.forCard(open, signal)).toBeNull();
    await expect(made.ofIncident(open, signal)).rejects.toThrow('Prometheus is away');
  });
});

describe('over the HTTP API of Prometheus', () => {
  let demo: DemoCluster;
  beforeAll(async () => {
    demo = await startDemoCluster({ seed: 1, autoFaults: false, log: silentLog });
  });
  afterAll(() => demo.stop());

  it('reads the one entity alone, whatever the queries of its watch are', async () => {
    const [watch] = demoWatches();
    if (watch === undefined) throw new Error('there is no watch');
    const connection = { url: demo.url, timeoutMs: 10_000, maxBytes: 200_000 };
    const frames = createFrameSource(createPrometheusSource({ ...connection, fetch }));
    const seen: string[] = [];
    const made = createPictures({
      ...{ watches: [watch], timeZone: 'UTC', simulated: true, now: Date.now, log: silentLog },
      detectorOf: () => null,
      frames: {
        ...frames,
        history: async (...asked) => {
          const found = await frames.history(...asked);
          seen.push(...found.keys());
          return found;
        },
      },
    });
    const to = Date.now();
    const chart = await made.ofEntity(
      { watch, entity: 'web-1', metrics: watch.metrics, from: to - 60 * minute, to },
      signal,
    );
    expect(seen).toEqual(['web-1']);
    expect(chart?.panels.map(({ name }) => name)).toEqual(watch.metrics.map(({ name }) => name));
    expect(chart?.panels.every(({ values }) => values.filter((value) => value !== null).length > 200)).toBe(true);
  });
});
