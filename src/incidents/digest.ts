import { formatTime } from '../core/format.ts';
import { type Chapter, type Incident, isOpen, partsOf, placeOf, severities } from '../core/incident.ts';
import type { Block, Reply, Tone } from '../core/reply.ts';
import { entitiesInWords } from './entities.ts';
import { whatOf } from './words.ts';

/** What should reach people of one incident on a shared card. */
export type LoudNews = { readonly incident: Incident; readonly chapters: readonly Chapter[] };

/** So many incidents have a line of their own; the others are named. */
const mostLines = 12;
const mostNews = 8;

/** The name of the card of what began in quiet hours and waited for their end. */
export function quietDigest(until: number): string {
  return `quiet-${until}`;
}

const noise = 'noise-';

/** The name of the card of what is likely noise; one a day. */
export function noiseDigest(at: number): string {
  return `${noise}${new Date(at).toISOString().slice(0, 10)}`;
}

export function isNoiseDigest(digest: string | null): boolean {
  return digest?.startsWith(noise) ?? false;
}

/** One card for many incidents, the most urgent first. Every one is counted, and named as far as there is room. */
export function digestCard(digest: string, on: readonly Incident[], simulated: boolean): Reply {
  const title = titleOf(digest, on);
  const sorted = on.toSorted((a, b) => rankOf(a) - rankOf(b) || a.openedAt - b.openedAt);
  const rest = sorted.slice(mostLines);
  const blocks: readonly Block[] = [
    { kind: 'heading', text: title, tone: toneOf(on) },
    { kind: 'table', columns: ['watch', 'critical', 'warning', 'acknowledged', 'over'], rows: countsOf(on) },
    { kind: 'table', columns: ['incident', 'is', 'what', 'since'], rows: sorted.slice(0, mostLines).map(lineOf) },
    ...restOf(rest),
    { kind: 'text', text: '"alerts" lists what is open, "ack" and an incident acknowledges it.' },
    ...(simulated ? [{ kind: 'note' as const, text: 'simulated cluster: these hosts are not real' }] : []),
  ];
  return { summary: title, blocks, onlyYou: false };
}

/** The word under a shared card: what got worse, and once that all is over. Null when there is none. */
export function digestNews(on: readonly Incident[], loud: readonly LoudNews[], wasOver: boolean): Reply | null {
  const lines = loud
    .slice(0, mostNews)
    .map(({ incident, chapters }) => `${placeOf(incident)}: ${chapters.map(({ text }) => text).join('; ')}`);
  if (loud.length > mostNews) lines.push(`… and ${loud.length - mostNews} more`);
  const isOver = !wasOver && !on.some(isOpen);
  if (isOver) lines.push(on.length === 1 ? 'It is over.' : `All ${count(on.length)} are over.`);
  if (lines.length === 0) return null;
  const text = lines.join('\n');
  return { summary: lines.join('; '), blocks: [{ kind: 'text', text }], onlyYou: false };
}

function titleOf(digest: string, on: readonly Incident[]): string {
  const open = on.filter(isOpen);
  const many = on.length === 1 ? '1 incident' : `${count(on.length)} incidents`;
  const what = isNoiseDigest(digest)
    ? `${many}, likely noise`
    : digest.startsWith('quiet-')
      ? `${many} in quiet hours`
      : `${many} at once`;
  if (open.length === 0) return `Resolved: ${what}`;
  const worst = severityOf(open) === 'critical' ? 'Critical' : 'Warning';
  return open.length === on.length ? `${worst}: ${what}` : `${worst}: ${what}, ${count(open.length)} still open`;
}

function countsOf(on: readonly Incident[]): readonly (readonly string[])[] {
  return [...Map.groupBy(on, ({ watch }) => watch)].map(([watch, own]) => {
    const open = own.filter(isOpen);
    const of = (what: (incident: Incident) => boolean): string => count(open.filter(what).length);
    return [
      watch,
      of(({ severity }) => severity === 'critical'),
      of(({ severity }) => severity === 'warning'),
      of(({ state }) => state.kind === 'acknowledged'),
      count(own.length - open.length),
    ];
  });
}

function lineOf(incident: Incident): readonly string[] {
  const is = isOpen(incident) ? incident.severity : 'over';
  const by = incident.state.kind === 'acknowledged' ? ` (${incident.state.by.name})` : '';
  const more = incident.others.length === 0 ? '' : ` and ${incident.others.length} more`;
  return [incident.id, `${is}${by}`, `${whatOf(incident)} ${placeOf(incident)}${more}`, formatTime(incident.openedAt)];
}

function restOf(rest: readonly Incident[]): readonly Block[] {
  return [...Map.groupBy(rest, ({ watch }) => watch)].map(([watch, own]) => {
    const names = own.flatMap(partsOf).map(({ entity }) => entity);
    return { kind: 'text', text: `${count(own.length)} more of ${watch}: ${entitiesInWords(names)}` };
  });
}

function rankOf(incident: Incident): number {
  return isOpen(incident) ? -severities.indexOf(incident.severity) : 1;
}

function toneOf(on: readonly Incident[]): Tone {
  const open = on.filter(isOpen);
  return open.length === 0 ? 'good' : severityOf(open);
}

function severityOf(open: readonly Incident[]): 'warning' | 'critical' {
  return open.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning';
}

/** 1,000 as people write it. */
function count(number: number): string {
  return number.toLocaleString('en-US');
}
