import { beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/core/blobs.ts';
import type { Log } from '../../src/core/log.ts';
import type { ModelRegistry, StoredModel } from '../../src/core/model.ts';
import { createModelRegistry, keptVersions } from '../../src/store/model-registry.ts';

const signal = new AbortController().signal;
const watch = 'hosts';
const pointerKey = 'models/hosts/current.json';
const keyOf = (version: string): string => `models/hosts/${version}.model`;

export function aModel(version: string, changes: Partial<StoredModel['info']> = {}): StoredModel {
  const info = {
    watch,
    version,
    detector: 'isolation forest',
    trainedAt: 1_767_225_600_000 + Number(version.slice(1)) * 1_000,
    from: 1_766_620_800_000,
    to: 1_767_225_600_000,
    entities: 3,
    rows: 20_160,
    metrics: ['cpu', 'memory'],
    seed: 42,
    ...changes,
  };
  const detectors = new Map([
    ['web-1', Uint8Array.from({ length: 256 }, (_, index) => index)],
    ['Ünïcødé 🧨\u0000"', new TextEncoder().encode(`model ${version}`)],
    ['empty', new Uint8Array()],
  ]);
  return { info, detectors };
}

type Damage = readonly [how: string, change: (bytes: Buffer) => Buffer, because: RegExp];

const cut = (bytes: Buffer, length: number): Buffer => bytes.subarray(0, length);
function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
function newerFormat(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(2, 8);
  return copy;
}

const damages: readonly Damage[] = [
  ['empty', () => Buffer.alloc(0), /is empty/],
  ['cut in its magic', (bytes) => cut(bytes, 5), /not a model/],
  ['cut in its header', (bytes) => cut(bytes, 40), /cut off/],
  ['cut in its parts', (bytes) => cut(bytes, bytes.length - 60), /checksum/],
  ['short of its last byte', (bytes) => cut(bytes, bytes.length - 1), /checksum/],
  ['longer than it was', (bytes) => Buffer.concat([bytes, Buffer.from('x')]), /checksum/],
  ['one bit off in its header', (bytes) => flip(bytes, 30), /checksum/],
  ['one bit off in its parts', (bytes) => flip(bytes, bytes.length - 50), /checksum/],
  ['one bit off in its checksum', (bytes) => flip(bytes, bytes.length - 1), /checksum/],
  ['zeroes all over', (bytes) => Buffer.alloc(bytes.length), /not a model/],
  ['some other JSON', () => Buffer.from('{"hello":"world"}'), /not a model/],
  ['of a newer format', newerFormat, /format 2/],
];

/** What a registry has to do over any blobs. `fresh` gives empty ones. */
export function modelRegistryContract(fresh: () => Promise<Blobs>): void {
  let blobs: Blobs;
  let registry: ModelRegistry;
  const warnings: string[] = [];
  const log: Log = {
    debug() {},
    info() {},
    warn: (message, facts) => void warnings.push(`${message} ${JSON.stringify(facts)}`),
    error() {},
  };

  beforeEach(async () => {
    warnings.length = 0;
    blobs = await fresh();
    registry = createModelRegistry(blobs, log);
  });

  async function damage(version: string, change: (bytes: Buffer) => Buffer): Promise<void> {
    const bytes = await blobs.get(keyOf(version), signal);
    await blobs.put(keyOf(version), change(Buffer.from(bytes ?? [])), signal);
  }

  it('a watch that was never trained has no model', async () => {
    expect(await registry.load(watch, signal)).toBeNull();
    expect(warnings).toEqual([]);
  });

  it('a model comes back as it went in, in detectors that stand alone', async () => {
    await registry.save(aModel('v1'), signal);
    const model = await registry.load(watch, signal);
    expect(model).toEqual(aModel('v1'));
    const bytes = model?.detectors.get('web-1');
    expect([bytes?.byteOffset, bytes?.buffer.byteLength]).toEqual([0, 256]);
    expect(warnings).toEqual([]);
  });

  it('the one saved last is the current one, whatever its name', async () => {
    await registry.save(aModel('v9'), signal);
    await registry.save(aModel('v10'), signal);
    expect((await registry.load(watch, signal))?.info.version).toBe('v10');
  });

  it.each([
    ['hosts', 'Hosts'],
    ['a/b', 'a b'],
    ['../hosts', 'hosts'],
    ['日本', '本日'],
    ['x'.repeat(400), 'x'.repeat(401)],
  ])('the watches %s and %s do not meet', async (one, other) => {
    await registry.save(aModel('v1', { watch: one }), signal);
    expect(await registry.load(other, signal)).toBeNull();
    await registry.save(aModel('v2', { watch: other }), signal);
    expect((await registry.load(one, signal))?.info.version).toBe('v1');
    expect((await registry.load(other, signal))?.info.version).toBe('v2');
  });

  it('some versions are kept and older ones go', async () => {
    const versions = Array.from({ length: keptVersions + 2 }, (_, index) => `v${index}`);
    for (const version of versions) await registry.save(aModel(version), signal);
    const keys = await blobs.list('models/hosts/v', signal);
    expect(keys).toEqual(versions.slice(2).map(keyOf));
  });

  it('saving a version again does not make it two', async () => {
    for (const version of ['v1', 'v2', 'v1']) await registry.save(aModel(version), signal);
    const pointer = JSON.parse(Buffer.from((await blobs.get(pointerKey, signal)) ?? []).toString());
    expect(pointer.versions).toEqual(['v1', 'v2']);
  });

  it('a version that was written before the pointer moved is not current yet', async () => {
    await registry.save(aModel('v1'), signal);
    const pointer = await blobs.get(pointerKey, signal);
    await registry.save(aModel('v2'), signal);
    await blobs.put(pointerKey, pointer ?? new Uint8Array(), signal);
    expect((await registry.load(watch, signal))?.info.version).toBe('v1');
  });

  describe('a model that is damaged', () => {
    it.each(damages)('%s: it is refused by its key, and the last good one is used', async (_, change, because) => {
      for (const version of ['v9', 'v10', 'v11']) await registry.save(aModel(version), signal);
      await damage('v11', change);
      expect(await registry.load(watch, signal)).toEqual(aModel('v10'));
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(keyOf('v11'));
      expect(warnings[0]).toMatch(because);
    });

    it.each(damages)('%s: with no good one left it is an error that says why', async (_, change, because) => {
      await registry.save(aModel('v1'), signal);
      await damage('v1', change);
      const error = await registry.load(watch, signal).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'UpstreamError', retryable: false });
      expect(String(error)).toContain(keyOf('v1'));
      expect(String(error)).toMatch(because);
    });

    it('a good file in the wrong place is refused', async () => {
      await registry.save(aModel('v1', { watch: 'disks' }), signal);
      await registry.save(aModel('v1'), signal);
      await blobs.put(keyOf('v1'), (await blobs.get('models/disks/v1.model', signal)) ?? new Uint8Array(), signal);
      await expect(registry.load(watch, signal)).rejects.toThrow('of the watch "disks"');
    });

    it('one that is gone is passed over', async () => {
      for (const version of ['v1', 'v2']) await registry.save(aModel(version), signal);
      await blobs.remove(keyOf('v2'), signal);
      expect((await registry.load(watch, signal))?.info.version).toBe('v1');
      expect(warnings[0]).toContain('is not there');
    });
  });

  describe('a pointer that leads nowhere', () => {
    it.each([
      ['empty', ''],
      ['cut off', '{"format":1,"versions":["v1"'],
      ['of a newer format', '{"format":2,"versions":["v1"]}'],
      ['without a version', '{"format":1,"versions":[]}'],
      ['up the folders', '{"format":1,"versions":["../../etc/passwd"]}'],
      ['not an object', 'null'],
    ])('%s: the last good model is used', async (_, text) => {
      for (const version of ['v9', 'v10']) await registry.save(aModel(version), signal);
      await blobs.put(pointerKey, Buffer.from(text), signal);
      expect((await registry.load(watch, signal))?.info.version).toBe('v10');
      expect(warnings.join()).toContain(pointerKey);
    });

    it('a missing one: the last good model is used, and the next save mends it', async () => {
      for (const version of ['v9', 'v10']) await registry.save(aModel(version), signal);
      await blobs.remove(pointerKey, signal);
      expect((await registry.load(watch, signal))?.info.version).toBe('v10');
      await registry.save(aModel('v11'), signal);
      warnings.length = 0;
      expect((await registry.load(watch, signal))?.info.version).toBe('v11');
      expect(warnings).toEqual([]);
    });
  });
}
