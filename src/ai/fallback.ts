import type { AiEvent, AiProvider } from '../core/ai.ts';
import { messageOf, UpstreamError, UsageError } from '../core/errors.ts';
import { formatDuration, formatTime, formatValue } from '../core/format.ts';
import type { MetricSource, Series } from '../core/metric-source.ts';
import type { EntitySituation, Reading, Situation } from '../core/situation.ts';
import type { Watch } from '../core/watch.ts';
import { type Intent, intentOf, type WatchedIn } from './intent.ts';

export type FallbackOptions = {
  readonly source: MetricSource;
  readonly watches: readonly Watch[];
  readonly situation: () => Situation;
  /** Whether a model is configured that could have answered; else the answer says how to configure one. */
  readonly hasModel: boolean;
  readonly now: () => number;
};

const model = 'rules';
const mostLines = 10;
const rangePoints = 120;

const howToConfigure =
  'I answered by rules. For free questions an admin can set GEMINI_API_KEY or OPENAI_API_KEY and start me again.';
const examples =
  'Ask me for instance: "what is wrong?", "highest cpu", "memory of <host> in the last hour", "is <host> healthy?".';

/** Answers without any model: recognises what is asked for, reads the numbers and says them. The same question, the same words. */
export function createFallbackProvider(options: FallbackOptions): AiProvider {
  const { source, watches, situation, hasModel, now } = options;

  async function answer(question: string, signal: AbortSignal): Promise<string> {
    const seen = situation();
    const intent = intentOf(question, watches, seen);
    switch (intent.kind) {
      case 'promql':
        return promql(intent.query, signal);
      case 'metric': {
        const parts = await Promise.all(intent.metrics.map((one) => metric(one, intent, seen, signal)));
        return parts.join('\n\n');
      }
      case 'entity':
        return entityText(intent.entity, seen);
      case 'wrong':
        return wrongText(seen);
      case 'overview':
        return `${wrongText(seen)}\n\n${overviewText(seen)}`;
      case 'help':
        return `I watch ${watches.map(({ name }) => name).join(', ')} and tell you when something is unusual. ${examples}`;
      case 'unknown':
        return `I can not tell what you ask for. ${examples}`;
    }
  }

  async function promql(query: string, signal: AbortSignal): Promise<string> {
    const at = now();
    try {
      const found = await source.instant(query, at, signal);
      if (found.length === 0) return `Nothing matches that query at ${formatTime(at)}. That is not zero.`;
      const lines = found.map(
        (series) => `${labelsOf(series)}: ${formatValue(series.values.at(-1) ?? Number.NaN, '')}`,
      );
      return [`${found.length} series at ${formatTime(at)}:`, ...shortened(lines)].join('\n');
    } catch (error) {
      if (signal.aborted) throw error;
      return error instanceof UsageError ? error.message : `Prometheus can not be read now: ${messageOf(error)}`;
    }
  }

  async function metric(
    { watch, metric: { name, query, unit } }: WatchedIn,
    asked: Intent & { kind: 'metric' },
    seen: Situation,
    signal: AbortSignal,
  ): Promise<string> {
    const at = now();
    const expected = expectationsOf(seen, watch.name, name);
    const isAsked = (entity: string): boolean => asked.entity === null || entity === asked.entity;
    try {
      const found =
        asked.lastMs === null
          ? await source.instant(query, at, signal)
          : await source.range(query, { from: at - asked.lastMs, to: at, stepMs: asked.lastMs / rangePoints }, signal);
      const rows = found
        .map((series) => ({
          entity: series.labels[watch.entityLabel] ?? '',
          values: series.values.filter(Number.isFinite),
        }))
        .filter(({ entity, values }) => entity !== '' && values.length > 0 && isAsked(entity))
        .toSorted((a, b) => (lastOf(b.values) - lastOf(a.values)) * (asked.order === 'highest' ? 1 : -1));
      const when =
        asked.lastMs === null
          ? `at ${formatTime(at)}`
          : `in the last ${formatDuration(asked.lastMs)} until ${formatTime(at)}`;
      if (rows.length === 0) return `${name}: no value ${when}. Absence is not zero: nothing is known.`;
      const lines = rows.map(
        ({ entity, values }) => `${entity}: ${valuesText(values, unit, expected.get(entity) ?? null)}`,
      );
      return [`${name} ${when}, ${asked.order} first:`, ...shortened(lines)].join('\n');
    } catch (error) {
      if (signal.aborted) throw error;
      return lastKnown(name, watch.name, seen, messageOf(error), isAsked);
    }
  }

  /** What every answer says: that hosts are not real, and how to get more than rules. */
  function whole(text: string): string {
    const simulated = situation().simulated ? 'These hosts are simulated.' : '';
    return [text, [simulated, hasModel ? '' : howToConfigure].filter(Boolean).join(' ')].filter(Boolean).join('\n\n');
  }

  return {
    name: 'fallback',
    models: async () => [model],
    async *ask({ turns }, signal): AsyncIterable<AiEvent> {
      try {
        const text = whole(await answer(turns.at(-1)?.text ?? '', signal));
        yield { kind: 'text', delta: text };
        const message = { text, provider: 'fallback', model } as const;
        yield { kind: 'done', message, tokens: { input: 0, output: 0 }, passedOver: [] };
      } catch (error) {
        const failure = new UpstreamError('prometheus', messageOf(error), { retryable: true, cause: error });
        yield { kind: 'failed', error: failure };
      }
    },
  };
}

