import { beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/core/blobs.ts';
import { UpstreamError, UsageError } from '../../src/core/errors.ts';
import { type Log, silentLog } from '../../src/core/log.ts';
import type { ModelRegistry, StoredModel } from '../../src/core/model.ts';
import { createModelRegistry } from '../../src/store/model-registry.ts';
import { force } from './blobs.ts';
import { aModel, modelDamages, nameOf, pointerDamages } from './models.ts';

const signal = new AbortController().signal;
const watch = 'hosts';
const pointerKey = 'models/hosts/current.json';
const keyOf = (number: number): string => `models/hosts/${nameOf(number)}.model`;
const whole = (model: StoredModel): StoredModel => model;

/** What a registry has to do over any blobs. `fresh` gives empty ones. */
export function modelRegistryContract(fresh: () => Promise<Blobs>): void {
  let blobs: Blobs;
  let registry: ModelRegistry;
  const warnings: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (message, facts) => void warnings.push(`${message} ${JSON.stringify(facts)}`),
  };
  const open = (over = blobs, keep = 10): ModelRegistry => createModelRegistry({ blobs: over, keep, log });

  beforeEach(async () => {
    warnings.length = 0;
    blobs = await fresh();
    registry = open();
  });

  async function save(...numbers: readonly number[]): Promise<void> {
    for (const number of numbers) await registry.save(aModel(number), signal);
  }
  const current = async (): Promise<string | undefined> => (await registry.load(watch, whole, signal))?.info.version;
  const rollBack = async (number: number | null = null): Promise<string> =>
    (await registry.rollBack(watch, number === null ? null : nameOf(number), whole, signal)).info.version;
  /** The versions of the history, the current one in brackets. */
  const history = async (): Promise<readonly string[]> =>
    (await registry.history(watch, signal)).map(({ info, isCurrent }) =>
      isCurrent ? `[${info.version}]` : info.version,
    );
  const stored = async (): Promise<readonly string[]> =>
    (await blobs.list('models/hosts/v', signal)).map((key) => key.slice('models/hosts/'.length, -'.model'.length));
  async function damage(key: string, change: (bytes: Buffer) => Buffer): Promise<void> {
    const there = await blobs.get(key, signal);
    await force(blobs, key, change(Buffer.from(there?.bytes ?? [])));
  }

  describe('saving and loading', () => {
    it('a watch that was never trained has no model and no history', async () => {
      expect(await registry.load(watch, whole, signal)).toBeNull();
      expect(await history()).toEqual([]);
      expect(warnings).toEqual([]);
    });

    it('a model comes back as it went in, in detectors that stand alone', async () => {
      await save(1);
      const loaded = await registry.load(watch, whole, signal);
      expect(loaded).toEqual({ info: aModel(1).info, revived: aModel(1), passedOver: [] });
      const bytes = loaded?.revived.detectors.get('web-1');
      expect([bytes?.byteOffset, bytes?.buffer.byteLength]).toEqual([0, 256]);
      expect(warnings).toEqual([]);
    });

    it('the one saved last is the current one, whatever its name', async () => {
      await save(10, 9);
      expect(await current()).toBe(nameOf(9));
    });

    it.each([
      ['hosts', 'Hosts'],
      ['a/b', 'a b'],
      ['../hosts', 'hosts'],
      ['日本', '本日'],
      ['x'.repeat(400), 'x'.repeat(401)],
    ])('the watches %s and %s do not meet', async (one, other) => {
      await registry.save(aModel(1, { watch: one }), signal);
      expect(await registry.load(other, whole, signal)).toBeNull();
      await registry.save(aModel(2, { watch: other }), signal);
      expect((await registry.load(one, whole, signal))?.info.version).toBe(nameOf(1));
      expect((await registry.load(other, whole, signal))?.info.version).toBe(nameOf(2));
    });

    it('saving a version again does not make it two', async () => {
      await save(1, 2, 1);
      expect(await history()).toEqual(['[v0001]', 'v0002']);
    });

    it('another model of the same name is refused, and the first one stays', async () => {
      await save(1, 2);
      await expect(registry.save(aModel(1, { rows: 7 }), signal)).rejects.toThrow(
        `${keyOf(1)} is another model already`,
      );
      expect(await current()).toBe(nameOf(2));
      expect(await rollBack()).toBe(nameOf(1));
    });

    it('a version that was written before the pointer moved is not current yet', async () => {
      await save(1);
      const cutOff = open({
        ...blobs,
        put: (key, ...rest) => (key === pointerKey ? neverPut() : blobs.put(key, ...rest)),
      });
      await expect(cutOff.save(aModel(2), signal)).rejects.toThrow('killed');
      expect(await stored()).toEqual([nameOf(1), nameOf(2)]);
      expect(await current()).toBe(nameOf(1));
      expect(await history()).toEqual(['[v0001]']);
    });
  });

  describe('the history', () => {
    it('is newest first, says what each was made of, and reads no model for it', async () => {
      await save(1, 2, 3);
      const read: string[] = [];
      const listening = open({
        ...blobs,
        get: (key, abort) => {
          read.push(key);
          return blobs.get(key, abort);
        },
      });
      const versions = await listening.history(watch, signal);
      expect(versions).toEqual([3, 2, 1].map((number) => ({ info: aModel(number).info, isCurrent: number === 3 })));
      expect(read).toEqual([pointerKey]);
    });

    it('is told by the models themselves when there is no pointer', async () => {
      await save(1, 2);
      await damage(keyOf(1), () => Buffer.from('x'));
      await save(3);
      await blobs.remove(pointerKey, signal);
      expect(await history()).toEqual(['[v0003]', 'v0002']);
    });
  });

  describe('rolling back', () => {
    it('leads to the version before, and from there to the one before that', async () => {
      await save(1, 2, 3);
      expect(await rollBack()).toBe(nameOf(2));
      expect(await current()).toBe(nameOf(2));
      expect(await rollBack()).toBe(nameOf(1));
      expect(await history()).toEqual(['v0003', 'v0002', '[v0001]']);
    });

    it('leads to any version by its name, also forwards', async () => {
      await save(1, 2, 3);
      expect(await rollBack(1)).toBe(nameOf(1));
      expect(await rollBack(3)).toBe(nameOf(3));
    });

    it('holds for a process that starts anew', async () => {
      await save(1, 2);
      await rollBack();
      expect((await open().load(watch, whole, signal))?.info.version).toBe(nameOf(1));
    });

    it('is over with the next training, and does not lead to what was rolled back from', async () => {
      await save(1, 2, 3);
      await rollBack();
      await save(4);
      expect(await history()).toEqual(['[v0004]', 'v0003', 'v0002', 'v0001']);
      expect(await rollBack()).toBe(nameOf(2));
    });

    it('passes over what is damaged or can not be revived, and says so', async () => {
      await save(1, 2, 3, 4);
      await damage(keyOf(3), (bytes) => bytes.subarray(9));
      const revive = (model: StoredModel): StoredModel => {
        if (model.info.version === nameOf(2)) throw new Error('it is of another detector');
        return model;
      };
      const { info, passedOver } = await registry.rollBack(watch, null, revive, signal);
      expect(info.version).toBe(nameOf(1));
      expect(passedOver).toEqual([expect.stringContaining(keyOf(3)), expect.stringMatching(/v0002.*another detector/)]);
    });

    it.each([
      ['to a version that there is not', [1, 2], 7, 'no version "v0007" of hosts. There are: v0002, v0001'],
      ['to the one that is current', [1, 2], 2, 'v0002 of hosts is the current one already'],
      ['when there is none before', [1], null, 'no version of hosts before v0001'],
      ['when there is none at all', [], null, 'hosts has no model'],
    ] as const)('%s is refused in words', async (_, numbers, to, says) => {
      await save(...numbers);
      const refusal = rollBack(to);
      await expect(refusal).rejects.toThrow(UsageError);
      await expect(refusal).rejects.toThrow(says);
    });

    it('to one that is damaged changes nothing', async () => {
      await save(1, 2);
      await damage(keyOf(1), (bytes) => bytes.subarray(9));
      await expect(rollBack(1)).rejects.toThrow(/nothing to roll back to: .*v0001.model.*Nothing was changed/);
      expect(await current()).toBe(nameOf(2));
    });

    it('does not undo a training that came in between', async () => {
      await save(1, 2);
      const overtaken = open({
        ...blobs,
        get: async (key, abort) => {
          const found = await blobs.get(key, abort);
          if (key === keyOf(1)) await save(3);
          return found;
        },
      });
      await expect(overtaken.rollBack(watch, null, whole, signal)).rejects.toThrow('in this very moment');
      expect(await current()).toBe(nameOf(3));
    });
  });

  describe('how many are kept', () => {
    const numbers = Array.from({ length: 6 }, (_, index) => index + 1);

    it('so many as were asked for, the newest ones', async () => {
      registry = open(blobs, 3);
      await save(...numbers);
      expect(await stored()).toEqual([4, 5, 6].map(nameOf));
      expect(await history()).toEqual(['[v0006]', 'v0005', 'v0004']);
    });

    it('the one before the current one stays, however old it is', async () => {
      registry = open(blobs, 3);
      await save(1, 2, 3);
      await rollBack(1);
      await save(4);
      expect(await history()).toEqual(['[v0004]', 'v0003', 'v0002', 'v0001']);
      expect(await rollBack()).toBe(nameOf(1));
      await save(5, 6);
      expect(await stored()).toEqual([4, 5, 6].map(nameOf));
    });

    it('what a crash left beside them goes when all that are kept are newer, and no sooner', async () => {
      registry = open(blobs, 3);
      await save(2);
      const [old, young] = [await blobs.get(keyOf(2), signal), keyOf(5)];
      await blobs.put(keyOf(1), old?.bytes ?? new Uint8Array(), null, signal);
      await blobs.put(young, old?.bytes ?? new Uint8Array(), null, signal);
      await save(3);
      expect(await stored()).toEqual([1, 2, 3, 5].map(nameOf));
      await save(4);
      expect(await stored()).toEqual([2, 3, 4, 5].map(nameOf));
      await save(6, 7, 8);
      expect(await stored()).toEqual([6, 7, 8].map(nameOf));
    });

    it.each([
      ['forbidden is said once', false, 1],
      ['not possible for the moment is said each time', true, 4],
    ] as const)('removing that is %s, and the models are saved', async (_, retryable, lines) => {
      let attempts = 0;
      registry = open(
        {
          ...blobs,
          remove: async () => {
            attempts += 1;
            throw new UpstreamError('s3', 'could not remove: AccessDenied', { retryable });
          },
        },
        2,
      );
      await save(...numbers);
      expect(await current()).toBe(nameOf(6));
      expect(await history()).toEqual(['[v0006]', 'v0005']);
      expect(await stored()).toEqual(numbers.map(nameOf));
      expect(warnings.filter((line) => line.includes('AccessDenied'))).toHaveLength(lines);
      expect(attempts).toBe(lines);
    });
  });

  describe('a model that is damaged', () => {
    it.each(modelDamages)('%s: it is refused by its key, and the last good one is used', async (_, change, because) => {
      await save(9, 10, 11);
      await damage(keyOf(11), change);
      const loaded = await registry.load(watch, whole, signal);
      expect(loaded?.revived).toEqual(aModel(10));
      expect(loaded?.passedOver).toEqual([expect.stringMatching(because)]);
      expect(warnings).toEqual([expect.stringContaining(keyOf(11))]);
      expect(warnings[0]).toMatch(because);
      expect(warnings[0]).toContain('"version":"v0010"');
    });

    it.each(modelDamages)('%s: with no good one left it is an error that says why', async (_, change, because) => {
      await save(1);
      await damage(keyOf(1), change);
      const error = await registry.load(watch, whole, signal).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'UpstreamError', retryable: false });
      expect(String(error)).toContain(keyOf(1));
      expect(String(error)).toMatch(because);
    });

    it.each([
      ['of another watch', 'models/disks/v0002.model', /version v0002 of the watch "disks"/],
      ['of another version', keyOf(1), /version v0001 of the watch "hosts"/],
    ])('a good file %s in its place is refused', async (_, from, because) => {
      await registry.save(aModel(2, { watch: 'disks' }), signal);
      await save(1, 2);
      const other = await blobs.get(from, signal);
      await damage(keyOf(2), () => Buffer.from(other?.bytes ?? []));
      const loaded = await registry.load(watch, whole, signal);
      expect(loaded?.info.version).toBe(nameOf(1));
      expect(loaded?.passedOver).toEqual([expect.stringMatching(because)]);
    });

    it('one that is gone is passed over', async () => {
      await save(1, 2);
      await blobs.remove(keyOf(2), signal);
      expect(await current()).toBe(nameOf(1));
      expect(warnings[0]).toContain('is not there');
    });

    it('one that is whole and can not be revived is passed over', async () => {
      await save(1, 2);
      const revive = ({ info }: StoredModel): string => {
        if (info.version === nameOf(2)) throw new Error('the model is of version 9, this program reads 3');
        return `revived ${info.version}`;
      };
      const loaded = await registry.load(watch, revive, signal);
      expect(loaded?.revived).toBe('revived v0001');
      expect(loaded?.passedOver).toEqual([expect.stringContaining('of version 9, this program reads 3')]);
    });

    it('what was rolled back from does not take its place', async () => {
      await save(1, 2, 3);
      await rollBack();
      await damage(keyOf(2), (bytes) => bytes.subarray(1));
      expect(await current()).toBe(nameOf(1));
      await rollBack(3);
      await rollBack(1);
      await save(4);
      await damage(keyOf(4), (bytes) => bytes.subarray(1));
      expect(await current()).toBe(nameOf(1));
    });

    it('the next training moves on from it', async () => {
      await save(1, 2);
      await damage(keyOf(2), (bytes) => bytes.subarray(1));
      await save(3);
      expect(await current()).toBe(nameOf(3));
      expect(await rollBack()).toBe(nameOf(1));
    });
  });

  describe('a pointer that is damaged', () => {
    it.each(pointerDamages)(
      '%s: the last good model is used, and the next save mends it',
      async (_, change, because) => {
        await save(9, 10);
        await damage(pointerKey, change);
        const loaded = await registry.load(watch, whole, signal);
        expect(loaded?.info.version).toBe(nameOf(10));
        expect(loaded?.passedOver).toEqual([expect.stringMatching(because)]);
        expect(warnings).toEqual([expect.stringContaining(pointerKey)]);
        await save(11);
        warnings.length = 0;
        expect(await current()).toBe(nameOf(11));
        expect(await history()).toEqual(['[v0011]', 'v0010', 'v0009']);
        expect(warnings).toEqual([]);
      },
    );

    it('a missing one: the last good model is used, and the next save mends it', async () => {
      await save(9, 10);
      await blobs.remove(pointerKey, signal);
      expect(await current()).toBe(nameOf(10));
      expect(warnings.join()).toContain(`${pointerKey} is not there`);
      await save(11);
      warnings.length = 0;
      expect(await history()).toEqual(['[v0011]', 'v0010', 'v0009']);
      expect(await current()).toBe(nameOf(11));
      expect(warnings).toEqual([]);
    });

    it('a roll back mends it too', async () => {
      await save(9, 10);
      await blobs.remove(pointerKey, signal);
      expect(await rollBack()).toBe(nameOf(9));
      expect(await history()).toEqual(['v0010', '[v0009]']);
    });

    it('alone, without any model, is an error that says so', async () => {
      await save(1);
      await damage(pointerKey, () => Buffer.from('{'));
      await blobs.remove(keyOf(1), signal);
      await expect(registry.load(watch, whole, signal)).rejects.toThrow(pointerKey);
    });
  });
}

/** What it has to do besides where two write to one place. `fresh` gives one empty place, twice. */
export function sharedModelsContract(fresh: () => Promise<readonly [Blobs, Blobs]>): void {
  it('of trainings that end at the same time none is lost', async () => {
    const registries = (await fresh()).map((blobs) => createModelRegistry({ blobs, keep: 50, log: silentLog }));
    const numbers = Array.from({ length: 6 }, (_, index) => index + 1);
    const saves = registries.flatMap((registry, side) =>
      numbers.map((number) => registry.save(aModel(10 * side + number), signal)),
    );
    await Promise.all(saves);
    for (const registry of registries) {
      const versions = (await registry.history(watch, signal)).map(({ info }) => info.version);
      expect(versions.toSorted()).toEqual([...numbers, ...numbers.map((number) => number + 10)].map(nameOf));
      expect((await registry.load(watch, whole, signal))?.info.version).toBe(versions[0]);
    }
  });
}

async function neverPut(): Promise<never> {
  throw new Error('killed');
}
