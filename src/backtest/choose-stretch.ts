import type { SlotResult } from './judge.ts';
import type { Played, Walked } from './walk.ts';

/** Slots that follow each other in one fold, and what was played through them. */
export type Stretch = { readonly slots: readonly SlotResult[]; readonly faulty: Played };

/** So many faults are told apart on a phone; no fold has less slots. */
const shownSlots = 3;

/** The more telling of the best known so far and the stretches of one more fold; the younger one when they tell as much. */
export function moreTelling(best: Stretch | null, { result: { slots }, faulty }: Walked): Stretch | null {
  const starts = Array.from({ length: Math.max(1, slots.length - shownSlots + 1) }, (_, at) => at);
  return starts
    .map((at): Stretch => ({ slots: slots.slice(at, at + shownSlots), faulty }))
    .filter((stretch) => stretch.slots.some(({ slot }) => slot.fault !== null))
    .reduce((most: Stretch | null, one) => (most === null || isAsTelling(one, most) ? one : most), best);
}

function isAsTelling(one: Stretch, other: Stretch): boolean {
  const [mine, theirs] = [tellingOf(one.slots), tellingOf(other.slots)];
  if (mine !== theirs) return mine > theirs;
  return (one.slots[0]?.slot.from ?? 0) >= (other.slots[0]?.slot.from ?? 0);
}

/**
 * A missed fault beside a caught one says where the border is, a false alert what it costs; then the more kinds, the more is seen. Each
 * counts for more than all that come after it.
 */
function tellingOf(slots: readonly SlotResult[]): number {
  const faults = slots.filter(({ slot }) => slot.fault !== null);
  const caught = faults.filter(({ delayRows }) => delayRows !== null);
  const kinds = new Set(faults.map(({ slot }) => slot.fault?.kind));
  const has = [caught.length < faults.length, caught.length > 0, slots.some((slot) => slot.falseAlerts.length > 0)];
  return has.reduce((sum, is) => 2 * sum + (is ? 1 : 0), 0) * (shownSlots + 1) + kinds.size;
}
