import { beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/core/blobs.ts';
import { UpstreamError } from '../../src/core/errors.ts';

const signal = new AbortController().signal;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : new TextDecoder().decode(bytes));

/** What every place for named bytes has to do. `fresh` gives an empty one. */
export function blobsContract(fresh: () => Promise<Blobs>): void {
  let blobs: Blobs;
  beforeEach(async () => {
    blobs = await fresh();
  });

  it.each([
    ['nothing at all', new Uint8Array()],
    ['every byte', Uint8Array.from({ length: 256 }, (_, index) => index)],
    ['a part of a larger buffer', new Uint8Array(64).fill(7).subarray(8, 16)],
    ['three megabytes', new Uint8Array(3_000_000).map((_, index) => index * 31)],
  ])('%s comes back as it went in', async (_, bytes) => {
    await blobs.put('models/hosts/v1.model', bytes, signal);
    const found = await blobs.get('models/hosts/v1.model', signal);
    expect(Buffer.from(found ?? []).equals(bytes)).toBe(true);
    expect(found).not.toBeNull();
  });

  it('a key that is not there is null, and so is one that only begins another', async () => {
    expect(await blobs.get('models/hosts/v1.model', signal)).toBeNull();
    await blobs.put('models/hosts/v1.model', bytesOf('x'), signal);
    expect(await blobs.get('models/hosts', signal)).toBeNull();
    expect(await blobs.get('models/hosts/v1', signal)).toBeNull();
  });

  it('a second put takes the place of the first', async () => {
    await blobs.put('current.json', bytesOf('a much longer first text'), signal);
    await blobs.put('current.json', bytesOf('second'), signal);
    expect(textOf(await blobs.get('current.json', signal))).toBe('second');
    expect(await blobs.list('', signal)).toEqual(['current.json']);
  });

  it('puts of one key at the same time leave one of them whole, never a mixture, and readers see no part', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(50_000 + index));
    await blobs.put('current.json', bytesOf(texts[0] ?? ''), signal);
    const puts = texts.map((text) => blobs.put('current.json', bytesOf(text), signal));
    const seen = await Promise.all(texts.map(() => blobs.get('current.json', signal)));
    await Promise.all(puts);
    for (const bytes of [...seen, await blobs.get('current.json', signal)]) expect(texts).toContain(textOf(bytes));
  });

  it('keys are listed by prefix, ascending', async () => {
    for (const key of ['b/2', 'b/1', 'a/1', 'b/sub/3', 'bb', 'B/1']) await blobs.put(key, bytesOf(key), signal);
    expect(await blobs.list('b/', signal)).toEqual(['b/1', 'b/2', 'b/sub/3']);
    expect(await blobs.list('b', signal)).toEqual(['b/1', 'b/2', 'b/sub/3', 'bb']);
    expect(await blobs.list('', signal)).toEqual(['B/1', 'a/1', 'b/1', 'b/2', 'b/sub/3', 'bb']);
    expect(await blobs.list('c/', signal)).toEqual([]);
  });

  it('what was removed is gone, and removing it again is no error', async () => {
    await blobs.put('a/1', bytesOf('1'), signal);
    await blobs.put('a/2', bytesOf('2'), signal);
    await blobs.remove('a/1', signal);
    await blobs.remove('a/1', signal);
    expect(await blobs.get('a/1', signal)).toBeNull();
    expect(await blobs.list('', signal)).toEqual(['a/2']);
  });

  describe('a key that is none is refused before anything is touched', () => {
    it.each(['', '/', '/etc/passwd', '../up', 'a/../../b', 'a/./b', 'a//b', 'a/', 'a\\b', 'a b', 'ä', 'a\u0000', 'a~'])(
      '%j',
      async (key) => {
        await expect(blobs.put(key, bytesOf('x'), signal)).rejects.toThrow(UpstreamError);
        await expect(blobs.get(key, signal)).rejects.toThrow(UpstreamError);
        await expect(blobs.remove(key, signal)).rejects.toThrow(UpstreamError);
      },
    );
  });

  it('an aborted call does nothing', async () => {
    const aborted = AbortSignal.abort(new Error('stopping'));
    await expect(blobs.put('a', bytesOf('x'), aborted)).rejects.toThrow('stopping');
    await expect(blobs.get('a', aborted)).rejects.toThrow('stopping');
    await expect(blobs.list('a', aborted)).rejects.toThrow('stopping');
    expect(await blobs.get('a', signal)).toBeNull();
  });
}
