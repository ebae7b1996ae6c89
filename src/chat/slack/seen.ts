export type SeenOptions = {
  /** For how long an id is remembered. */
  readonly forMs: number;
  /** Of more ids than this the oldest are forgotten sooner. */
  readonly most: number;
  readonly now: () => number;
};

/** Remembers what has come before: true when none of these ids was asked about in the time that is remembered. */
export function createSeen({ forMs, most, now }: SeenOptions): (...ids: readonly string[]) => boolean {
  const seenAt = new Map<string, number>();
  return (...ids) => {
    for (const [oldest, at] of seenAt) {
      if (seenAt.size <= most && now() - at < forMs) break;
      seenAt.delete(oldest);
    }
    const isNew = !ids.some((id) => seenAt.has(id));
    for (const id of ids) if (!seenAt.has(id)) seenAt.set(id, now());
    return isNew;
  };
}
