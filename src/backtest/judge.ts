import type { Span } from '../detection/measures/events.ts';
import { mergeMs } from '../detection/threshold.ts';
import type { Slot } from './place-faults.ts';

/** An incident as the live tick would have announced it, in rows: when it was told, its first strange row, and its last. */
export type Announced = { readonly told: number; readonly began: number; readonly last: number };

/** What became of one slot: whether its fault was caught, after how many rows, and the alerts in it that were about nothing. */
export type SlotResult = {
  readonly slot: Slot;
  readonly delayRows: number | null;
  readonly falseAlerts: readonly Span[];
};

/** What the judged rows of one entity and one fold gave. */
export type FoldResult = {
  readonly judgedRows: number;
  /** As they are. */
  readonly falseAlerts: number;
  readonly known: number;
  readonly knownCaught: number;
  /** With the faults in them. */
  readonly slots: readonly SlotResult[];
};

export type Verdicts = {
  readonly clean: readonly Announced[];
  readonly faulty: readonly Announced[];
  readonly slots: readonly Slot[];
  /** Incidents that were known before; one that began before the judged rows is not counted in them. */
  readonly known: readonly Span[];
  readonly judged: Span;
  readonly stepMs: number;
  /** What is told so soon after a fault or a known incident is a part of it. */
  readonly marginRows: number;
};

/** Alerts of one entity closer than 15 minutes are one: rows from the first told to the last strange. */
export function mergeAnnounced(announced: readonly Announced[], stepMs: number): readonly Span[] {
  const merged: { from: number; to: number }[] = [];
  for (const { told, last } of announced.toSorted((a, b) => a.told - b.told)) {
    const before = merged.at(-1);
    if (before !== undefined && (told - (before.to - 1)) * stepMs <= mergeMs) before.to = Math.max(before.to, last + 1);
    else merged.push({ from: told, to: Math.max(told, last) + 1 });
  }
  return merged;
}

/**
 * Judges what was announced. A fault is caught when an incident is announced while it is on; one that is announced soon
 * after it or after a known incident is counted nowhere; any other is false.
 */
export function judge(verdicts: Verdicts): FoldResult {
  const { clean, faulty, slots, known, judged, stepMs, marginRows } = verdicts;
  const begun = known.filter(({ from }) => from >= judged.from);
  const isKnown = (alert: Span): boolean => known.some((span) => touches(alert, span, marginRows));
  const alerts = mergeAnnounced(clean, stepMs);
  return {
    judgedRows: judged.to - judged.from,
    falseAlerts: alerts.filter((alert) => !isKnown(alert)).length,
    known: begun.length,
    knownCaught: begun.filter((span) => alerts.some((alert) => touches(alert, span, 0))).length,
    slots: slots.map((slot) => {
      const { fault } = slot;
      const inside = faulty.filter(({ told }) => told >= slot.from && told < slot.to);
      const caught = inside.filter(({ told }) => fault !== null && told >= fault.from && told < fault.to);
      const wrong = mergeAnnounced(
        inside.filter(({ told }) => fault === null || told < fault.from || told >= fault.to + marginRows),
        stepMs,
      ).filter((alert) => !isKnown(alert));
      const first = Math.min(...caught.map(({ told }) => told));
      return {
        slot,
        delayRows: fault === null || caught.length === 0 ? null : first - fault.from,
        falseAlerts: wrong,
      };
    }),
  };
}

function touches(alert: Span, span: Span, after: number): boolean {
  return alert.from < span.to + after && alert.to > span.from;
}
