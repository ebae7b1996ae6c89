/** 1, 2, 3, 5, 8, 13, …, and the last. */
export function growing(last: number): readonly number[] {
  const all: number[] = [];
  for (let next = 1; next < last; next = Math.max(next + 1, Math.round(next * 1.6))) all.push(next);
  return [...all, last];
}

/** Values at steps 1..`steps`, by straight lines between those at `places` (ascending, from 1 to `steps`). */
export function interpolated(places: readonly number[], values: readonly number[], steps: number): Float64Array {
  let left = 0;
  return Float64Array.from({ length: steps }, (_, index) => {
    const step = index + 1;
    while (left < places.length - 2 && (places[left + 1] ?? 0) <= step) left += 1;
    const [from, to] = [places[left] ?? 1, places[left + 1] ?? 1];
    const part = to > from ? (step - from) / (to - from) : 0;
    return (values[left] ?? 0) * (1 - part) + (values[left + 1] ?? values[left] ?? 0) * part;
  });
}
