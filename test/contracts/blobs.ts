import { beforeEach, describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/core/blobs.ts';
import { UpstreamError } from '../../src/core/errors.ts';

const signal = new AbortController().signal;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text under a key, or null. */
async function textAt(blobs: Blobs, key: string): Promise<string | null> {
  const found = await blobs.get(key, signal);
  return found === null ? null : new TextDecoder().decode(found.bytes);
}

/** Writes over whatever is there, as nobody but a test does. */
export async function force(blobs: Blobs, key: string, bytes: Uint8Array): Promise<void> {
  const there = await blobs.get(key, signal);
  expect(await blobs.put(key, bytes, there?.tag ?? null, signal)).toBe('written');
}

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
    expect(await blobs.put('models/hosts/v1.model', bytes, null, signal)).toBe('written');
    const found = await blobs.get('models/hosts/v1.model', signal);
    expect(Buffer.from(found?.bytes ?? []).equals(bytes)).toBe(true);
    expect(found).not.toBeNull();
  });

  it('a key that is not there is null, and so is one that only begins another', async () => {
    expect(await blobs.get('models/hosts/v1.model', signal)).toBeNull();
    await blobs.put('models/hosts/v1.model', bytesOf('x'), null, signal);
    expect(await blobs.get('models/hosts', signal)).toBeNull();
    expect(await blobs.get('models/hosts/v1', signal)).toBeNull();
  });

  it('other bytes have another tag, and the same bytes the same', async () => {
    await blobs.put('a', bytesOf('one'), null, signal);
    const [first, again] = [await blobs.get('a', signal), await blobs.get('a', signal)];
    await force(blobs, 'a', bytesOf('two'));
    expect(again?.tag).toBe(first?.tag);
    expect((await blobs.get('a', signal))?.tag).not.toBe(first?.tag);
  });

  it('a put over the tag that was read takes the place of what was there', async () => {
    await blobs.put('current.json', bytesOf('a much longer first text'), null, signal);
    const there = await blobs.get('current.json', signal);
    expect(await blobs.put('current.json', bytesOf('second'), there?.tag ?? null, signal)).toBe('written');
    expect(await textAt(blobs, 'current.json')).toBe('second');
    expect(await blobs.list('', signal)).toEqual(['current.json']);
  });

  it('a put where nothing should be leaves what is there', async () => {
    await blobs.put('a', bytesOf('first'), null, signal);
    expect(await blobs.put('a', bytesOf('second'), null, signal)).toBe('overtaken');
    expect(await textAt(blobs, 'a')).toBe('first');
  });

  it('a put over a tag that is not there any more changes nothing', async () => {
    await blobs.put('a', bytesOf('first'), null, signal);
    const seen = await blobs.get('a', signal);
    await force(blobs, 'a', bytesOf('second'));
    expect(await blobs.put('a', bytesOf('third'), seen?.tag ?? null, signal)).toBe('overtaken');
    expect(await textAt(blobs, 'a')).toBe('second');
    await blobs.remove('a', signal);
    expect(await blobs.put('a', bytesOf('third'), seen?.tag ?? null, signal)).toBe('overtaken');
    expect(await blobs.list('', signal)).toEqual([]);
  });

  it('bytes that are there already are written, over whatever they were to be', async () => {
    await blobs.put('a', bytesOf('first'), null, signal);
    const seen = await blobs.get('a', signal);
    expect(await blobs.put('a', bytesOf('first'), null, signal)).toBe('written');
    await force(blobs, 'a', bytesOf('second'));
    expect(await blobs.put('a', bytesOf('second'), seen?.tag ?? null, signal)).toBe('written');
    expect(await textAt(blobs, 'a')).toBe('second');
  });

  it('readers see what was or what will be, and no part of either', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(50_000 + index));
    await blobs.put('current.json', bytesOf(texts[0] ?? ''), null, signal);
    const seen: (string | null)[] = [];
    for (const text of texts) {
      const writing = force(blobs, 'current.json', bytesOf(text));
      seen.push(await textAt(blobs, 'current.json'));
      await writing;
    }
    for (const text of seen) expect(texts).toContain(text);
    expect(await textAt(blobs, 'current.json')).toBe(texts.at(-1));
  });

  it('keys are listed by prefix, ascending', async () => {
    for (const key of ['b/2', 'b/1', 'a/1', 'b/sub/3', 'bb', 'B/1']) await blobs.put(key, bytesOf(key), null, signal);
    expect(await blobs.list('b/', signal)).toEqual(['b/1', 'b/2', 'b/sub/3']);
    expect(await blobs.list('b', signal)).toEqual(['b/1', 'b/2', 'b/sub/3', 'bb']);
    expect(await blobs.list('', signal)).toEqual(['B/1', 'a/1', 'b/1', 'b/2', 'b/sub/3', 'bb']);
    expect(await blobs.list('c/', signal)).toEqual([]);
    expect(await blobs.list('b/sub/3', signal)).toEqual(['b/sub/3']);
    expect(await blobs.list('../', signal)).toEqual([]);
  });

  it('a key may name a partition', async () => {
    await blobs.put('logs/date=2026-11-24/hour=13/a.gz', bytesOf('1'), null, signal);
    await blobs.put('logs/date=2026-11-24/hour=14/a.gz', bytesOf('2'), null, signal);
    expect(await blobs.list('logs/date=2026-11-24/hour=13/', signal)).toEqual(['logs/date=2026-11-24/hour=13/a.gz']);
    expect((await blobs.get('logs/date=2026-11-24/hour=14/a.gz', signal))?.bytes).toHaveLength(1);
  });

  it('what was removed is gone, and removing it again is no error', async () => {
    await blobs.put('a/1', bytesOf('1'), null, signal);
    await blobs.put('a/2', bytesOf('2'), null, signal);
    await blobs.remove('a/1', signal);
    await blobs.remove('a/1', signal);
    expect(await blobs.get('a/1', signal)).toBeNull();
    expect(await blobs.list('', signal)).toEqual(['a/2']);
  });

  describe('a key that is none is refused before anything is touched', () => {
    it.each(['', '/', '/etc/passwd', '../up', 'a/../../b', 'a/./b', 'a//b', 'a/', 'a\\b', 'a b', 'ä', 'a\u0000', 'a~'])(
      '%j',
      async (key) => {
        await expect(blobs.put(key, bytesOf('x'), null, signal)).rejects.toThrow(UpstreamError);
        await expect(blobs.get(key, signal)).rejects.toThrow(UpstreamError);
        await expect(blobs.remove(key, signal)).rejects.toThrow(UpstreamError);
      },
    );
  });

  it('an aborted call does nothing', async () => {
    const aborted = AbortSignal.abort(new Error('stopping'));
    await expect(blobs.put('a', bytesOf('x'), null, aborted)).rejects.toThrow('stopping');
    await expect(blobs.get('a', aborted)).rejects.toThrow('stopping');
    await expect(blobs.list('a', aborted)).rejects.toThrow('stopping');
    expect(await blobs.get('a', signal)).toBeNull();
  });
}

