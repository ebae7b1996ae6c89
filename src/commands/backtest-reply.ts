import type { BacktestExample, BacktestReport, KindResult } from '../core/backtest.ts';
import { formatDuration, formatTime, formatValue } from '../core/format.ts';
import type { Block, Reply } from '../core/reply.ts';
import { chartOf } from './backtest-chart.ts';

/** How a backtest was asked for. */
export type Context = {
  readonly tookMs: number;
  readonly simulated: boolean;
  readonly timeZone: string;
  readonly days: number;
};

/** What a backtest measured, and how. */
export function backtestReply(report: BacktestReport, { tookMs, ...shown }: Context): Reply {
  const { example, ...measured } = report;
  const { watch, injected, caught, falsePerDay, alertBudgetPerDay } = report;
  const summary = `Backtest of ${watch}: ${caught} of ${injected} injected faults caught, ${rate(falsePerDay)} false alerts per entity and day`;
  const isWithin = falsePerDay <= alertBudgetPerDay;
  const blocks: readonly Block[] = [
    { kind: 'heading', text: summary, tone: isWithin ? 'good' : 'warning' },
    {
      kind: 'table',
      columns: ['fault', 'size', 'lasts', 'caught', 'delay', 'precision'],
      rows: report.kinds.map(rowOf),
    },
    { kind: 'facts', facts: factsOf(report) },
    ...(example === null ? [] : [{ kind: 'chart' as const, chart: chartOf(example, shown) }]),
    ...(example === null ? [] : [{ kind: 'note' as const, text: pictureOf(example, injected) }]),
    { kind: 'note', text: methodOf(report) },
    { kind: 'note', text: `It took ${formatDuration(tookMs)}.${shown.simulated ? ' Simulated cluster.' : ''}` },
  ];
  return { summary, blocks, onlyYou: false, data: { report: measured } };
}

function rowOf({ kind, size, lastsMs, injected, caught, medianDelayMs, precision }: KindResult): readonly string[] {
  const what = [kind, size === null ? 'sticks' : `${size} ×`, formatDuration(lastsMs)];
  if (injected === 0) return [...what, 'does not apply', '–', '–'];
  return [...what, `${caught} of ${injected}`, delay(medianDelayMs), share(precision)];
}

function factsOf(report: BacktestReport) {
  const { falseAlerts, falsePerDay, alertBudgetPerDay, known, knownCaught, precision, medianDelayMs } = report;
  const days = (report.judgedRows * report.stepMs) / 86_400_000;
  return [
    {
      name: 'false alerts',
      value: `${falseAlerts} in ${rate(days)} entity-days without faults: ${rate(falsePerDay)} per entity and day (accepted: ${rate(alertBudgetPerDay)})`,
    },
    { name: 'median delay', value: delay(medianDelayMs) },
    {
      name: 'precision',
      value: `${share(precision)} of the alerts, with a fault every ${formatDuration(report.faultEveryMs)}`,
    },
    ...(known === 0 ? [] : [{ name: 'known incidents', value: `${knownCaught} of ${known} announced again` }]),
  ];
}

/** Why the picture shows what it does: it is no measure of the whole. */
function pictureOf({ entity, faults }: BacktestExample, injected: number): string {
  return (
    `The picture shows ${faults.length} of the ${injected} faults, on ${entity}: the hours that tell most, ` +
    'a missed fault beside a caught one where there are both.'
  );
}

/** How it was measured, so that somebody else would measure the same. */
function methodOf(report: BacktestReport): string {
  const { from, to, folds, entities, leftOut, seed, judgedRows, stepMs } = report;
  const names = entities.length <= 6 ? entities.join(', ') : `${entities.slice(0, 6).join(', ')} and others`;
  const others = leftOut === 0 ? '' : `; ${leftOut} more were left out, to bound the time or for want of history`;
  return (
    `Walk-forward from ${formatTime(from)} to ${formatTime(to)}: ${folds} ${folds === 1 ? 'fold' : 'folds'}, each learnt from the rows before it and ` +
    `judged row by row by the live tick, ${judgedRows} rows of ${formatDuration(stepMs)}; ` +
    `${entities.length} ${entities.length === 1 ? 'entity' : 'entities'} (${names})${others}. Faults are made up: their size is in multiples of the metric's ` +
    `own usual spread, their places come from seed ${seed}, and they keep off known incidents. A fault counts as caught when it is ` +
    'announced while it lasts; an alert near a known incident is not counted false.'
  );
}

const rate = (value: number): string => formatValue(value, '');
const share = (value: number): string => (Number.isNaN(value) ? '–' : formatValue(Math.round(100 * value), '%'));
const delay = (ms: number): string => (Number.isNaN(ms) ? '–' : ms === 0 ? 'at once' : formatDuration(ms));
