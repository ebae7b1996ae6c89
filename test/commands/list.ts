import { createIncidentControl } from '../../src/act.ts';
import { type CommandDeps, createCommands } from '../../src/commands/list.ts';
import type { AiStatus, ProviderChoice } from '../../src/core/ai.ts';
import type { Command } from '../../src/core/command.ts';
import type { DemoCluster, Fault } from '../../src/core/demo.ts';
import type { MetricSource } from '../../src/core/metric-source.ts';
import { noRules } from '../../src/core/routing.ts';
import type { Situation } from '../../src/core/situation.ts';
import type { StatusReport } from '../../src/core/status.ts';
import type { SettingsStore } from '../../src/core/store.ts';
import { createDesk } from '../../src/desk.ts';
import { forecastMetric } from '../../src/forecast/forecast-metric.ts';
import { createLastValueForecaster } from '../../src/forecast/last-value.ts';
import { createSilenceControl, createSilences } from '../../src/silences.ts';
import { createAskWhy } from '../../src/why.ts';
import { modelHouse } from '../model-house.ts';
import { memoryAudit, memoryIncidents, memorySilences, quietTelemetry, toldAtOnce } from '../small-things.ts';

export type Bench = {
  readonly commands: readonly Command[];
  status(): StatusReport;
  readonly settings: Map<string, string>;
  readonly faults: Fault[];
  choice(): ProviderChoice;
  failSettings(): void;
};

export const noon = Date.UTC(2026, 0, 5, 12);

/** The real commands over small real things: a source of two series, settings in a map, an AI that echoes. */
export function commandBench(
  situation: Partial<Situation> = {},
  parts: Partial<Pick<CommandDeps, 'models' | 'watches' | 'forecast' | 'backtests' | 'now'>> = {},
): Bench {
  const settings = new Map<string, string>();
  const faults: Fault[] = [];
  let choice: ProviderChoice = 'auto';
  let broken = false;
  const now = () => noon;
  const here: Situation = {
    now: noon,
    simulated: true,
    source: { reachable: true, since: 0, because: null },
    watches: [],
    open: [],
    ...situation,
  };
  const aiStatus = (): AiStatus => ({
    choice,
    current: 'fallback',
    available: ['fallback'],
    models: {},
    warnings: [],
    resting: [],
  });
  const incidents = memoryIncidents();
  for (const incident of here.open) incidents.all.set(incident.id, incident);
  const silences = createSilences({ store: memorySilences(), now });
  const desk = createDesk({ ...toldAtOnce, incidents, audiencesOf: () => [], telemetry: quietTelemetry, now });
  const commands = createCommands({
    status: () => statusOf(here, aiStatus()),
    situation: () => here,
    source: twoSeries,
    silences: createSilenceControl(desk, silences, now),
    triage: {
      show: () => ({
        model: null,
        labels: { real: 0, noise: 0, expected: 0 },
        needed: 20,
        since: null,
        isOn: [],
        trouble: null,
      }),
      turn: async () => {},
    },
    askWhy: createAskWhy({
      ...{ incidents, routing: { rules: noRules, watches: [], channels: [] }, troubleOf: () => null },
      around: (known) => ({ incidents: known, rules: noRules, silences: silences.all(), now: now() }),
    }),
    pictures: { ofEntity: async () => null },
    timeZone: 'UTC',
    incidents: createIncidentControl({ desk, incidents, now }),
    forecast: (request, signal) =>
      forecastMetric(
        {
          source: twoSeries,
          request,
          now: noon,
          loadSlow: async () => createLastValueForecaster(),
          hasTime: () => true,
        },
        signal,
      ),
    backtests: {
      run: async () => ({ kind: 'too little history', knownMs: 0, neededMs: 86_400_000 }),
      cancel: ({ name }) => ({ watch: 'hosts', by: { platform: 'test', id: name, name } }),
    },
    watches: [],
    ask: async (question) => ({
      text: `You asked: ${question}`,
      provider: 'openai',
      model: 'm-1',
      tokens: { input: 1, output: 1 },
      passedOver: [{ provider: 'gemini', because: 'it is resting' }],
    }),
    ai: {
      choose: (next) => {
        choice = next;
      },
      status: aiStatus,
      test: async () => [
        { kind: 'works', provider: 'fallback', model: 'rules', latencyMs: 1 },
        { kind: 'fails', provider: 'gemini', model: 'g', latencyMs: 30, because: 'refused the key (401)' },
      ],
    },
    models: modelHouse().control,
    settings: settingsIn(settings, () => broken),
    audit: memoryAudit(),
    demo: clusterOf(faults),
    now,
    ...parts,
  });
  return {
    commands,
    status: () => statusOf(here, aiStatus()),
    settings,
    faults,
    choice: () => choice,
    failSettings: () => {
      broken = true;
    },
  };
}

function settingsIn(settings: Map<string, string>, isBroken: () => boolean): SettingsStore {
  return {
    get: async (name) => settings.get(name) ?? null,
    set: async (name, value) => {
      if (isBroken()) throw new Error('the disk is full');
      settings.set(name, value);
    },
  };
}

function clusterOf(faults: Fault[]): DemoCluster {
  return {
    url: 'http://127.0.0.1:1',
    entities: ['web-1', 'web-2'],
    break: async (kind, entity) => {
      const fault: Fault = { kind: kind ?? 'spike', entity: entity ?? 'web-1', from: noon, until: null };
      faults.push(fault);
      return fault;
    },
    heal: async () => faults.splice(0),
    faults: async () => faults,
    stop: async () => {},
  };
}

function statusOf(situation: Situation, ai: AiStatus): StatusReport {
  return {
    state: 'degraded',
    problems: ['slack is not connected: it refused the token'],
    version: '1.2.3',
    startedAt: noon - 90_000,
    now: noon,
    pollPauseMs: 15_000,
    lastTick: { at: noon - 5_000, tookMs: 10, outcome: 'ok', unkept: null },
    situation,
    platforms: [{ name: 'discord', configured: false, connection: null }],
    ai,
    owed: { notices: 0, oldestMs: null },
    store: 'sqlite',
  };
}

const twoSeries: MetricSource = {
  name: 'prometheus',
  instant: async (query) =>
    query === 'none'
      ? []
      : ['a', 'b'].map((host, index) => ({
          labels: { __name__: 'up', host },
          times: Float64Array.of(noon),
          values: Float64Array.of(index + 1),
        })),
  range: async (_query, { from, to, stepMs }) => {
    const count = Math.floor((to - from) / stepMs) + 1;
    const times = Float64Array.from({ length: count }, (_, index) => from + index * stepMs);
    return [{ labels: { host: 'a' }, times, values: times.map((_, index) => index) }];
  },
};
