import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { UsageError } from '../core/errors.ts';
import { formatConfidence, formatDuration, formatTime, formatValue } from '../core/format.ts';
import { type Chapter, type Incident, isOpen, partsOf, placeOf } from '../core/incident.ts';
import type { IncidentControl } from '../core/incident-control.ts';
import type { Block } from '../core/reply.ts';
import type { Watch } from '../core/watch.ts';
import { contextOf, sentenceOf, titleOf } from '../incidents/card.ts';
import { incidentInput, incidentOption, openIncidents } from './incident-option.ts';

/** So many of the incidents before it are looked through for the same entity. */
const lookedThrough = 500;
const mostBefore = 5;

export type ExplainDeps = {
  readonly incidents: IncidentControl;
  readonly watches: readonly Watch[];
  readonly now: () => number;
};

/** Why an incident is one: what was seen beside what was expected, what broke with it, what happened, and what was before. */
export function createExplain({ incidents, watches, now }: ExplainDeps): Command {
  return defineCommand({
    path: ['explain'],
    summary: 'Why an incident is one: its numbers, its company, its story and what was before',
    effect: 'read',
    role: 'viewer',
    options: [incidentOption],
    input: z.strictObject({ incident: incidentInput }),
    run: async ({ incident: id }) => {
      const incident = await incidents.find(id);
      if (incident === null) throw new UsageError(`There is no incident "${id}". "/ops anomalies" lists what is open.`);
      const { unitOf } = contextOf(incident, watches, { simulated: false });
      const before = (await incidents.recent(lookedThrough)).filter((one) => isSameBefore(one, incident));
      return {
        summary: `${titleOf(incident)}: ${sentenceOf(incident, unitOf)}`,
        blocks: [
          { kind: 'heading', text: titleOf(incident), tone: isOpen(incident) ? incident.severity : 'good' },
          { kind: 'text', text: `${scoreOf(incident)} ${sentenceOf(incident, unitOf)}` },
          ...blameOf(incident, unitOf),
          { kind: 'text', text: storyOf(incident) },
          { kind: 'text', text: beforeOf(before, now()) },
        ],
        onlyYou: true,
      };
    },
    complete: (_option, typed) => openIncidents(incidents, typed),
  });
}

function scoreOf({ kind, peakScore, confidence }: Incident): string {
  if (kind !== 'anomaly') return '';
  const times = formatValue(peakScore, '');
  return `At its worst it was ${times} times as strange as what is announced here; with a confidence of ${formatConfidence(confidence)} that is no chance.`;
}

/** Everything that was blamed, of all that broke. */
function blameOf(incident: Incident, unitOf: (metric: string) => string): readonly Block[] {
  const rows = partsOf(incident).flatMap((part) =>
    part.because
      .filter(({ share }) => share >= 0.01)
      .map(({ metric, seen, expected, share }) => [
        part.entity,
        metric,
        formatValue(seen, unitOf(metric)),
        formatValue(expected, unitOf(metric)),
        formatValue(share * 100, '%'),
      ]),
  );
  return rows.length === 0 ? [] : [{ kind: 'table', columns: ['entity', 'metric', 'seen', 'expected', 'share'], rows }];
}

function storyOf({ story }: Incident): string {
  return story.map(lineOf).join('\n');
}

function lineOf({ at, by, text }: Chapter): string {
  return `${formatTime(at)}: ${by === null ? text : `${by.name} ${text}`}`;
}

function isSameBefore(one: Incident, than: Incident): boolean {
  return one.openedAt < than.openedAt && one.entity === than.entity && one.watch === than.watch;
}

function beforeOf(before: readonly Incident[], now: number): string {
  const [last] = before;
  if (last === undefined) return 'Nothing of the kind is on record before.';
  const lines = before.slice(0, mostBefore).map((one) => {
    const was = one.label === null ? '' : `, called ${one.label.is} by ${one.label.by.name}`;
    const lasted = isOpen(one) ? '' : `, over after ${formatDuration(one.state.since - one.openedAt)}`;
    return `${one.id}, ${formatDuration(Math.max(0, now - one.openedAt))} ago${lasted}${was}`;
  });
  const more = before.length > mostBefore ? `\n… and ${before.length - mostBefore} more` : '';
  return `${placeOf(last)} before:\n${lines.join('\n')}${more}`;
}
