import { altOf } from './core/alt-of.ts';
import type { Chart, Panel } from './core/chart.ts';
import type { FittedDetector } from './core/detector.ts';
import type { Frame } from './core/frame.ts';
import type { FrameSource } from './core/frame-source.ts';
import { blamedIn, type Incident, isOpen } from './core/incident.ts';
import type { Log } from './core/log.ts';
import { everyEntity } from './core/names.ts';
import type { ChartOf, Drawn } from './core/pictures.ts';
import type { Watch, WatchedMetric } from './core/watch.ts';

export type PicturesOptions = {
  readonly watches: readonly Watch[];
  readonly frames: FrameSource;
  /** The model of an entity; null when it has none. */
  readonly detectorOf: (watch: string, entity: string) => FittedDetector | null;
  readonly timeZone: string;
  readonly simulated: boolean;
  readonly now: () => number;
  readonly log: Log;
};

export type Pictures = {
  /** The blamed metrics of an incident around it; null when there is nothing to draw. Throws what `FrameSource` throws. */
  ofIncident(incident: Incident, signal: AbortSignal): Promise<Chart | null>;
  /** The same for a card, which waits for it no longer than some seconds: null then, and when it fails. */
  forCard(incident: Incident, signal: AbortSignal): Promise<Chart | null>;
  /** Some metrics of an entity over a while; null when it has no numbers then. Throws what `FrameSource` throws. */
  readonly ofEntity: ChartOf;
};

const mostPanels = 3;
/** A picture begins so long before an incident, and is never wider than `longestMs`. */
const leadMs = 60 * 60_000;
const leastRows = 60;
const longestMs = 6 * 60 * 60_000;
/** So long after its end is still shown. */
const tailMs = 10 * 60_000;
/** An alert waits this long for its picture. */
const patienceMs = 3_000;
/** So many rows are judged before others have their turn. */
const rowsAtOnce = 50;

/**
 * Pictures of what was seen beside what was expected: history is read for the one entity and played through its model as the live
 * tick does, so that the band is what the detector compared with.
 */
export function createPictures(options: PicturesOptions): Pictures {
  const { watches, frames, detectorOf, timeZone, simulated, now, log } = options;

  async function ofEntity({ watch, entity, metrics, from, to }: Drawn, signal: AbortSignal): Promise<Part | null> {
    const { stepMs } = watch;
    const detector = detectorOf(watch.name, entity);
    const start = Math.ceil(from / stepMs) * stepMs;
    const warmFrom = start - (detector?.warmupRows ?? 0) * stepMs;
    const range = { from: warmFrom, to: Math.floor(to / stepMs) * stepMs, stepMs };
    if (range.to <= start) return null;
    const history = await frames.history(onlyOf(watch, entity), range, signal);
    const frame = history.get(entity);
    if (frame === undefined) return null;
    const usual = detector === null ? [] : await expectationsOver(frame, detector, signal);
    const first = Math.round((start - warmFrom) / stepMs);
    const panels = metrics.map((metric) => panelOf(metric, frame, usual, first));
    return { title: `${entity} · ${watch.name}`, from: start, to: range.to, panels };
  }

  function chartOf({ title, from, to, panels }: Part, spans: Chart['spans']): Chart {
    const chart = { title, from, to, timeZone, panels, spans, simulated };
    return { ...chart, alt: altOf(chart) };
  }

  const pictures: Pictures = {
    async ofIncident(incident, signal) {
      const watch = watches.find(({ name }) => name === incident.watch);
      if (watch === undefined || incident.entity === everyEntity) return null;
      const end = isOpen(incident) ? now() : Math.min(now(), incident.state.since + tailMs);
      const lead = Math.max(leadMs, leastRows * watch.stepMs);
      const from = Math.max(incident.openedAt - lead, end - Math.max(longestMs, 2 * lead));
      const metrics = metricsOf(incident, watch);
      const part = await ofEntity({ watch, entity: incident.entity, metrics, from, to: end }, signal);
      if (part === null) return null;
      const wrongUntil = Math.min(part.to, incident.endedAt ?? part.to);
      return chartOf(part, [
        { from: Math.max(part.from, incident.openedAt), to: wrongUntil, label: incident.kind, look: 'filled' },
      ]);
    },
    async forCard(incident, signal) {
      try {
        return await pictures.ofIncident(incident, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
      } catch (error) {
        log.warn('a card has no picture', { incident: incident.id, error });
        return null;
      }
    },
    async ofEntity(drawn, signal) {
      const part = await ofEntity(drawn, signal);
      return part === null ? null : chartOf(part, []);
    },
  };
  return pictures;
}

type Part = Pick<Chart, 'title' | 'from' | 'to' | 'panels'>;

/** The blamed metrics, the first ones of the watch when none is. */
function metricsOf(incident: Incident, watch: Watch): readonly WatchedMetric[] {
  const blamed = blamedIn(incident).flatMap(({ metric }) => watch.metrics.find(({ name }) => name === metric) ?? []);
  return (blamed.length > 0 ? blamed : watch.metrics).slice(0, mostPanels);
}

/** The same watch of one entity alone: Prometheus leaves out the others, so that a large watch costs a picture no more than a small one. */
function onlyOf(watch: Watch, entity: string): Watch {
  const label = watch.entityLabel;
  // In a replacement "$" begins the name of a group.
  const value = JSON.stringify(entity.replaceAll('$', '$$$$'));
  const only = `label_replace(vector(1), ${JSON.stringify(label)}, ${value}, "", "")`;
  return {
    ...watch,
    metrics: watch.metrics.map((one) => ({ ...one, query: `(${one.query}) and on (${label}) ${only}` })),
  };
}

type Usual = ReadonlyMap<string, { readonly expected: number; readonly lower: number; readonly upper: number }>;

/** What the model expected of every row; nothing of those that it did not judge. */
async function expectationsOver(
  frame: Frame,
  detector: FittedDetector,
  signal: AbortSignal,
): Promise<readonly (Usual | null)[]> {
  const scorer = detector.open();
  const rows: (Usual | null)[] = [];
  for (const [row, at] of frame.times.entries()) {
    const { kind } = scorer.push(
      at,
      Float64Array.from(frame.columns, ({ values }) => values[row] ?? Number.NaN),
    );
    rows.push(kind === 'scored' ? new Map(scorer.expectations().map((one) => [one.metric, one])) : null);
    if (row % rowsAtOnce !== 0) continue;
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  return rows;
}

function panelOf(metric: WatchedMetric, frame: Frame, usual: readonly (Usual | null)[], first: number): Panel {
  const { name, unit } = metric;
  const times = [...frame.times.subarray(first)];
  const values = frame.columns.find((column) => column.name === name)?.values.subarray(first) ?? [];
  const line = (pick: 'expected' | 'lower' | 'upper'): readonly (number | null)[] =>
    usual.length === 0 ? [] : times.map((_at, row) => finite(usual[first + row]?.get(name)?.[pick]));
  const seen = Array.from(values, finite);
  return {
    name,
    unit,
    times,
    values: seen,
    expected: line('expected'),
    lower: line('lower'),
    upper: line('upper'),
    limits: [],
  };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
