import { formatDuration, formatTime, formatValue } from '../core/format.ts';
import type { ModelInfo } from '../core/model.ts';
import type { Block, Fact } from '../core/reply.ts';

/** What a model says of itself. */
export function modelBlocks(info: ModelInfo, now: number): readonly Block[] {
  const note = 'Features, parameters and measures are medians over the entities.';
  return [
    { kind: 'facts', facts: factsOf(info, now) },
    ...(info.entities > 1 ? [{ kind: 'note' as const, text: note }] : []),
  ];
}

function factsOf(info: ModelInfo, now: number): readonly Fact[] {
  const { trainedAt, from, to, entities, rows, metrics } = info;
  return [
    { name: 'version', value: info.version },
    { name: 'trained', value: `${formatTime(trainedAt)}, ${formatDuration(now - trainedAt)} ago` },
    { name: 'on', value: `${formatDuration(to - from)}, from ${formatTime(from)} to ${formatTime(to)}` },
    { name: 'rows', value: entities === 1 ? String(rows) : `up to ${rows} of each of ${entities} entities` },
    { name: 'metrics', value: metrics.join(', ') },
    { name: 'features', value: number(info.features) },
    { name: 'parameters', value: numbers(info.parameters) },
    { name: 'measures', value: numbers(info.measures) },
    { name: 'settings', value: settingsOf(info) },
    { name: 'made by', value: `${info.detector}, version ${info.code}, seed ${info.seed}` },
  ].filter(({ value }) => value !== '');
}

/** Which settings its history spoke for, and why. */
function settingsOf({ tuning }: ModelInfo): string {
  if (tuning === null) return 'the usual ones: no others have been tried yet';
  const { name, because, chosenAt, tookMs } = tuning;
  return `${name}, chosen ${formatTime(chosenAt)} in ${formatDuration(tookMs)}: ${because}`;
}

/** Numbers by name in one line: "trees 100, threshold 3.46". */
export function numbers(named: Readonly<Record<string, number>>): string {
  return Object.entries(named)
    .map(([name, value]) => `${name} ${number(value)}`)
    .join(', ');
}

const number = (value: number): string => formatValue(value, '');
