const minuteMs = 60_000;

/** An incident is judged when it is announced and again when it has gone on for so long since: what lasts looks another. */
export const looksAfterMs = [0, 5 * minuteMs, 15 * minuteMs, 30 * minuteMs, 60 * minuteMs, 120 * minuteMs] as const;

/** Whether it is time to look at an open incident, which was looked at so many times and announced so long ago. */
export function isLookDue(looks: number, announcedMsAgo: number): boolean {
  return announcedMsAgo >= (looksAfterMs[looks] ?? Number.POSITIVE_INFINITY);
}
