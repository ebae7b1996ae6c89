/** Rows `from` to `to`, `to` excluded. */
export type Span = { readonly from: number; readonly to: number };

/** The labelled events: runs of rows that are marked, in order. Marked rows that touch are one event. */
export function eventsOf(labels: Uint8Array): readonly Span[] {
  const events: Span[] = [];
  for (let row = 0; row < labels.length; row += 1) {
    if (labels[row] !== 1 || labels[row - 1] === 1) continue;
    let to = row + 1;
    while (labels[to] === 1) to += 1;
    events.push({ from: row, to });
  }
  return events;
}

export function countMarked(labels: Uint8Array): number {
  return labels.reduce((count, label) => count + label, 0);
}