function valuesText(values: Float64Array, unit: string, expected: number | null): string {
  if (values.length === 1) {
    const beside = expected === null ? '' : ` (expected ${formatValue(expected, unit)})`;
    return `${formatValue(values[0] ?? Number.NaN, unit)}${beside}`;
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const [low, middle, high, last] = [least, mean, most, lastOf(values)].map((value) => formatValue(value, unit));
  return `now ${last}; ${low} to ${high}, mean ${middle}`;
}

function entityText(entity: string, { watches, open, now }: Situation): string {
  const incidents = open.filter((incident) => incident.entity === entity);
  const lines = watches.flatMap(({ entities }) =>
    entities.filter((one) => one.entity === entity).flatMap((one) => stateLines(one, now)),
  );
  const verdict =
    incidents.length === 0
      ? `${entity} has no open incident.`
      : `${entity} has ${incidents.length} open incident${incidents.length === 1 ? '' : 's'}, for ${formatDuration(now - Math.min(...incidents.map(({ openedAt }) => openedAt)))}.`;
  return [verdict, ...lines].join('\n');
}

function stateLines({ entity, state, at, readings }: EntitySituation, now: number): readonly string[] {
  return [
    `${entity} is ${state}; its numbers are ${formatDuration(Math.max(0, now - at))} old:`,
    ...readings.map(readingText),
  ];
}

function readingText({ metric, value, unit, expected }: Reading): string {
  const beside = expected === null || Number.isNaN(expected) ? '' : ` (expected ${formatValue(expected, unit)})`;
  return `${metric}: ${formatValue(value, unit)}${beside}`;
}

function wrongText({ open, source, watches, now }: Situation): string {
  const units = new Map(
    watches.flatMap(({ entities }) => entities[0]?.readings ?? []).map(({ metric, unit }) => [metric, unit]),
  );
  const blind = source.reachable
    ? []
    : [`Prometheus has not been readable for ${formatDuration(now - source.since)}, so I may not see everything.`];
  if (open.length === 0) return ['Nothing is open: no incident now.', ...blind].join('\n');
  const lines = open.map(({ severity, kind, entity, watch, openedAt, confidence, because }) => {
    const why = because
      .slice(0, 2)
      .map(
        ({ metric, seen, expected }) =>
          `${metric} ${formatValue(seen, units.get(metric) ?? '')} (expected ${formatValue(expected, units.get(metric) ?? '')})`,
      )
      .join(', ');
    const sure = kind === 'anomaly' ? `, confidence ${Math.round(confidence * 100)} %` : '';
    return `${entity} (${watch}): ${severity} ${kind} for ${formatDuration(Math.max(0, now - openedAt))}${sure}${why === '' ? '' : `: ${why}`}`;
  });
  return [`${open.length} open incident${open.length === 1 ? '' : 's'}:`, ...shortened(lines), ...blind].join('\n');
}

function overviewText({ watches, now }: Situation): string {
  const lines = watches.map(({ watch, at, entities }) => {
    const counts = Map.groupBy(entities, ({ state }) => state);
    const states = [...counts].map(([state, those]) => `${those.length} ${state}`).join(', ');
    const age = at === null ? 'not read yet' : `read ${formatDuration(Math.max(0, now - at))} ago`;
    return `${watch}: ${entities.length === 0 ? 'nothing seen yet' : states}; ${age}`;
  });
  return lines.join('\n');
}

/** When Prometheus fails, what was last seen is better than nothing, as long as it says how old it is. */
function lastKnown(
  name: string,
  watch: string,
  { watches, now }: Situation,
  because: string,
  isAsked: (entity: string) => boolean,
): string {
  const entities = watches.find((one) => one.watch === watch)?.entities.filter(({ entity }) => isAsked(entity)) ?? [];
  const lines = entities.flatMap(({ entity, at, readings }) =>
    readings
      .filter(({ metric, value }) => metric === name && Number.isFinite(value))
      .map(({ value, unit }) => `${entity}: ${formatValue(value, unit)}, ${formatDuration(Math.max(0, now - at))} ago`),
  );
  const known = lines.length === 0 ? 'Nothing was seen of it before.' : `${name} as last seen:`;
  return [`Prometheus can not be read now: ${because}`, known, ...shortened(lines)].join('\n');
}

function expectationsOf({ watches }: Situation, watch: string, metric: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { entity, readings } of watches.find((one) => one.watch === watch)?.entities ?? []) {
    const expected = readings.find((reading) => reading.metric === metric)?.expected ?? null;
    if (expected !== null && Number.isFinite(expected)) found.set(entity, expected);
  }
  return found;
}

function labelsOf({ labels }: Series): string {
  const { __name__: name = '', ...others } = labels;
  const inside = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return inside.length === 0 ? name || 'value' : `${name}{${inside.join(', ')}}`;
}

function shortened(lines: readonly string[]): readonly string[] {
  return lines.length <= mostLines ? lines : [...lines.slice(0, mostLines), `… ${lines.length - mostLines} more`];
}

function lastOf(values: Float64Array): number {
  return values.at(-1) ?? Number.NaN;
}
