import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { formatDuration, formatTime } from '../core/format.ts';
import { type Incident, isOpen, nameOf, partsOf, placeOf } from '../core/incident.ts';
import type { IncidentControl } from '../core/incident-control.ts';
import { matches } from '../incidents/silence.ts';
import { whatOf } from '../incidents/words.ts';

export type HistoryDeps = {
  readonly incidents: IncidentControl;
  readonly simulated: boolean;
  readonly now: () => number;
};

/** So far back it is looked, and so many are shown. */
const [mostRead, mostLines] = [2_000, 20];

/** The last incidents: what they were, how long they took, who ended them, and what people say of them. */
export function createHistory({ incidents, simulated, now }: HistoryDeps): Command {
  return defineCommand({
    path: ['history'],
    summary: 'The last incidents, of everything or of one entity',
    effect: 'read',
    role: 'viewer',
    options: [
      {
        name: 'entity',
        summary: 'whose; with * for anything: web-*',
        required: false,
        choices: [],
        completes: false,
        oneWord: true,
      },
    ],
    input: z.strictObject({ entity: z.string().trim().min(1).max(200).optional() }),
    run: async ({ entity }) => {
      const all = await incidents.recent(mostRead);
      const own =
        entity === undefined ? all : all.filter((one) => partsOf(one).some((part) => matches(entity, part.entity)));
      const of = entity === undefined ? '' : ` of ${entity}`;
      const rows = own.slice(0, mostLines).map((incident) => lineOf(incident, now()));
      const summary =
        own.length === 0
          ? `There was no incident${of}.`
          : `The last ${rows.length === 1 ? 'incident' : `${rows.length} incidents`}${of}.`;
      return {
        summary,
        blocks: [
          { kind: 'heading', text: summary, tone: 'neutral' },
          ...(rows.length === 0
            ? []
            : [{ kind: 'table' as const, columns: ['incident', 'began', 'what', 'took', 'ended by', 'was'], rows }]),
          ...(own.length > rows.length
            ? [{ kind: 'note' as const, text: `${own.length} of the last ${all.length}` }]
            : []),
          ...(simulated ? [{ kind: 'note' as const, text: 'simulated cluster: these hosts are not real' }] : []),
        ],
        onlyYou: false,
        data: { incidents: own.slice(0, mostLines) },
      };
    },
  });
}

function lineOf(incident: Incident, now: number): readonly string[] {
  const { id, state, label, openedAt, others } = incident;
  const end = isOpen(incident) ? now : state.since;
  return [
    id,
    formatTime(openedAt),
    `${whatOf(incident)} ${placeOf(incident)}${others.length === 0 ? '' : ` and ${others.length} more`}`,
    formatDuration(Math.max(0, end - openedAt)),
    state.kind === 'resolved' ? nameOf(state.by) : 'still open',
    label?.is ?? '',
  ];
}
