import { z } from 'zod';
import { altOf } from '../core/alt-of.ts';
import type { Chart, Panel } from '../core/chart.ts';
import { type Command, defineCommand } from '../core/command.ts';
import { durationMs } from '../core/duration.ts';
import { isCalled } from '../core/entity-name.ts';
import { UsageError } from '../core/errors.ts';
import { gridOf, type MetricSource, nameOf, type Series, type TimeRange, valuesOnGrid } from '../core/metric-source.ts';
import type { ChartOf } from '../core/pictures.ts';
import type { Reply } from '../core/reply.ts';
import type { Situation } from '../core/situation.ts';
import type { Watch } from '../core/watch.ts';
import { entityNames } from './entity-names.ts';
import { matching } from './watch-option.ts';
import { metricNames, type Watched, watchedMetric } from './watched-metric.ts';

export type GraphDeps = {
  readonly pictures: { readonly ofEntity: ChartOf };
  readonly source: MetricSource;
  readonly watches: readonly Watch[];
  readonly situation: () => Situation;
  readonly timeZone: string;
  readonly simulated: boolean;
  readonly now: () => number;
};

const usualWindow = '1h';
const windowShape = /^(\d+[mhd])+$/;
const [shortestMs, longestMs] = [5 * 60_000, 7 * 86_400_000];
/** Panels that are still readable on a phone; the rest is counted. */
const mostPanels = 6;
const pointsPerPanel = 240;

const windowInput = z
  .string()
  .trim()
  .regex(windowShape, 'The window is a length of time such as 30m, 6h or 2d.')
  .refine(
    (text) => durationMs(text) >= shortestMs && durationMs(text) <= longestMs,
    'The window is between 5m and 7d.',
  );

/** A picture of a metric: of one entity beside what was expected of it, or of the highest series of a query. */
export function createGraph(deps: GraphDeps): Command {
  const { watches, situation } = deps;
  return defineCommand({
    path: ['graph'],
    summary: 'A picture of a metric, beside what was expected',
    effect: 'read',
    role: 'viewer',
    options: [
      {
        name: 'metric',
        summary: 'a watched metric such as cpu, or PromQL (in quotes when there are blanks in it)',
        required: true,
        choices: [],
        completes: true,
        oneWord: true,
      },
      { name: 'entity', summary: 'of one entity, with its band', required: false, choices: [], completes: true },
      {
        name: 'window',
        summary: `how far back: 30m, 6h, 2d; ${usualWindow} when left out`,
        required: false,
        choices: [],
        completes: true,
        shape: windowShape,
      },
    ],
    input: z.strictObject({
      metric: z.string().trim().min(1, 'Say which metric, for instance "graph cpu".').max(2_000),
      entity: z.string().trim().min(1).max(200).optional(),
      window: windowInput.default(usualWindow),
    }),
    run: async ({ metric, entity, window }, _context, signal) => {
      const to = deps.now();
      const span = { from: to - durationMs(window), to };
      const watched = watchedMetric(watches, metric);
      if (watched !== null && entity !== undefined)
        return replyOf(await ofEntity(deps, watched, entity, span, signal), [], deps.simulated);
      if (entity !== undefined)
        throw new UsageError('An entity goes with a watched metric; of PromQL select it in the query itself.');
      return ofQuery(deps, watched, metric, span, signal);
    },
    complete: async (option, typed) => {
      if (option === 'metric') return matching(metricNames(watches), typed);
      return matching(option === 'entity' ? entityNames(situation()) : ['30m', '1h', '6h', '24h', '7d'], typed);
    },
  });
}

type Window = { readonly from: number; readonly to: number };

async function ofEntity(
  { pictures, situation }: GraphDeps,
  { watch, metric }: Watched,
  said: string,
  span: Window,
  signal: AbortSignal,
): Promise<Chart> {
  const known = situation().watches.find((one) => one.watch === watch.name)?.entities ?? [];
  const entity = known.find((one) => isCalled(one.entity, said.toLowerCase()))?.entity ?? said;
  const chart = await pictures.ofEntity({ watch, entity, metrics: [metric], ...span }, signal);
  if (chart === null) throw new UsageError(`There are no numbers of "${entity}" in ${watch.name} in that time.`);
  return chart;
}

async function ofQuery(
  { source, timeZone, simulated }: GraphDeps,
  watched: Watched | null,
  typed: string,
  { from, to }: Window,
  signal: AbortSignal,
): Promise<Reply> {
  const stepMs = Math.max(1_000, Math.ceil((to - from) / pointsPerPanel / 1_000) * 1_000);
  const range: TimeRange = { from: Math.floor(from / stepMs) * stepMs, to: Math.floor(to / stepMs) * stepMs, stepMs };
  const found = await source.range(watched?.metric.query ?? typed, range, signal);
  if (found.length === 0)
    throw new UsageError('Nothing matches. That is not zero: there is no such series in that time.');
  const label = watched?.watch.entityLabel;
  const name = ({ labels }: Series): string =>
    label === undefined ? nameOf(labels) : (labels[label] ?? nameOf(labels));
  const shown = found.toSorted((a, b) => lastOf(b) - lastOf(a)).slice(0, mostPanels);
  const panels = shown.map((one) => panelOf(name(one), watched?.metric.unit ?? '', one, range));
  const chart = { title: typed, from: range.from, to: range.to, timeZone, panels, spans: [], simulated };
  const more = found.length > shown.length ? [`the highest ${shown.length} of ${found.length} series`] : [];
  return replyOf({ ...chart, alt: altOf(chart) }, more, simulated);
}

function panelOf(name: string, unit: string, series: Series, range: TimeRange): Panel {
  const values = Array.from(valuesOnGrid(series, range), (value) => (Number.isFinite(value) ? value : null));
  return { name, unit, times: [...gridOf(range)], values, expected: [], lower: [], upper: [], limits: [] };
}

/** Series without a last value stand at the end. */
function lastOf({ values }: Series): number {
  const last = values.at(-1) ?? Number.NaN;
  return Number.isNaN(last) ? Number.NEGATIVE_INFINITY : last;
}

function replyOf(chart: Chart, notes: readonly string[], simulated: boolean): Reply {
  const said = [...notes, ...(simulated ? ['simulated cluster'] : [])].join(' · ');
  return {
    summary: chart.alt,
    blocks: [{ kind: 'chart', chart }, ...(said === '' ? [] : [{ kind: 'note' as const, text: said }])],
    onlyYou: false,
    data: { chart },
  };
}
