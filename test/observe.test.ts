import { describe, expect, it } from 'vitest';
import type { Observation } from '../src/core/detection.ts';
import type { FrameSource } from '../src/core/frame-source.ts';
import { silentLog } from '../src/core/log.ts';
import { createFusedDetector } from '../src/detection/fused-detector.ts';
import { createObserver, type Models } from '../src/observe.ts';
import { framesOf, oneMetric, valueDetector } from './small-things.ts';

const signal = AbortSignal.timeout(60_000);
const ready = (threshold = 10, fed: string[] = [], entities = ['a', 'b']): Models => ({
  state: { kind: 'ready', version: 'v1', trainedAt: 0, rows: 100, entities: entities.length, trouble: null },
  detectors: new Map(entities.map((entity) => [entity, valueDetector(threshold, fed)])),
});
const observerOf = (frames: FrameSource) => createObserver(oneMetric, frames, silentLog);
const outline = (observations: readonly Observation[]) =>
  observations.filter(({ entity }) => entity !== '*').map(({ entity, kind }) => `${entity} ${kind}`);

describe('observing a watch', () => {
  it('is warming up without a model, and shows the values all the same', async () => {
    const observer = observerOf(framesOf(['a'], () => 5));
    expect(outline(await observer.observe(100_000, signal))).toEqual(['a warming']);
    expect(observer.situation().entities[0]).toMatchObject({
      state: 'warming up',
      readings: [{ metric: 'cpu', value: 5 }],
    });
  });

  it('warms a model up on history, so that it judges at once', async () => {
    const frames = framesOf(['a', 'b'], (entity) => (entity === 'a' ? 5 : 25));
    const observer = observerOf(frames);
    observer.install(ready());
    const observations = await observer.observe(100_000, signal);
    expect(outline(observations)).toEqual(['a normal', 'b anomalous']);
    expect(observations[1]).toMatchObject({
      detection: { score: 2.5, confidence: 1, because: [{ metric: 'cpu', seen: 25 }] },
    });
    expect(frames.asked).toEqual(['history 60000..100000']);
  });

  it.each([
    [9.99, 'a normal'],
    [10, 'a anomalous'],
  ])('judges a score of %d at a threshold of 10', async (score, judged) => {
    const observer = observerOf(framesOf(['a'], () => score));
    observer.install(ready());
    expect(outline(await observer.observe(100_000, signal))).toEqual([judged]);
  });

  it('takes what is anomalous for anomalous until it scores below the release', async () => {
    const scores = [9, 10, 7, 6.99, 9];
    const observer = observerOf(framesOf(['a'], (_, time) => scores[(time - 100_000) / 10_000] ?? 5));
    observer.install({ ...ready(), detectors: new Map([['a', valueDetector(10, [], 7)]]) });
    const seen = [];
    for (let at = 100_000; at < 150_000; at += 10_000) seen.push(...outline(await observer.observe(at, signal)));
    expect(seen).toEqual(['a normal', 'a anomalous', 'a anomalous', 'a normal', 'a normal']);
  });

  it('takes a model that comes while a step is read into use with the next step, warmed up', async () => {
    const frames = framesOf(['a'], () => 15);
    const observer = observerOf(frames);
    observer.install(ready(10));
    await observer.observe(100_000, signal);
    const reading = observer.observe(110_000, signal);
    observer.install(ready(20));
    expect(outline(await reading)).toEqual(['a anomalous']);
    expect(outline(await observer.observe(120_000, signal))).toEqual(['a normal']);
    expect(frames.asked.at(-1)).toBe('history 80000..120000');
  });

  it('lets others have their turn while it judges many', async () => {
    const many = Array.from({ length: 1_000 }, (_, at) => `host-${at}`);
    const observer = observerOf(framesOf(many, () => 5));
    observer.install(ready(10, [], many));
    await observer.observe(100_000, signal);
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const observations = await observer.observe(110_000, signal);
    clearImmediate(next);
    expect(observations.length).toBe(1_001);
    expect(turns).toBeGreaterThanOrEqual(9);
  });

  it('takes an entity whose every value is NaN for silent, however it was read', async () => {
    const observer = observerOf(
      framesOf(['a', 'b'], (entity, time) => (entity === 'b' && time > 100_000 ? Number.NaN : 5)),
    );
    await observer.observe(100_000, signal);
    expect(outline(await observer.observe(110_000, signal))).toEqual(['a warming', 'b silent']);
    expect(outline(await observer.observe(130_000, signal))).toEqual(['a warming', 'b silent']);
  });

  it('shows how strange an entity is and what would be usual, once it judges', async () => {
    const frames = framesOf(['a', 'b', 'c'], (entity) => (entity === 'a' ? 5 : 25));
    const observer = observerOf(frames);
    observer.install(ready());
    await observer.observe(100_000, signal);
    const shown = observer
      .situation()
      .entities.map(({ entity, score, readings: [cpu] }) => [
        ...[entity, score, cpu?.expected, cpu?.lower, cpu?.upper],
      ]);
    expect(shown).toEqual([
      ['a', 0.5, 1, 0, 2],
      ['b', 2.5, 1, 0, 2],
      ['c', null, null, null, null],
    ]);
  });

  it('goes on with the same detectors when only what is said of them is new', async () => {
    const frames = framesOf(['a'], () => 5);
    const observer = observerOf(frames);
    const models = ready();
    observer.install(models);
    await observer.observe(100_000, signal);
    frames.asked.length = 0;
    observer.install({ ...models, state: { kind: 'none', because: 'new words' } });
    expect(observer.situation().model).toEqual({ kind: 'none', because: 'new words' });
    expect(outline(await observer.observe(110_000, signal))).toEqual(['a normal']);
    expect(frames.asked).toEqual(['latest 110000']);
  });

  it('reads each step of the grid once, by one batched query', async () => {
    const frames = framesOf(['a'], () => 5);
    const observer = observerOf(frames);
    await observer.observe(100_000, signal);
    frames.asked.length = 0;
    expect(await observer.observe(109_999, signal)).toEqual([]);
    await observer.observe(110_500, signal);
    expect(frames.asked).toEqual(['latest 110000']);
  });

  it('feeds steps that a late tick missed from history, in order and each once', async () => {
    const fed: string[] = [];
    const observer = observerOf(framesOf(['a'], (_, at) => at / 10_000));
    observer.install(ready(1_000, fed, ['a']));
    await observer.observe(100_000, signal);
    fed.length = 0;
    await observer.observe(130_000, signal);
    expect(fed).toEqual(['110000:11', '120000:12', '130000:13']);
  });

  it('judges nothing after a hole until every range is whole again, and shows no scorer what it does not judge', async () => {
    const fed: string[] = [];
    const overThirtySeconds = {
      ...oneMetric,
      metrics: oneMetric.metrics.map((m) => ({ ...m, query: 'rate(a[30s])' })),
    };
    const frames = framesOf(['a'], (_, at) => (at > 100_000 && at < 200_000 ? undefined : 25));
    const observer = createObserver(overThirtySeconds, frames, silentLog);
    observer.install(ready(10, fed, ['a']));
    expect(outline(await observer.observe(100_000, signal))).toEqual(['a anomalous']);
    const after: string[] = [];
    for (let at = 200_000; at <= 260_000; at += 10_000) after.push(...outline(await observer.observe(at, signal)));
    // Three steps of the range, and three more.
    expect(after).toEqual([...Array(6).fill('a warming'), 'a anomalous']);
    expect(fed.slice(-7).map((row) => row.split(':')[1])).toEqual([...Array(6).fill('NaN'), '25']);
  });

  it('does the same for one entity that comes back alone', async () => {
    const frames = framesOf(['a', 'b'], (entity, at) =>
      entity === 'b' && at > 100_000 && at < 150_000 ? undefined : 25,
    );
    const observer = observerOf(frames);
    observer.install(ready());
    const kinds: string[] = [];
    for (let at = 100_000; at <= 190_000; at += 10_000) kinds.push(...outline(await observer.observe(at, signal)));
    expect(kinds.filter((kind) => kind.startsWith('a'))).toEqual(Array(10).fill('a anomalous'));
    expect(kinds.filter((kind) => kind.startsWith('b'))).toEqual([
      'b anomalous',
      ...Array(4).fill('b silent'),
      ...Array(4).fill('b warming'),
      'b anomalous',
    ]);
  });

  it('does the same when nothing could be read, though some of the numbers reach over the hole', async () => {
    const fed: string[] = [];
    const observer = observerOf(framesOf(['a'], (_, at) => at / 10_000));
    observer.install(ready(10, fed, ['a']));
    await observer.observe(100_000, signal);
    fed.length = 0;
    const kinds: string[] = [];
    for (let at = 200_000; at <= 240_000; at += 10_000) kinds.push(...outline(await observer.observe(at, signal)));
    expect(kinds).toEqual([...Array(4).fill('a warming'), 'a anomalous']);
    expect(fed.filter((row) => !row.endsWith('NaN'))).toEqual(['240000:24']);
  });

  describe('with the detector of the product and an hour of history', () => {
    const [brokenAt, at] = [10_000_000, 12_000_000];
    const cpu = (time: number): number => (time >= brokenAt ? 95 : 10) + 2 * Math.abs(Math.sin(time / 7_000));
    const frames = framesOf(['a'], (_, time) => cpu(time));
    const times = Float64Array.from({ length: 360 }, (_, row) => 5_000_000 + row * oneMetric.stepMs);
    const history = { times, columns: [{ name: 'cpu', values: times.map(cpu) }] };
    const { metrics, stepMs } = oneMetric;
    const fitted = createFusedDetector().fit(history, { metrics, seed: 1, alertBudgetPerDay: 1, stepMs });
    if (fitted.kind !== 'fitted') throw new Error(fitted.kind);
    const { detector } = fitted;
    const models: Models = { ...ready(), detectors: new Map([['a', detector]]) };
    const judgedAt = async (since: number | null) => {
      const observer = observerOf(frames);
      observer.install(models);
      observer.expect(new Map([['a', at]]), since);
      return outline(await observer.observe(at, signal));
    };

    it('goes on with what was wrong for longer than a warm-up when the bot starts', async () => {
      expect((at - brokenAt) / stepMs).toBeGreaterThan(detector.warmupRows);
      expect(await judgedAt(brokenAt)).toEqual(['a anomalous']);
      // All that a new scorer would see without it is the incident.
      expect(await judgedAt(null)).toEqual(['a normal']);
    });

    it('shows no more than a warm-up to those that nothing is open on, and misses none that were gone before it', async () => {
      const fed: string[] = [];
      const gone = (entity: string, time: number) => (entity === 'b' && time > at - 50 * stepMs ? undefined : 5);
      const observer = observerOf(framesOf(['a', 'b', 'c'], gone));
      const ofC = { ...valueDetector(10, fed), warmupRows: 3 };
      observer.install({
        ...ready(),
        detectors: new Map([
          ['a', valueDetector(10)],
          ['c', ofC],
        ]),
      });
      observer.expect(new Map([['a', at]]), at - 100 * stepMs);
      expect(outline(await observer.observe(at, signal))).toEqual(['a normal', 'c normal']);
      expect(fed).toHaveLength(5);
    });

    it('looks back no further than some hundred steps, whenever it began', async () => {
      await judgedAt(0);
      expect(frames.asked.at(-1)).toBe(`history ${at - (600 + detector.warmupRows) * stepMs}..${at}`);
    });
  });

  it('calls an entity silent when its series are gone, and forgets it after a day', async () => {
    const observer = observerOf(framesOf(['a', 'b'], (entity, at) => (entity === 'b' && at > 100_000 ? undefined : 5)));
    await observer.observe(100_000, signal);
    const [, silent] = await observer.observe(110_000, signal);
    expect(silent).toMatchObject({ kind: 'silent', entity: 'b', lastSeen: 100_000 });
    const dayLater = await observer.observe(100_000 + 25 * 3_600_000, signal);
    expect(outline(dayLater)).toEqual(['a warming', 'b silent']);
    const later = await observer.observe(110_000 + 25 * 3_600_000, signal);
    expect(outline(later)).toEqual(['a warming']);
  });

  it('says one thing of the whole watch when every entity vanishes together', async () => {
    const observer = observerOf(framesOf(['a', 'b', 'c'], (_, at) => (at > 100_000 ? undefined : 5)));
    await observer.observe(100_000, signal);
    expect(await observer.observe(110_000, signal)).toEqual([
      { kind: 'silent', watch: 'hosts', entity: '*', at: 110_000, lastSeen: 100_000 },
    ]);
  });

  it('passes a gap on as a gap and never as zero', async () => {
    const fed: string[] = [];
    const observer = observerOf(
      framesOf(['a', 'b'], (entity, at) => (entity === 'b' && at === 110_000 ? undefined : 7)),
    );
    observer.install(ready(10, fed, ['b']));
    await observer.observe(100_000, signal);
    fed.length = 0;
    await observer.observe(110_000, signal);
    expect(fed).toEqual(['110000:NaN']);
  });

  it('warms a model up that was not warmed because the read failed', async () => {
    const frames = framesOf(['a'], () => 25);
    const observer = observerOf(frames);
    await observer.observe(100_000, signal);
    observer.install(ready());
    frames.fail = new Error('down');
    await expect(observer.observe(110_000, signal)).rejects.toThrow('down');
    frames.fail = null;
    expect(outline(await observer.observe(120_000, signal))).toEqual(['a anomalous']);
  });
});
