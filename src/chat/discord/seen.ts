/** Remembers what has come before: true the first time an id is asked about. The oldest of `most` ids is forgotten first. */
export function createSeen(most: number): (id: string) => boolean {
  const ids = new Set<string>();
  return (id) => {
    if (ids.has(id)) return false;
    ids.add(id);
    for (const oldest of ids) {
      if (ids.size <= most) break;
      ids.delete(oldest);
    }
    return true;
  };
}
