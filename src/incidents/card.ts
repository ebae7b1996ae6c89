import type { Button } from '../core/button.ts';
import type { Chart } from '../core/chart.ts';
import { formatConfidence, formatDuration, formatTime, formatValue } from '../core/format.ts';
import {
  blamedIn,
  type Chapter,
  type Incident,
  isOpen,
  type Label,
  nameOf,
  partsOf,
  placeOf,
} from '../core/incident.ts';
import { everyEntity, sourceWatch } from '../core/names.ts';
import type { Block, Fact, Reply, Tone } from '../core/reply.ts';
import type { Watch } from '../core/watch.ts';
import { type Quiet, quietWords } from './quiet.ts';
import { namesOf, whatOf } from './words.ts';

export type CardContext = {
  readonly unitOf: (metric: string) => string;
  readonly runbookUrl: string | null;
  readonly simulated: boolean;
  /** What keeps it quiet; or null. */
  readonly quiet: Quiet | null;
};

/** So many of the others that broke have a line of their own; the rest is counted. */
const mostLines = 10;

/** What a card needs to know of the watch that an incident belongs to. */
export function contextOf(
  incident: Incident,
  watches: readonly Watch[],
  { simulated, quiet = null }: Pick<CardContext, 'simulated'> & Partial<Pick<CardContext, 'quiet'>>,
): CardContext {
  const watch = watches.find((candidate) => candidate.name === incident.watch);
  const units = new Map(watch?.metrics.map((metric) => [metric.name, metric.unit]));
  return { unitOf: (metric) => units.get(metric) ?? '', runbookUrl: watch?.runbookUrl ?? null, simulated, quiet };
}

/** The card of an incident as it is now; the same on every platform. Null when there is no picture of it. */
export function cardOf(incident: Incident, context: CardContext, chart: Chart | null = null): Reply {
  const title = titleOf(incident);
  const sentence = sentenceOf(incident, context.unitOf);
  const simulated = context.simulated ? ' · simulated cluster: this host is not real' : '';
  const blocks: readonly Block[] = [
    { kind: 'heading', text: title, tone: toneOf(incident) },
    { kind: 'text', text: sentence },
    { kind: 'facts', facts: factsOf(incident, context.quiet) },
    ...blameOf(incident, context.unitOf),
    ...companyOf(incident, context.unitOf),
    ...(chart === null ? [] : [{ kind: 'chart' as const, chart }]),
    ...linksOf(incident, context),
    { kind: 'buttons', buttons: buttonsOf(incident) },
    { kind: 'note', text: `incident ${incident.id}${simulated}` },
  ];
  return { summary: `${title}: ${sentence}`, blocks, onlyYou: false };
}

/** The word under a card: what happened since an audience was last told. Those that reach people again say where it is. */
export function newsOf(incident: Incident, chapters: readonly Chapter[]): Reply {
  const lines = chapters.map(({ by, text }) => (by === null ? text : `${by.name} ${text}`));
  const isOver = !isOpen(incident);
  if (isOver) lines.push(`Over after ${formatDuration(Math.max(0, incident.state.since - incident.openedAt))}.`);
  const text = lines.join('\n');
  const isLoud = isOver || chapters.some((chapter) => chapter.isLoud);
  const said = lines.join('; ');
  const summary = said.includes(placeOf(incident)) ? said : `${placeOf(incident)}: ${said}`;
  if (!isLoud) return { summary, blocks: [{ kind: 'text', text }], onlyYou: false };
  return {
    summary,
    blocks: [
      { kind: 'heading', text: headlineOf(incident), tone: toneOf(incident) },
      { kind: 'text', text },
    ],
    onlyYou: false,
  };
}

function headlineOf(incident: Incident): string {
  if (!isOpen(incident)) return `Resolved: ${placeOf(incident)}`;
  return `${incident.severity === 'critical' ? 'Critical' : 'Warning'}: ${placeOf(incident)}`;
}

export function titleOf(incident: Incident): string {
  const state = isOpen(incident) ? (incident.severity === 'critical' ? 'Critical' : 'Warning') : 'Resolved';
  const more = incident.others.length === 0 ? '' : ` and ${incident.others.length} more`;
  return `${state}: ${whatOf(incident)} ${placeOf(incident)}${more}`;
}

