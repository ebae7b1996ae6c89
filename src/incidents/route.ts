import type { Address } from '../core/address.ts';
import type { Incident } from '../core/incident.ts';
import type { Watch } from '../core/watch.ts';

/**
 * Who is told of an incident: the audiences that its watch names, or every channel that is configured. What concerns no
 * watch, such as the source of numbers itself, concerns everybody.
 */
export function audiencesOf(
  incident: Incident,
  watches: readonly Watch[],
  channels: readonly Address[],
): readonly Address[] {
  const named = watches.find((watch) => watch.name === incident.watch)?.audiences ?? [];
  return named.length > 0 ? named : channels;
}
