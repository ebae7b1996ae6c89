import { z } from 'zod';
import type { CommandContext, CommandOption } from '../core/command.ts';
import type { Actor, Incident } from '../core/incident.ts';
import type { Acted, IncidentControl } from '../core/incident-control.ts';
import { type Reply, say } from '../core/reply.ts';
import { titleOf } from '../incidents/card.ts';
import { matching } from './watch-option.ts';

/** Which incident: its id, as its card says it. */
export const incidentOption: CommandOption = {
  name: 'incident',
  summary: 'the incident, as its card names it',
  required: true,
  choices: [],
  completes: true,
  oneWord: true,
};

export const incidentInput = z
  .string()
  .trim()
  .regex(/^[\w-]{1,64}$/, 'is the id of an incident, as its card says it');

/** Suggests the incidents that are open. */
export async function openIncidents(incidents: IncidentControl, typed: string): Promise<readonly string[]> {
  return matching(
    (await incidents.open()).map(({ id }) => id),
    typed,
  );
}

/** Whoever asked, without what only decides their role. */
export function actorOf({ by: { platform, id, name } }: CommandContext): Actor {
  return { platform, id, name };
}

/** What a person is told of what they did: privately, for the card tells everybody. */
export function actedReply(acted: Acted, words: (incident: Incident) => string): Reply {
  const { incident } = acted;
  const where = titleOf(incident).replace(/^\w+: /, '');
  const text =
    acted.kind === 'done' ? `${words(incident)}: ${where}.` : `Nothing has changed: ${acted.because} (${where}).`;
  return { ...say(text, { onlyYou: true }), data: { outcome: acted.kind, incident: incident.id } };
}
