import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import type { IncidentControl } from '../core/incident-control.ts';
import { actedReply, actorOf, incidentInput, incidentOption, openIncidents } from './incident-option.ts';

/** Somebody takes care of it: others need not. */
export function createAck(incidents: IncidentControl): Command {
  return defineCommand({
    path: ['ack'],
    summary: 'Acknowledge an incident: you take care of it',
    effect: 'write',
    role: 'responder',
    options: [incidentOption],
    input: z.strictObject({ incident: incidentInput }),
    run: async ({ incident }, context) =>
      actedReply(await incidents.act(incident, { kind: 'acknowledge' }, actorOf(context)), () => 'You acknowledged it'),
    complete: (_option, typed) => openIncidents(incidents, typed),
  });
}
