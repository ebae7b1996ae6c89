import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { UsageError } from '../core/errors.ts';
import type { IncidentControl } from '../core/incident-control.ts';
import type { AskWhy } from '../core/why.ts';
import { titleOf } from '../incidents/card.ts';
import { incidentInput, incidentOption, openIncidents } from './incident-option.ts';

/** Why somebody was told of an incident, or was not. */
export function createWhy(askWhy: AskWhy, incidents: IncidentControl): Command {
  return defineCommand({
    path: ['why'],
    summary: 'Why somebody was told of an incident, or was not',
    effect: 'read',
    role: 'viewer',
    options: [incidentOption],
    input: z.strictObject({ incident: incidentInput }),
    run: async ({ incident: id }) => {
      const why = await askWhy(id);
      if (why === null) throw new UsageError(`There is no incident "${id}". "/ops alerts" lists what is open.`);
      const { incident, because, accounts } = why;
      const title = `Who was told: ${titleOf(incident)}`;
      const rows = accounts.map(({ audience: { platform, channel }, text }) => [`${platform} ${channel}`, text]);
      return {
        summary: `${title}. ${rows.map((row) => row.join(': ')).join('; ')}`,
        blocks: [
          { kind: 'heading', text: title, tone: 'neutral' },
          { kind: 'text', text: `It goes by ${because}.` },
          ...rows.map(([where = '', text = '']) => ({ kind: 'facts' as const, facts: [{ name: where, value: text }] })),
        ],
        onlyYou: true,
        data: { incident: id, because, accounts },
      };
    },
    complete: (_option, typed) => openIncidents(incidents, typed),
  });
}
