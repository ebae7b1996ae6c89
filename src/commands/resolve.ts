import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import type { IncidentControl } from '../core/incident-control.ts';
import { actedReply, actorOf, incidentInput, incidentOption, openIncidents } from './incident-option.ts';

/** Closes an incident by hand. */
export function createResolve(incidents: IncidentControl): Command {
  return defineCommand({
    path: ['resolve'],
    summary: 'Close an incident; it comes back only after it was right once, or when it gets worse',
    effect: 'write',
    role: 'responder',
    options: [incidentOption],
    input: z.strictObject({ incident: incidentInput }),
    run: async ({ incident }, context) =>
      actedReply(await incidents.act(incident, { kind: 'resolve' }, actorOf(context)), ({ lingers }) =>
        lingers ? 'You resolved it; while it stays as it is nobody is told of it again' : 'You resolved it',
      ),
    complete: (_option, typed) => openIncidents(incidents, typed),
  });
}