/** What a place for bytes has to do besides where several write to it. `fresh` gives one empty place, twice. */
export function sharedBlobsContract(fresh: () => Promise<readonly [Blobs, Blobs]>): void {
  it.each([
    ['nothing', null],
    ['the same bytes', bytesOf('before')],
  ])('of many who write at once over %s one wins, and the others hear that they lost', async (_, before) => {
    const both = await fresh();
    if (before !== null) await both[0].put('a', before, null, signal);
    const seen = await both[0].get('a', signal);
    const texts = Array.from({ length: 12 }, (_text, index) => `writer ${index}`);
    const outcomes = await Promise.all(
      texts.map((text, index) => both[index % 2 === 0 ? 0 : 1].put('a', bytesOf(text), seen?.tag ?? null, signal)),
    );
    const winners = texts.filter((_text, index) => outcomes[index] === 'written');
    expect(winners).toHaveLength(1);
    expect(await textAt(both[1], 'a')).toBe(winners[0]);
  });

  it('nothing is lost of what many add to one text', async () => {
    const both = await fresh();
    const names = Array.from({ length: 10 }, (_, index) => `writer ${index}`);
    const add = async (blobs: Blobs, name: string): Promise<void> => {
      for (;;) {
        const there = await blobs.get('names', signal);
        const before = there === null ? '' : new TextDecoder().decode(there.bytes);
        const outcome = await blobs.put('names', bytesOf(`${before}${name}\n`), there?.tag ?? null, signal);
        if (outcome === 'written') return;
      }
    };
    await Promise.all(names.map((name, index) => add(both[index % 2 === 0 ? 0 : 1], name)));
    expect((await textAt(both[0], 'names'))?.trim().split('\n').toSorted()).toEqual(names.toSorted());
  });
}
