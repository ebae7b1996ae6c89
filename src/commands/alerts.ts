import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { formatDuration } from '../core/format.ts';
import type { Incident } from '../core/incident.ts';
import { placeOf } from '../core/incident.ts';
import type { IncidentControl } from '../core/incident-control.ts';
import type { Silence, SilenceControl } from '../core/silence.ts';
import { silenceOf } from '../incidents/silence.ts';
import { whatOf } from '../incidents/words.ts';

export type AlertsDeps = {
  readonly incidents: IncidentControl;
  readonly silences: SilenceControl;
  readonly simulated: boolean;
  readonly now: () => number;
};

/** So many of the most urgent have a line; the others are counted. */
const mostLines = 25;

/** What is open, the most urgent first: who has it, and whether somebody silenced it. */
export function createAlerts({ incidents, silences, simulated, now }: AlertsDeps): Command {
  return defineCommand({
    path: ['alerts'],
    summary: 'What is open, who has it, and what is silenced',
    effect: 'read',
    role: 'viewer',
    options: [],
    input: z.strictObject({}),
    run: async () => {
      const [open, active] = [await incidents.open(), await silences.active()];
      const summary =
        open.length === 0 ? 'Nothing is open.' : `${open.length} open incident${open.length === 1 ? '' : 's'}.`;
      const rows = open.slice(0, mostLines).map((incident) => lineOf(incident, active, now()));
      const more = open.length - rows.length;
      return {
        summary,
        blocks: [
          { kind: 'heading', text: summary, tone: open.length === 0 ? 'good' : 'warning' },
          ...(rows.length === 0 ? [] : [{ kind: 'table' as const, columns: ['incident', 'is', 'what', 'for'], rows }]),
          ...(more > 0 ? [{ kind: 'note' as const, text: `… and ${more} more` }] : []),
          ...(simulated ? [{ kind: 'note' as const, text: 'simulated cluster: these hosts are not real' }] : []),
        ],
        onlyYou: false,
        data: { open },
      };
    },
  });
}

function lineOf(incident: Incident, silences: readonly Silence[], now: number): readonly string[] {
  const { state, severity, others } = incident;
  const marks = [
    severity,
    ...(state.kind === 'acknowledged' ? [`${state.by.name} has it`] : []),
    ...(silenceOf(incident, silences, now) === null ? [] : ['silenced']),
  ];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const what = `${whatOf(incident)} ${placeOf(incident)}${more}`;
  return [incident.id, marks.join(', '), what, formatDuration(Math.max(0, now - incident.openedAt))];
}
