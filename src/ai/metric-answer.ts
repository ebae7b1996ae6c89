import { isCalled } from '../core/entity-name.ts';
import { messageOf } from '../core/errors.ts';
import { formatDuration, formatTime, formatValue } from '../core/format.ts';
import type { MetricSource } from '../core/metric-source.ts';
import type { Reading, Situation } from '../core/situation.ts';
import type { MetricIntent, WatchedIn } from './intent.ts';
import { shortened } from './shortened.ts';
import { besideOf } from './state-answers.ts';

const rangePoints = 120;

type Row = { readonly entity: string; readonly values: Float64Array };

/**
 * One watched metric in numbers, read now: of the entities that were asked for, or all, with what was expected of each. When
 * Prometheus fails, what was last seen is better than nothing, as long as it says how old it is. Throws only on abort.
 */
export async function metricAnswer(
  source: MetricSource,
  watched: WatchedIn,
  asked: MetricIntent,
  seen: Situation,
  at: number,
  signal: AbortSignal,
): Promise<string> {
  const { name } = watched.metric;
  try {
    const all = await readRows(source, watched, asked, at, signal);
    const rows = all.filter(({ entity }) => isAsked(entity, asked));
    if (rows.length > 0) return rowsText(watched, asked, rows, seen, at);
    if (asked.stranger !== null && all.length > 0)
      return `I know no ${asked.stranger} of which ${name} is read. It is read of ${shortened(all.map(({ entity }) => entity)).join(', ')}.`;
    return [`${name} has no value now. That is not zero: nothing is known.`, ...lastKnown(watched, asked, seen)].join(
      '\n',
    );
  } catch (error) {
    if (signal.aborted) throw error;
    return [`Prometheus can not be read now: ${messageOf(error)}`, ...lastKnown(watched, asked, seen)].join('\n');
  }
}

async function readRows(
  source: MetricSource,
  { watch, metric }: WatchedIn,
  { lastMs, order }: MetricIntent,
  at: number,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const stepMs = Math.ceil((lastMs ?? 0) / rangePoints / 1_000) * 1_000;
  const found =
    lastMs === null
      ? await source.instant(metric.query, at, signal)
      : await source.range(metric.query, { from: at - lastMs, to: at, stepMs }, signal);
  return found
    .map(({ labels, values }) => ({
      entity: labels[watch.entityLabel] ?? '',
      values: values.filter((value) => !Number.isNaN(value)),
    }))
    .filter(({ entity, values }) => entity !== '' && values.length > 0)
    .toSorted((a, b) => (order === 'highest' ? most(b.values) - most(a.values) : least(a.values) - least(b.values)));
}

function isAsked(entity: string, { entities, stranger }: MetricIntent): boolean {
  if (stranger !== null) return isCalled(entity, stranger);
  return entities.length === 0 || entities.includes(entity);
}

function rowsText(
  { watch, metric: { name, unit } }: WatchedIn,
  { lastMs, order, asksWhich }: MetricIntent,
  rows: readonly Row[],
  seen: Situation,
  at: number,
): string {
  const when =
    lastMs === null
      ? `read just now, ${formatTime(at)}`
      : `in the last ${formatDuration(lastMs)}, until ${formatTime(at)}`;
  const textOf = ({ entity, values }: Row): string => {
    const expected = readingOf(seen, watch.name, name, entity)?.expected ?? null;
    return lastMs === null ? `${formatValue(lastOf(values), unit)}${besideOf(expected, unit)}` : spread(values, unit);
  };
  const [first] = rows;
  if (first !== undefined && rows.length === 1) return `${name} of ${first.entity}: ${textOf(first)}; ${when}.`;
  const lead = first !== undefined && asksWhich ? [`${first.entity} has the ${order} ${name}: ${textOf(first)}.`] : [];
  const lines = rows.map((row) => `${row.entity}: ${textOf(row)}`);
  return [...lead, `${name}, ${order} first (${when}):`, ...shortened(lines)].join('\n');
}

function spread(values: Float64Array, unit: string): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [low, middle, high, last] = [least(values), mean, most(values), lastOf(values)].map((value) =>
    formatValue(value, unit),
  );
  return `${last} now, between ${low} and ${high}, ${middle} on average`;
}

function lastKnown({ watch, metric: { name } }: WatchedIn, asked: MetricIntent, seen: Situation): readonly string[] {
  const entities = seen.watches.find((one) => one.watch === watch.name)?.entities ?? [];
  const lines = entities.flatMap(({ entity, at, readings }) =>
    readings
      .filter(({ metric, value }) => metric === name && Number.isFinite(value) && isAsked(entity, asked))
      .map(
        ({ value, unit, expected }) =>
          `${entity}: ${formatValue(value, unit)}${besideOf(expected, unit)}, ${formatDuration(Math.max(0, seen.now - at))} ago`,
      ),
  );
  return lines.length === 0 ? ['Nothing was seen of it before.'] : [`${name} as last seen:`, ...shortened(lines)];
}

function readingOf({ watches }: Situation, watch: string, metric: string, entity: string): Reading | undefined {
  const entities = watches.find((one) => one.watch === watch)?.entities ?? [];
  return entities.find((one) => one.entity === entity)?.readings.find((reading) => reading.metric === metric);
}

function most(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b));
}

function least(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function lastOf(values: Float64Array): number {
  return values.at(-1) ?? Number.NaN;
}
