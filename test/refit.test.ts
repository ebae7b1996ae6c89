import { describe, expect, it } from 'vitest';
import type { StoredModel } from '../src/core/model.ts';
import { createRefit } from '../src/refit.ts';
import { storageIsDown } from './memory-blobs.ts';
import { byteModel, modelHouse, type TrainStep, trainedAs } from './model-house.ts';
import { oneMetric } from './small-things.ts';

const signal = AbortSignal.timeout(60_000);

async function house(stored: readonly StoredModel[], steps: TrainStep[] = []) {
  const models = modelHouse(steps);
  for (const model of stored) await models.registry.save(model, signal);
  let strangers = 0;
  const refit = createRefit({
    watches: [oneMetric],
    models: models.control,
    strangers: () => strangers,
    now: models.now,
  });
  return {
    ...models,
    refit,
    meet: (count: number) => {
      strangers = count;
    },
  };
}

describe('the timing of training', () => {
  it('takes up the stored model and trains nothing', async () => {
    const { refit, installed, trained } = await house([byteModel(1)]);
    await refit.load(signal);
    await refit.catchUp(signal);
    expect({ installed, trained }).toEqual({ installed: ['v1 of 1'], trained: [] });
  });

  it.each([
    { story: 'is of other metrics', stored: byteModel(1, { metrics: ['memory'] }), says: 'of other metrics (memory)' },
    { story: 'is of another detector', stored: byteModel(1, { detector: 'old' }), says: 'of another detector (old)' },
    { story: 'can not be revived', stored: byteModel(1, {}, [1, 2, 3]), says: 'the model is damaged' },
  ])('says so and trains anew when the only stored model $story', async ({ stored, says }) => {
    const { refit, installed, warnings } = await house([stored], [trainedAs(2)]);
    await refit.load(signal);
    await refit.catchUp(signal);
    expect(installed[0]).toContain(says);
    expect(installed[1]).toBe('v2 of 1');
    expect(warnings[0]).toContain('a new one is trained');
  });

  it('takes the last good model when the current one can not be revived, and trains nothing', async () => {
    const { refit, installed, trained, control } = await house([byteModel(1), byteModel(2, {}, [])]);
    await refit.load(signal);
    await refit.catchUp(signal);
    expect({ installed, trained }).toEqual({ installed: ['v1 of 1'], trained: [] });
    expect(control.inUse('hosts')).toMatchObject({
      info: { version: 'v1' },
      trouble: expect.stringMatching(/v2.*damaged/),
    });
  });

  it('says how far the history is, and tries again when there is more', async () => {
    const { refit, installed, trained, at } = await house(
      [],
      [{ kind: 'too little history', rows: 7, needed: 60 }, trainedAs(1)],
    );
    await refit.load(signal);
    await refit.catchUp(signal);
    at(199_000);
    await refit.catchUp(signal);
    at(200_000);
    await refit.catchUp(signal);
    expect(trained).toEqual([0, 200_000]);
    expect(installed).toEqual(['none: warming up: 7 of 60 rows of history', 'v1 of 1']);
  });

  it('does not train while storage has not said whether there is a model, and takes it up when it does', async () => {
    const { refit, installed, trained, at, blobs } = await house([byteModel(1)]);
    blobs.failWith = storageIsDown;
    await refit.load(signal);
    await refit.catchUp(signal);
    expect(installed.at(-1)).toContain('it is tried again');
    blobs.failWith = null;
    at(14_000);
    await refit.catchUp(signal);
    expect(installed.at(-1)).toContain('it is tried again');
    at(15_000);
    await refit.catchUp(signal);
    expect(installed.at(-1)).toBe('v1 of 1');
    expect(trained).toEqual([]);
  });

  it('trains at once when storage says, late, that there is no model', async () => {
    const { refit, installed, at, blobs } = await house([], [trainedAs(1)]);
    blobs.failWith = storageIsDown;
    await refit.load(signal);
    blobs.failWith = null;
    at(15_000);
    await refit.catchUp(signal);
    expect(installed.at(-1)).toBe('v1 of 1');
  });

  it('keeps the model that is there when training fails, and says so until one succeeds', async () => {
    const { refit, control } = await house([byteModel(1)], [new Error('no memory'), trainedAs(2)]);
    await refit.load(signal);
    await refit.all(signal);
    expect(control.inUse('hosts')).toMatchObject({
      info: { version: 'v1' },
      trouble: 'the last training failed (no memory)',
    });
    await refit.all(signal);
    expect(control.inUse('hosts')).toMatchObject({ info: { version: 'v2' }, trouble: null });
  });

  it('learns strangers after an hour', async () => {
    const { refit, trained, at, meet } = await house([byteModel(1)], [trainedAs(2)]);
    await refit.load(signal);
    meet(2);
    await refit.catchUp(signal);
    at(1_000);
    await refit.catchUp(signal);
    expect(trained).toEqual([0]);
    at(3_600_000);
    await refit.catchUp(signal);
    expect(trained).toEqual([0, 3_600_000]);
  });

  it('passes over a watch that somebody is having trained', async () => {
    const going = Promise.withResolvers<ReturnType<typeof trainedAs>>();
    const { refit, control, trained } = await house([], [() => going.promise]);
    const start = control.train('hosts', signal);
    await refit.all(signal);
    await refit.catchUp(signal);
    going.resolve(trainedAs(1));
    expect(start.kind === 'begun' && (await start.ending).kind).toBe('trained');
    expect(trained).toEqual([0]);
  });

  it('ends quietly when the bot stops', async () => {
    const stopping = new AbortController();
    const { refit, installed } = await house(
      [],
      [
        async () => {
          stopping.abort(new Error('stopping'));
          throw new Error('training was stopped');
        },
      ],
    );
    await refit.catchUp(stopping.signal);
    expect(installed).toEqual([]);
  });
});
