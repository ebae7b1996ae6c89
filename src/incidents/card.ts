import { formatConfidence, formatDuration, formatTime, formatValue } from '../core/format.ts';
import { blamedIn, type Incident, isOpen, placeOf } from '../core/incident.ts';
import { everyEntity, sourceWatch } from '../core/names.ts';
import type { Block, Fact, Reply, Tone } from '../core/reply.ts';
import type { Watch } from '../core/watch.ts';

export type CardContext = {
  readonly unitOf: (metric: string) => string;
  readonly runbookUrl: string | null;
  readonly simulated: boolean;
};

/** So many of the others that broke are named. */
const mostAlongside = 5;

/** What a card needs to know of the watch that an incident belongs to. */
export function contextOf(
  incident: Incident,
  watches: readonly Watch[],
  { simulated }: Pick<CardContext, 'simulated'>,
): CardContext {
  const watch = watches.find((candidate) => candidate.name === incident.watch);
  const units = new Map(watch?.metrics.map((metric) => [metric.name, metric.unit]));
  return { unitOf: (metric) => units.get(metric) ?? '', runbookUrl: watch?.runbookUrl ?? null, simulated };
}

/** The card of an incident as it is now; the same on every platform. */
export function cardOf(incident: Incident, context: CardContext): Reply {
  const title = titleOf(incident);
  const blocks: Block[] = [{ kind: 'heading', text: title, tone: toneOf(incident) }];
  blocks.push({ kind: 'text', text: sentenceOf(incident, context.unitOf) });
  blocks.push({ kind: 'facts', facts: factsOf(incident) });
  const blamed = blamedIn(incident);
  if (blamed.length > 0) {
    blocks.push({
      kind: 'table',
      columns: ['metric', 'seen', 'expected', 'share'],
      rows: blamed.map((part) => [
        part.metric,
        formatValue(part.seen, context.unitOf(part.metric)),
        formatValue(part.expected, context.unitOf(part.metric)),
        formatValue(part.share * 100, '%'),
      ]),
    });
  }
  if (context.runbookUrl !== null) blocks.push({ kind: 'link', text: 'Runbook', url: context.runbookUrl });
  const simulated = context.simulated ? ' · simulated cluster: this host is not real' : '';
  blocks.push({ kind: 'note', text: `incident ${incident.id}${simulated}` });
  return { summary: `${title}: ${sentenceOf(incident, context.unitOf)}`, blocks, onlyYou: false };
}

/** The short word under a card that reaches people again: it is over, or it got worse. */
export function newsOf(incident: Incident): Reply {
  const where = placeOf(incident);
  const text = isOpen(incident)
    ? `${where} got worse: it is ${incident.severity} now.`
    : `${where} ${endOf(incident)} after ${formatDuration(incident.state.since - incident.openedAt)}.`;
  const tone: Tone = isOpen(incident) ? incident.severity : 'good';
  return { summary: text, blocks: [{ kind: 'heading', text, tone }], onlyYou: false };
}

export function titleOf(incident: Incident): string {
  const state = isOpen(incident) ? (incident.severity === 'critical' ? 'Critical' : 'Warning') : 'Resolved';
  const what = incident.kind === 'no data' ? 'no data from' : 'anomaly on';
  return `${state}: ${what} ${placeOf(incident)}`;
}

/** What is wrong in one sentence with its numbers. */
export function sentenceOf(incident: Incident, unitOf: CardContext['unitOf']): string {
  if (incident.kind === 'no data') {
    const since = `${formatTime(incident.openedAt)}`;
    if (incident.watch === sourceWatch)
      return `Prometheus could not be read since ${since}. Nothing can be judged until it is back.`;
    if (incident.entity === everyEntity)
      return `No numbers of ${incident.watch} since ${since}: its series are absent, or its queries fail. Nothing is known of it.`;
    return `The series of ${placeOf(incident)} have been absent since ${since}. Absence is not zero: nothing is known of it.`;
  }
  const parts = blamedIn(incident)
    .slice(0, 3)
    .map(
      (part) =>
        `${part.metric} ${formatValue(part.seen, unitOf(part.metric))} (expected ${formatValue(part.expected, unitOf(part.metric))})`,
    );
  return parts.length === 0 ? 'An unusual combination of its metrics.' : `${parts.join(', ')}.`;
}

function factsOf(incident: Incident): readonly Fact[] {
  // How long it has lasted is said when it is over: a card is not edited merely because time passes.
  const lasted = isOpen(incident) ? '' : ` (${formatDuration(Math.max(0, incident.state.since - incident.openedAt))})`;
  const facts: Fact[] = [{ name: 'since', value: `${formatTime(incident.openedAt)}${lasted}` }];
  if (incident.kind === 'anomaly') facts.push({ name: 'confidence', value: formatConfidence(incident.confidence) });
  if (incident.alongside.length > 0) facts.push({ name: 'in the same minutes', value: alongsideOf(incident) });
  if (incident.state.kind === 'acknowledged') facts.push({ name: 'acknowledged by', value: incident.state.by });
  if (incident.state.kind === 'resolved')
    facts.push({ name: 'resolved', value: `${formatTime(incident.state.since)} (${incident.state.by})` });
  return facts;
}

/** The others that broke in the same minutes, by name as long as they are few. */
export function alongsideOf({ alongside }: Incident): string {
  const more = alongside.length - mostAlongside;
  return `${alongside.slice(0, mostAlongside).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function endOf(incident: Incident): string {
  const by = incident.state.kind === 'resolved' ? incident.state.by : '';
  if (by === 'gone') return 'is gone for good, its incident closed';
  if (by === 'no longer watched') return 'is no longer watched, its incident closed';
  return incident.kind === 'no data' ? 'is back' : 'is normal again';
}

function toneOf(incident: Incident): Tone {
  return isOpen(incident) ? incident.severity : 'good';
}
