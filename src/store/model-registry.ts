import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Blobs } from '../core/blobs.ts';
import { messageOf, UpstreamError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ModelRegistry, StoredModel } from '../core/model.ts';
import { decodeModel, encodeModel } from './model-file.ts';
import { decode } from './stored-json.ts';

/** Which version of a watch is in use, and those before it that are kept, newest first. */
const pointer = z.object({ format: z.literal(1), versions: z.array(z.string().regex(/^[A-Za-z0-9._-]+$/)).min(1) });

type Read = { readonly kind: 'good'; readonly model: StoredModel } | { readonly kind: 'bad'; readonly because: string };

/** So many versions of a watch are kept to fall back on. */
export const keptVersions = 5;

/**
 * Models as blobs: a version is `models/<watch>/<version>.model`, and `models/<watch>/current.json` points at the one in
 * use. A version is written whole before the pointer moves, so that a crash in between leaves the model that was there.
 */
export function createModelRegistry(blobs: Blobs, log: Log): ModelRegistry {
  const pointerOf = (watch: string): string => `${folderOf(watch)}current.json`;
  const keyOf = (watch: string, version: string): string => `${folderOf(watch)}${version}.model`;

  /** The known versions, newest first; empty when there is no pointer, or none that can be read. */
  async function pointedAt(watch: string, signal: AbortSignal): Promise<readonly string[]> {
    const bytes = await blobs.get(pointerOf(watch), signal);
    if (bytes === null) return [];
    try {
      return decode(pointer, Buffer.from(bytes).toString()).versions;
    } catch (error) {
      log.warn('the pointer to the current model is damaged', { key: pointerOf(watch), because: messageOf(error) });
      return [];
    }
  }

  async function read(key: string, watch: string, signal: AbortSignal): Promise<Read> {
    const bytes = await blobs.get(key, signal);
    if (bytes === null) return { kind: 'bad', because: `${key} is not there` };
    try {
      const model = decodeModel(bytes);
      if (model.info.watch === watch) return { kind: 'good', model };
      return { kind: 'bad', because: `${key} is of the watch ${JSON.stringify(model.info.watch)}` };
    } catch (error) {
      return { kind: 'bad', because: `${key} can not be used: ${messageOf(error)}` };
    }
  }

  /** Instead of a current model that is not good: of all that are, the one that was trained last. */
  async function lastGood(
    keys: readonly string[],
    watch: string,
    bad: string[],
    signal: AbortSignal,
  ): Promise<StoredModel> {
    let last: StoredModel | null = null;
    for (const key of keys) {
      const outcome = await read(key, watch, signal);
      if (outcome.kind === 'bad') bad.push(outcome.because);
      else if (last === null || outcome.model.info.trainedAt > last.info.trainedAt) last = outcome.model;
    }
    if (last === null) throw new UpstreamError('storage', `${blobs.name}: ${bad.join('; ')}`, { retryable: false });
    log.warn('the current model can not be used; the last good one is', { watch, version: last.info.version, bad });
    return last;
  }

  return {
    async save(model, signal) {
      const { watch, version } = model.info;
      await blobs.put(keyOf(watch, version), encodeModel(model), signal);
      const before = (await pointedAt(watch, signal)).filter((other) => other !== version);
      const versions = [version, ...before.slice(0, keptVersions - 1)];
      await blobs.put(pointerOf(watch), Buffer.from(JSON.stringify({ format: 1, versions })), signal);
      try {
        for (const old of before.slice(keptVersions - 1)) await blobs.remove(keyOf(watch, old), signal);
      } catch (error) {
        log.warn('an old model could not be removed', { watch, error });
      }
    },
    async load(watch, signal) {
      const [current] = await pointedAt(watch, signal);
      const currentKey = current === undefined ? null : keyOf(watch, current);
      const bad: string[] = [];
      if (currentKey !== null) {
        const outcome = await read(currentKey, watch, signal);
        if (outcome.kind === 'good') return outcome.model;
        bad.push(outcome.because);
      }
      const keys = await blobs.list(folderOf(watch), signal);
      const others = keys.filter((key) => key.endsWith('.model') && key !== currentKey);
      if (currentKey === null && others.length === 0) return null;
      if (currentKey === null) bad.push(`${pointerOf(watch)} names no version`);
      return lastGood(others, watch, bad, signal);
    },
  };
}

/** A folder for a watch of any name: the name where it can be a key, else something like it that no other name gives. */
function folderOf(watch: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,59}$/.test(watch)) return `models/${watch}/`;
  const alike = watch.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return `models/${alike.slice(0, 40)}.${createHash('sha256').update(watch).digest('hex').slice(0, 12)}/`;
}
