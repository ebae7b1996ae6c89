import type { Address } from '../core/address.ts';
import type { Incident } from '../core/incident.ts';
import { chatWatch } from '../core/names.ts';
import type { EscalationStep, Route, Rules } from '../core/routing.ts';
import type { Watch } from '../core/watch.ts';
import { hoursAt } from './hours.ts';
import { isMeant } from './silence.ts';

/** What decides where incidents go. `channels` is every channel that is configured. */
export type Routing = {
  readonly rules: Rules;
  readonly watches: readonly Watch[];
  readonly channels: readonly Address[];
  /** Whether a channel refuses what it is told, and trying again does not mend that; left out: none does. */
  readonly isRefusing?: (audience: Address) => boolean;
};

/** The first route that matches what an incident is now and when it began; null when none does. */
export function routeOf(incident: Incident, { routes }: Rules): Route | null {
  return (
    routes.find(
      ({ match, hours }) => isMeant(match, incident) && (hours === null || hoursAt(hours, incident.openedAt) !== null),
    ) ?? null
  );
}

/**
 * Who is told of an incident: where its route sends it, else the audiences that its watch names, else every channel that is
 * configured, since what concerns no watch, such as the source of numbers itself, concerns everybody. Each step of the escalation
 * that was taken adds its own.
 */
export function audiencesOf(incident: Incident, routing: Routing): readonly Address[] {
  const { rules, watches, channels, isRefusing = () => false } = routing;
  const route = routeOf(incident, rules);
  const named = watches.find((watch) => watch.name === incident.watch)?.audiences ?? [];
  const first = route !== null && route.to.length > 0 ? route.to : named.length > 0 ? named : channels;
  const added = stepsTaken(incident, rules).flatMap((step) => step.to);
  // What can't be reached can't be told so; the others are.
  const isReached = ({ platform }: Address): boolean => incident.watch !== chatWatch || platform !== incident.entity;
  const wanted = [...first, ...added].filter(isReached);
  // Where nobody can hear of it, whoever can does.
  const isUnheard = wanted.every(isRefusing);
  const all = isUnheard ? [...wanted, ...channels.filter((one) => isReached(one) && !isRefusing(one))] : wanted;
  return [...new Map(all.map((one) => [`${one.platform}:${one.channel}`, one])).values()];
}

export function stepsTaken(incident: Incident, rules: Rules): readonly EscalationStep[] {
  return (routeOf(incident, rules)?.escalate ?? []).slice(0, incident.escalation.steps);
}
