import type { Blobs } from '../core/blobs.ts';
import { messageOf } from '../core/errors.ts';
import type { Loaded, ModelInfo, Revive, StoredModel } from '../core/model.ts';
import { type Catalog, decodeCatalog, rebuiltFrom } from './model-catalog.ts';
import { decodeModel } from './model-file.ts';
import { folderOf, keyOf, pointerOf, versionOf } from './model-keys.ts';

type Read<T> = { readonly kind: 'good'; readonly loaded: T } | { readonly kind: 'bad'; readonly because: string };

/** A catalog as it was found. `tag` is what a write over it has to name; `troubles` says what is wrong with the pointer. */
export type Found = {
  readonly catalog: Catalog | null;
  readonly tag: string | null;
  readonly troubles: readonly string[];
};

/** `bad` says what is wrong with the versions before the one that was loaded, or with all of them. */
export type FirstGood<T> = { readonly loaded: Loaded<T> | null; readonly bad: readonly string[] };

export type ModelReader = {
  /** The catalog, or when there is no pointer or none that can be read, what the versions say of themselves. */
  find(watch: string, signal: AbortSignal): Promise<Found>;
  /** The first of the versions that is whole and can be revived. */
  firstGood<T>(
    watch: string,
    versions: readonly string[],
    revive: Revive<T>,
    signal: AbortSignal,
  ): Promise<FirstGood<T>>;
};

/** Reads models and their pointers, and believes nothing that is damaged. Throws `UpstreamError` when storage fails. */
export function createModelReader(blobs: Blobs): ModelReader {
  async function read<T>(watch: string, version: string, revive: Revive<T>, signal: AbortSignal): Promise<Read<T>> {
    const key = keyOf(watch, version);
    const found = await blobs.get(key, signal);
    if (found === null) return { kind: 'bad', because: `${key} is not there` };
    try {
      const model = decodeModel(found.bytes);
      const { info } = model;
      if (info.watch === watch && info.version === version) return { kind: 'good', loaded: revive(model) };
      return { kind: 'bad', because: `${key} is version ${info.version} of the watch ${JSON.stringify(info.watch)}` };
    } catch (error) {
      return { kind: 'bad', because: `${key} can not be used: ${messageOf(error)}` };
    }
  }

  async function firstGood<T>(
    watch: string,
    versions: readonly string[],
    revive: Revive<T>,
    signal: AbortSignal,
  ): Promise<FirstGood<T>> {
    const bad: string[] = [];
    for (const version of versions) {
      const withInfo = (model: StoredModel) => ({ info: model.info, revived: revive(model) });
      const outcome = await read(watch, version, withInfo, signal);
      if (outcome.kind === 'good') return { loaded: { ...outcome.loaded, passedOver: bad }, bad };
      bad.push(outcome.because);
    }
    return { loaded: null, bad };
  }

  async function find(watch: string, signal: AbortSignal): Promise<Found> {
    const key = pointerOf(watch);
    const found = await blobs.get(key, signal);
    try {
      if (found !== null) return { catalog: decodeCatalog(found.bytes), tag: found.tag, troubles: [] };
    } catch (error) {
      return rebuild(watch, found?.tag ?? null, `the pointer ${key} can not be used: ${messageOf(error)}`, signal);
    }
    return rebuild(watch, null, `the pointer ${key} is not there`, signal);
  }

  async function rebuild(watch: string, tag: string | null, trouble: string, signal: AbortSignal): Promise<Found> {
    const keys = await blobs.list(folderOf(watch), signal);
    const versions = keys.flatMap((key) => versionOf(watch, key) ?? []);
    if (versions.length === 0 && tag === null) return { catalog: null, tag, troubles: [] };
    const troubles = [trouble];
    const infos: ModelInfo[] = [];
    for (const version of versions) {
      const outcome = await read(watch, version, (model) => model.info, signal);
      if (outcome.kind === 'good') infos.push(outcome.loaded);
      else troubles.push(outcome.because);
    }
    return { catalog: rebuiltFrom(infos), tag, troubles };
  }

  return { find, firstGood };
}
