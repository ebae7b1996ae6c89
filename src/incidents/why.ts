import type { Address } from '../core/address.ts';
import { formatTime } from '../core/format.ts';
import { type Incident, isOpen } from '../core/incident.ts';
import type { Notice, Told } from '../core/notice.ts';
import type { Why } from '../core/why.ts';
import { isNoiseDigest } from './digest.ts';
import { noticeKey } from './due.ts';
import { createHeld, createQuiet, quietWords, type Surroundings } from './quiet.ts';
import { audiencesOf, type Routing, routeOf } from './route.ts';

export type WhyInput = Surroundings & {
  readonly routing: Routing;
  readonly told: readonly Told[];
  readonly owed: readonly Notice[];
  /** Why a channel takes nothing at the moment; null when nothing is known against it. */
  readonly troubleOf: (audience: Address) => string | null;
};

/** Why each audience was told of an incident, or was not, from what is true now and what was told. */
export function whyOf(incident: Incident, input: WhyInput): Why {
  const { routing, told, owed } = input;
  const toldTo = new Map(told.map((entry) => [noticeKey(entry.incident, entry.audience), entry]));
  const owedTo = new Map(owed.map((notice) => [notice.key, notice]));
  const known = told.filter((entry) => entry.incident === incident.id).map(({ audience }) => audience);
  const audiences = [...audiencesOf(incident, routing), ...known];
  const byKey = new Map(audiences.map((audience) => [noticeKey(incident.id, audience), audience]));
  return {
    incident,
    because: routeWords(incident, routing),
    accounts: [...byKey].map(([key, audience]) => {
      const [last, notice] = [toldTo.get(key), owedTo.get(key)];
      const text =
        last === undefined ? untoldWords(incident, audience, notice, input) : toldWords(incident, last, notice);
      return { audience, text };
    }),
  };
}

function routeWords(incident: Incident, { rules, watches }: Routing): string {
  const route = routeOf(incident, rules);
  const watch = watches.find(({ name }) => name === incident.watch);
  if (route !== null && route.to.length > 0) return `route ${rules.routes.indexOf(route) + 1} of the watches file`;
  if (watch !== undefined && watch.audiences.length > 0) return `the alerts of the watch ${watch.name}`;
  return 'no route and no watch names a channel, so every channel that is configured';
}

function toldWords(incident: Incident, { at, digest }: Told, notice: Notice | undefined): string {
  const noise = isNoiseDigest(digest) ? `told as likely noise: ${incident.triaged?.verdict?.because ?? ''}` : null;
  const how = noise ?? (digest === null ? 'told' : 'told on a card for many');
  const more = notice === undefined ? '' : `, and what is new since ${formatTime(notice.owedSince)} is on its way`;
  return `${how}, last at ${formatTime(at)}${more}`;
}

function untoldWords(incident: Incident, audience: Address, notice: Notice | undefined, input: WhyInput): string {
  const quiet = createQuiet(input)(incident);
  if (quiet !== null) return `not told: ${quietWords(quiet)}`;
  const trouble = input.troubleOf(audience);
  if (notice !== undefined && notice.notBefore !== null && notice.notBefore > input.now)
    return `not told yet: it waits for the end of quiet hours at ${formatTime(notice.notBefore)}`;
  if (notice !== undefined)
    return `not told yet: it is owed since ${formatTime(notice.owedSince)}${trouble === null ? '' : ` (${trouble})`}`;
  if (createHeld(input.rules, input.now)(incident) !== null && isOpen(incident)) return 'not told yet: quiet hours';
  return isOpen(incident) ? 'not told yet' : 'not told: it was over before anything was owed';
}
