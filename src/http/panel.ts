import type { AiStatus } from '../core/ai.ts';
import { formatValue } from '../core/format.ts';
import { blamedIn, type Incident } from '../core/incident.ts';
import type { EntityState, ModelState, Reading, Situation } from '../core/situation.ts';
import type { StatusReport } from '../core/status.ts';

/**
 * One metric of one entity, ready to be drawn. `seen` and `expected` are numbers with their unit; `level` and `mark` say
 * where they stand on a bar, 0..1. Null where there is no number.
 */
export type PanelReading = {
  readonly metric: string;
  readonly seen: string | null;
  readonly expected: string | null;
  readonly level: number | null;
  readonly mark: number | null;
  readonly blamed: boolean;
};

export type PanelWatch = {
  readonly name: string;
  readonly model: ModelState;
  readonly at: number | null;
  readonly metrics: readonly string[];
  readonly entities: readonly {
    readonly entity: string;
    readonly state: EntityState;
    readonly at: number;
    readonly readings: readonly PanelReading[];
  }[];
};

/** What the console's panel shows. Times are epoch ms of this machine's clock, which `now` tells. */
export type Panel = Pick<
  StatusReport,
  'state' | 'problems' | 'version' | 'startedAt' | 'now' | 'lastTick' | 'platforms' | 'owed' | 'store'
> & {
  readonly simulated: boolean;
  readonly source: Situation['source'];
  readonly open: number;
  readonly watches: readonly PanelWatch[];
  readonly ai: AiStatus;
};

export function panelOf(report: StatusReport): Panel {
  const { situation, ...rest } = report;
  return {
    ...rest,
    simulated: situation.simulated,
    source: situation.source,
    open: situation.open.length,
    watches: situation.watches.map(({ watch, model, at, entities }) => ({
      name: watch,
      model,
      at,
      metrics: [...new Set(entities.flatMap((entity) => entity.readings.map((reading) => reading.metric)))],
      entities: entities.map(({ entity, state, at: seenAt, readings }) => {
        const blamed = blamedOf(situation.open, watch, entity);
        return { entity, state, at: seenAt, readings: readings.map((reading) => readingOf(reading, blamed)) };
      }),
    })),
  };
}

/** The metrics that open incidents of this entity blame, by the same measure as their cards. */
function blamedOf(open: readonly Incident[], watch: string, entity: string): ReadonlySet<string> {
  const own = open.filter((incident) => incident.watch === watch && incident.entity === entity);
  return new Set(own.flatMap(blamedIn).map(({ metric }) => metric));
}

function readingOf({ metric, unit, value, expected }: Reading, blamed: ReadonlySet<string>): PanelReading {
  const top = unit === '%' ? 100 : 1.25 * Math.max(Math.abs(value) || 0, Math.abs(expected ?? 0) || 0);
  return {
    metric,
    seen: Number.isNaN(value) ? null : formatValue(value, unit),
    expected: expected === null || Number.isNaN(expected) ? null : formatValue(expected, unit),
    level: placeOf(value, top),
    mark: placeOf(expected, top),
    blamed: blamed.has(metric),
  };
}

function placeOf(value: number | null, top: number): number | null {
  if (value === null || !Number.isFinite(value) || top === 0) return null;
  return Math.min(1, Math.max(0, value / top));
}
