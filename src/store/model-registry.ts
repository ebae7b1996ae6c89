import type { Blobs } from '../core/blobs.ts';
import { UpstreamError, UsageError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ModelInfo, ModelRegistry } from '../core/model.ts';
import { type Catalog, encodeCatalog, fallbacksOf, withVersion } from './model-catalog.ts';
import { encodeModel } from './model-file.ts';
import { folderOf, keyOf, pointerOf, versionOf } from './model-keys.ts';
import { createModelReader } from './model-reader.ts';
import { createRetention } from './model-retention.ts';

export type RegistryOptions = {
  readonly blobs: Blobs;
  /** So many versions of a watch are kept; the one before the current one is always among them. */
  readonly keep: number;
  readonly log: Log;
};

type Moved = { readonly from: Catalog | null; readonly to: Catalog };

/** Each time somebody else was faster, and at most a few write to one watch. */
const tries = 20;

/**
 * Models as blobs: a version is `models/<watch>/<version>.model`, and `models/<watch>/current.json` is the pointer with
 * the catalog of those that are kept. A version is written whole before the pointer moves, so that a crash in between
 * leaves the model that was there.
 */
export function createModelRegistry({ blobs, keep, log }: RegistryOptions): ModelRegistry {
  const { find, firstGood } = createModelReader(blobs);
  const tidy = createRetention(blobs, log);

  /** Moves the pointer to a new version; what others wrote in the meantime is built upon. */
  async function moveTo(info: ModelInfo, signal: AbortSignal): Promise<Moved> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const { catalog, tag } = await find(info.watch, signal);
      const next = withVersion(catalog, info, keep);
      if ((await blobs.put(pointerOf(info.watch), encodeCatalog(next), tag, signal)) === 'written')
        return { from: catalog, to: next };
    }
    const message = `${blobs.name}: others moved the pointer ${pointerOf(info.watch)} ${tries} times in a row`;
    throw new UpstreamError('storage', message, { retryable: true });
  }

  /** What fell out of the catalog, and what a crash once left beside it: only what is older than all that is kept. */
  async function outdated(watch: string, { from, to }: Moved, signal: AbortSignal): Promise<readonly string[]> {
    const keysOf = (catalog: Catalog | null) => catalog?.versions.map(({ info }) => keyOf(watch, info.version)) ?? [];
    const kept = keysOf(to);
    const dropped = keysOf(from).filter((key) => !kept.includes(key));
    if (kept.length < keep) return dropped;
    const [oldest = ''] = kept.toSorted();
    const found = await blobs.list(folderOf(watch), signal);
    return [...dropped, ...found.filter((key) => versionOf(watch, key) !== null && key < oldest)];
  }

  return {
    async save(model, signal) {
      const { watch, version } = model.info;
      const key = keyOf(watch, version);
      if ((await blobs.put(key, encodeModel(model), null, signal)) === 'overtaken')
        throw new UpstreamError('storage', `${blobs.name}: ${key} is another model already`, { retryable: false });
      const moved = await moveTo(model.info, signal);
      await tidy(() => outdated(watch, moved, signal), signal);
    },

    async load(watch, revive, signal) {
      const { catalog, troubles } = await find(watch, signal);
      if (catalog === null && troubles.length === 0) return null;
      const versions = catalog === null ? [] : [catalog.current, ...fallbacksOf(catalog)];
      const { loaded, bad } = await firstGood(watch, versions, revive, signal);
      const passedOver = [...troubles, ...bad];
      if (loaded === null)
        throw new UpstreamError('storage', `${blobs.name}: ${passedOver.join('; ')}`, { retryable: false });
      if (passedOver.length > 0) {
        const { version } = loaded.info;
        log.warn('the current model can not be used; the last good one is', { watch, version, because: passedOver });
      }
      return { ...loaded, passedOver };
    },

    async history(watch, signal) {
      const { catalog } = await find(watch, signal);
      const versions = catalog?.versions ?? [];
      return versions.map(({ info }) => ({ info, isCurrent: info.version === catalog?.current }));
    },

    async rollBack(watch, version, revive, signal) {
      const { catalog, tag } = await find(watch, signal);
      if (catalog === null) throw new UsageError(`The watch ${watch} has no model that is stored.`);
      const { loaded, bad } = await firstGood(watch, targetsOf(watch, catalog, version), revive, signal);
      if (loaded === null)
        throw new UsageError(`There is nothing to roll back to: ${bad.join('; ')}. Nothing was changed.`);
      const next = encodeCatalog({ ...catalog, current: loaded.info.version });
      if ((await blobs.put(pointerOf(watch), next, tag, signal)) === 'written') return loaded;
      throw new UsageError(
        `Another model of ${watch} came into use in this very moment. Look at "model history" first.`,
      );
    },
  };
}

/** The versions that a roll back may lead to, best first. */
function targetsOf(watch: string, catalog: Catalog, version: string | null): readonly string[] {
  if (version === catalog.current) throw new UsageError(`Version ${version} of ${watch} is the current one already.`);
  if (version === null) {
    const targets = fallbacksOf(catalog);
    if (targets.length > 0) return targets;
    throw new UsageError(`There is no version of ${watch} before ${catalog.current} to roll back to.`);
  }
  if (catalog.versions.some(({ info }) => info.version === version)) return [version];
  const known = catalog.versions.map(({ info }) => info.version).join(', ');
  throw new UsageError(`There is no version "${version}" of ${watch}. There are: ${known}.`);
}
