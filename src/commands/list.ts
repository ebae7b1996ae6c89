import type { AiControl, Ask } from '../core/ai.ts';
import type { AuditStore } from '../core/audit.ts';
import type { BacktestControl } from '../core/backtest.ts';
import type { Command } from '../core/command.ts';
import type { DemoCluster } from '../core/demo.ts';
import type { ForecastMetric } from '../core/forecast.ts';
import type { IncidentControl } from '../core/incident-control.ts';
import type { MetricSource } from '../core/metric-source.ts';
import type { ModelControl } from '../core/model.ts';
import type { SilenceControl } from '../core/silence.ts';
import type { Situation } from '../core/situation.ts';
import type { StatusReport } from '../core/status.ts';
import type { SettingsStore } from '../core/store.ts';
import type { TriageControl } from '../core/triage.ts';
import type { Watch } from '../core/watch.ts';
import type { AskWhy } from '../core/why.ts';
import { createAck } from './ack.ts';
import { createAiShow } from './ai-show.ts';
import { createAiSwitch } from './ai-switch.ts';
import { createAiTest } from './ai-test.ts';
import { createAlerts } from './alerts.ts';
import { createAnomalies } from './anomalies.ts';
import { createAsk } from './ask.ts';
import { createAudit } from './audit.ts';
import { createBacktest } from './backtest.ts';
import { createDemoBreak, createDemoHeal } from './demo.ts';
import { createExplain } from './explain.ts';
import { createFeedback } from './feedback.ts';
import { createForecast } from './forecast.ts';
import { createGraph, type GraphDeps } from './graph.ts';
import { createHelp } from './help.ts';
import { createHistory } from './history.ts';
import { createModelHistory } from './model-history.ts';
import { createModelRollback } from './model-rollback.ts';
import { createModelShow } from './model-show.ts';
import { createModelTrain } from './model-train.ts';
import { createQuery } from './query.ts';
import { createResolve } from './resolve.ts';
import { createSilenceAdd } from './silence-add.ts';
import { createSilenceEnd } from './silence-end.ts';
import { createSilenceList } from './silence-list.ts';
import { createStatus } from './status.ts';
import { createTriageShow } from './triage-show.ts';
import { createTriageTurn } from './triage-turn.ts';
import { createWhy } from './why.ts';

export type CommandDeps = {
  readonly status: () => StatusReport;
  readonly situation: () => Situation;
  readonly incidents: IncidentControl;
  readonly silences: SilenceControl;
  readonly askWhy: AskWhy;
  readonly pictures: GraphDeps['pictures'];
  /** IANA name of the time zone that pictures are in. */
  readonly timeZone: string;
  readonly source: MetricSource;
  readonly forecast: ForecastMetric;
  readonly backtests: BacktestControl;
  readonly watches: readonly Watch[];
  readonly ask: Ask;
  readonly ai: AiControl;
  readonly models: ModelControl;
  readonly triage: TriageControl;
  readonly settings: SettingsStore;
  readonly audit: Pick<AuditStore, 'newest' | 'head'>;
  /** Null when the numbers are real. */
  readonly demo: DemoCluster | null;
  readonly now: () => number;
};

/** The one list: what people type, what the HTTP API accepts, and what manifests and help are made from. */
export function createCommands(deps: CommandDeps): readonly Command[] {
  const { demo, watches, source, now, ai } = deps;
  const simulated = demo !== null;
  const { silences, incidents, timeZone } = deps;
  const silenceDeps = {
    ...{ silences, incidents, timeZone, now, situation: deps.situation },
    watches: watches.map((watch) => watch.name),
  };
  const modelDeps = { models: deps.models, watches: watches.map((watch) => watch.name), now };
  const commands: readonly Command[] = [
    createHelp(() => commands),
    createStatus(deps.status),
    createAsk(deps.ask, simulated),
    createQuery({ source, watches, simulated, now }),
    createAnomalies(deps.situation, watches),
    createAlerts({ incidents, silences, simulated, now }),
    createHistory({ incidents, simulated, now }),
    createWhy(deps.askWhy, incidents),
    createAck(deps.incidents),
    createResolve(deps.incidents),
    createFeedback(deps.incidents),
    createSilenceAdd(silenceDeps),
    createSilenceList(silenceDeps),
    createSilenceEnd(silenceDeps),
    createExplain({ incidents: deps.incidents, watches, now }),
    createGraph({ ...deps, simulated }),
    createForecast({ forecast: deps.forecast, watches, situation: deps.situation, simulated, timeZone }),
    createBacktest({ backtests: deps.backtests, watches: modelDeps.watches, simulated, timeZone, now }),
    createAiShow(ai.status),
    createAiSwitch(ai, deps.settings),
    createAiTest(ai),
    createModelShow(modelDeps),
    createModelHistory(modelDeps),
    createModelTrain(modelDeps),
    createModelRollback(modelDeps),
    createTriageShow({ triage: deps.triage, watches: modelDeps.watches }),
    createTriageTurn({ triage: deps.triage, watches: modelDeps.watches }, 'on'),
    createTriageTurn({ triage: deps.triage, watches: modelDeps.watches }, 'off'),
    createAudit(deps.audit),
    ...(demo === null ? [] : [createDemoBreak(demo), createDemoHeal(demo)]),
  ];
  return commands;
}
