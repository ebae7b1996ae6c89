import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { labels } from '../core/incident.ts';
import type { IncidentControl } from '../core/incident-control.ts';
import { actedReply, actorOf, incidentInput, incidentOption, openIncidents } from './incident-option.ts';

/** What an incident really was: what later ones are judged by. */
export function createFeedback(incidents: IncidentControl): Command {
  return defineCommand({
    path: ['feedback'],
    summary: 'Say what an incident was: real, noise or expected',
    effect: 'write',
    role: 'responder',
    options: [
      incidentOption,
      {
        name: 'is',
        summary: 'real trouble, noise, or something that was expected',
        required: true,
        choices: labels,
        completes: false,
        oneWord: true,
      },
    ],
    input: z.strictObject({
      incident: incidentInput,
      is: z.enum(labels, { error: `is ${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}` }),
    }),
    run: async ({ incident, is }, context) =>
      actedReply(
        await incidents.act(incident, { kind: 'label', is }, actorOf(context)),
        () => `Thank you, it is kept as ${is}`,
      ),
    complete: async (option, typed) => (option === 'incident' ? openIncidents(incidents, typed) : []),
  });
}