/** What is wrong in one sentence with its numbers. */
export function sentenceOf(incident: Incident, unitOf: CardContext['unitOf']): string {
  if (incident.kind === 'alert') return incident.alert?.summary || 'Alertmanager reports it and says no more.';
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

function factsOf(incident: Incident, quiet: Quiet | null): readonly Fact[] {
  const { state, follows, label } = incident;
  // How long it has lasted is said when it is over: a card is not edited merely because time passes.
  const lasted = isOpen(incident) ? '' : ` (${formatDuration(Math.max(0, state.since - incident.openedAt))})`;
  const facts: Fact[] = [{ name: 'since', value: `${formatTime(incident.openedAt)}${lasted}` }];
  if (incident.kind === 'anomaly') facts.push({ name: 'confidence', value: formatConfidence(incident.confidence) });
  if (incident.others.length > 0)
    facts.push({ name: 'in the same minutes', value: `${incident.entity} first, then ${namesOf(incident.others)}` });
  if (follows !== null) facts.push({ name: 'came back', value: `${followsOf(incident)} of ${follows.id}` });
  if (quiet !== null && isOpen(incident)) facts.push({ name: 'nobody is told', value: quietWords(quiet) });
  if (state.kind === 'acknowledged') facts.push({ name: 'acknowledged by', value: state.by.name });
  if (state.kind === 'resolved')
    facts.push({ name: 'resolved', value: `${formatTime(state.since)} (${nameOf(state.by)})` });
  if (label !== null) facts.push({ name: 'it was', value: `${label.is} (${label.by.name})` });
  return facts;
}

function followsOf({ follows, openedAt, recurrences }: Incident): string {
  const after = `${formatDuration(Math.max(0, openedAt - (follows?.resolvedAt ?? openedAt)))} after the end`;
  return recurrences > 1 ? `${recurrences} times in a row, ${after}` : after;
}

function blameOf(incident: Incident, unitOf: CardContext['unitOf']): readonly Block[] {
  const blamed = blamedIn(incident);
  if (blamed.length === 0) return [];
  const rows = blamed.map((part) => [
    part.metric,
    formatValue(part.seen, unitOf(part.metric)),
    formatValue(part.expected, unitOf(part.metric)),
    formatValue(part.share * 100, '%'),
  ]);
  return [{ kind: 'table', columns: ['metric', 'seen', 'expected', 'share'], rows }];
}

/** What else is in the incident, with the first thing that is wrong with each. */
function companyOf(incident: Incident, unitOf: CardContext['unitOf']): readonly Block[] {
  if (incident.others.length === 0) return [];
  const rows = incident.others.slice(0, mostLines).map((part) => {
    const [first] = blamedIn(part);
    const seen = first === undefined ? '' : `${first.metric} ${formatValue(first.seen, unitOf(first.metric))}`;
    return [part.entity, part.endedAt === null ? part.severity : 'over', part.alert?.name ?? seen];
  });
  const more = incident.others.length - rows.length;
  return [
    { kind: 'table', columns: ['also', 'is', 'what'], rows },
    ...(more > 0 ? [{ kind: 'note' as const, text: `… and ${more} more` }] : []),
  ];
}

function linksOf(incident: Incident, { runbookUrl }: CardContext): readonly Block[] {
  const alerts = partsOf(incident).flatMap(({ alert }) => (alert?.url ? [{ text: alert.name, url: alert.url }] : []));
  const links = [...(runbookUrl === null ? [] : [{ text: 'Runbook', url: runbookUrl }]), ...alerts.slice(0, 3)];
  return links.map((link) => ({ kind: 'link', ...link }));
}

/** What can be done with it as it is now. */
function buttonsOf(incident: Incident): readonly Button[] {
  const { id: of, state } = incident;
  const button = (text: string, path: readonly string[], more: Partial<Button> = {}): Button => ({
    ...{ text, style: 'plain', path, asks: [] },
    ...more,
    values: { incident: of, ...more.values },
  });
  const label = (text: string, is: Label): Button => button(text, ['feedback'], { values: { is } });
  const labelled = [label('Real', 'real'), label('Noise', 'noise'), label('Expected', 'expected')];
  if (state.kind === 'resolved') return labelled;
  return [
    ...(state.kind === 'open' ? [button('Acknowledge', ['ack'], { style: 'good' })] : []),
    button('Resolve', ['resolve']),
    button('Silence 1 h', ['silence', 'add'], { values: { for: '1h' } }),
    button('Till morning', ['silence', 'add'], { values: { for: 'morning' } }),
    button('Silence …', ['silence', 'add'], { asks: ['for', 'reason'] }),
    ...labelled,
    button('Explain', ['explain']),
  ];
}

function toneOf(incident: Incident): Tone {
  return isOpen(incident) ? incident.severity : 'good';
}
