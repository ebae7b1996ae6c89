import { describe, expect, it } from 'vitest';
import type { Training, TrainingStart } from '../src/core/model.ts';
import { storageIsDown } from './memory-blobs.ts';
import { byteModel, modelHouse, trainedAs } from './model-house.ts';
import { oneMetric } from './small-things.ts';

const signal = AbortSignal.timeout(60_000);

async function endingOf(start: TrainingStart): Promise<Training> {
  if (start.kind === 'busy') throw new Error(start.because);
  return start.ending;
}

describe('the control of models', () => {
  it('has no model to begin with, and says so', () => {
    const { control } = modelHouse();
    expect(control.inUse('hosts')).toEqual({ kind: 'none', because: 'it has not been trained yet' });
  });

  it('takes into use what was trained, at once, and says how long that took', async () => {
    const { control, installed, at } = modelHouse([
      async () => {
        at(4_000);
        return trainedAs(1);
      },
    ]);
    const ending = await endingOf(control.train('hosts', signal));
    expect(ending).toEqual({ kind: 'trained', info: byteModel(1).info, tookMs: 4_000 });
    expect(installed).toEqual(['v1 of 1']);
    expect(control.inUse('hosts')).toEqual({ kind: 'ready', info: byteModel(1).info, since: 4_000, trouble: null });
  });

  it('a training that has too little history leaves the model that was there', async () => {
    const step = { kind: 'too little history', rows: 7, needed: 60 } as const;
    const { control, installed } = modelHouse([trainedAs(1), step]);
    await endingOf(control.train('hosts', signal));
    expect(await endingOf(control.train('hosts', signal))).toEqual(step);
    expect(installed).toEqual(['v1 of 1']);
  });

  it('a training that fails leaves the model that was there, which says why no newer one came', async () => {
    const { control, installed, at } = modelHouse([trainedAs(1), new Error('the worker ended'), trainedAs(2)]);
    await endingOf(control.train('hosts', signal));
    at(1_000);
    expect(await endingOf(control.train('hosts', signal))).toEqual({ kind: 'failed', because: 'the worker ended' });
    const trouble = 'the last training failed (the worker ended)';
    expect(control.inUse('hosts')).toEqual({ kind: 'ready', info: byteModel(1).info, since: 0, trouble });
    await endingOf(control.train('hosts', signal));
    expect(control.inUse('hosts')).toMatchObject({ info: { version: 'v2' }, trouble: null });
    expect(installed).toEqual(['v1 of 1', 'v1 of 1', 'v2 of 1']);
  });

  it('a model that storage does not keep is not used, and the one that was there says so', async () => {
    const { control, blobs } = modelHouse([trainedAs(1), trainedAs(2)]);
    await endingOf(control.train('hosts', signal));
    blobs.failWith = storageIsDown;
    await endingOf(control.train('hosts', signal));
    expect(control.inUse('hosts')).toMatchObject({
      info: { version: 'v1' },
      trouble: `the last training failed (${storageIsDown.message})`,
    });
  });

  it('refuses a second change of a watch while one is under way, and takes one of another watch', async () => {
    const going = Promise.withResolvers<ReturnType<typeof trainedAs>>();
    const disks = { ...oneMetric, name: 'disks' };
    const { control } = modelHouse([() => going.promise, trainedAs(2)], [oneMetric, disks]);
    const first = control.train('hosts', signal);
    const busy = 'hosts is being trained already, since 1970-01-01 00:00:00 UTC. Wait until that is done.';
    expect(control.train('hosts', signal)).toEqual({ kind: 'busy', because: busy });
    await expect(control.rollBack('hosts', null, signal)).rejects.toThrow(busy);
    expect((await endingOf(control.train('disks', signal))).kind).toBe('trained');
    going.resolve(trainedAs(1));
    expect((await endingOf(first)).kind).toBe('trained');
    expect(control.train('hosts', signal).kind).toBe('begun');
  });

  it('takes into use what was rolled back to, at once and after a restart, until the next training', async () => {
    const { control, registry, installed } = modelHouse([trainedAs(1), trainedAs(2), trainedAs(3)]);
    await endingOf(control.train('hosts', signal));
    await endingOf(control.train('hosts', signal));
    expect((await control.rollBack('hosts', null, signal)).info.version).toBe('v1');
    expect(installed).toEqual(['v1 of 1', 'v2 of 1', 'v1 of 1']);
    expect((await registry.load('hosts', () => null, signal))?.info.version).toBe('v1');
    await endingOf(control.train('hosts', signal));
    expect(installed.at(-1)).toBe('v3 of 1');
    expect((await control.rollBack('hosts', 'v2', signal)).info.version).toBe('v2');
  });

  it('a roll back that storage does not take leaves the model that was there', async () => {
    const { control, installed, blobs } = modelHouse([trainedAs(1), trainedAs(2)]);
    await endingOf(control.train('hosts', signal));
    await endingOf(control.train('hosts', signal));
    blobs.failWith = storageIsDown;
    await expect(control.rollBack('hosts', null, signal)).rejects.toThrow(storageIsDown.message);
    expect(installed).toEqual(['v1 of 1', 'v2 of 1']);
    expect(control.inUse('hosts')).toMatchObject({ info: { version: 'v2' } });
  });
});
