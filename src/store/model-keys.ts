import { createHash } from 'node:crypto';

/** Where a version of a watch lies. */
export const keyOf = (watch: string, version: string): string => `${folderOf(watch)}${version}.model`;
export const pointerOf = (watch: string): string => `${folderOf(watch)}current.json`;

/** The version that lies under a key of a watch's folder; null when it is no version. */
export function versionOf(watch: string, key: string): string | null {
  return key.endsWith('.model') ? key.slice(folderOf(watch).length, -'.model'.length) : null;
}

/** A folder for a watch of any name: the name where it can be a key, else something like it that no other name gives. */
export function folderOf(watch: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,59}$/.test(watch)) return `models/${watch}/`;
  const alike = watch.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return `models/${alike.slice(0, 40)}.${createHash('sha256').update(watch).digest('hex').slice(0, 12)}/`;
}
