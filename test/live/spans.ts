/** A host that is broken by the clock: in which of its spans a moment lies. All times are epoch ms. */
export type Rhythm = {
  readonly host: string;
  readonly everyMs: number;
  readonly brokenMs: number;
  readonly offsetMs: number;
};

/** Whether the host is broken at a moment. Nothing is broken before `since`. */
export function isBroken({ everyMs, brokenMs, offsetMs }: Rhythm, since: number, at: number): boolean {
  const into = at - since - offsetMs;
  return into >= 0 && into % everyMs < brokenMs;
}

/** A number that looks like noise and is the same each time it is asked for: 0..1. */
export function noise(host: string, at: number): number {
  let hash = Math.floor(at / 1_000) >>> 0;
  for (const letter of host) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x9e3779b1) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
