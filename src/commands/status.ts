import { z } from 'zod';
import type { Connection } from '../core/chat.ts';
import { type Command, defineCommand } from '../core/command.ts';
import { formatDuration } from '../core/format.ts';
import type { Fact, Tone } from '../core/reply.ts';
import type { WatchSituation } from '../core/situation.ts';
import type { StatusReport } from '../core/status.ts';

const tones: Readonly<Record<StatusReport['state'], Tone>> = { ok: 'good', degraded: 'warning', failing: 'critical' };

/** How the bot and what it watches are, from what is known now. */
export function createStatus(status: () => StatusReport): Command {
  return defineCommand({
    path: ['status'],
    summary: 'How the bot and what it watches are',
    effect: 'read',
    role: 'viewer',
    options: [],
    input: z.strictObject({}),
    run: async () => {
      const report = status();
      const { summary, tone } = headingOf(report);
      return {
        summary,
        blocks: [
          { kind: 'heading', text: summary, tone },
          ...report.problems.map((text) => ({ kind: 'text' as const, text })),
          { kind: 'facts', facts: factsOf(report) },
          {
            kind: 'table',
            columns: ['watch', 'entities', 'normal', 'anomalous', 'warming up', 'silent', 'model'],
            rows: report.situation.watches.map((watch) => watchRow(watch, report.now)),
          },
          ...(report.situation.simulated
            ? [{ kind: 'note' as const, text: 'simulated cluster: these hosts are not real' }]
            : []),
        ],
        onlyYou: false,
      };
    },
  });
}

/** The bot's own state and what it has found are two things: it is well while a host is not. */
function headingOf({ state, situation }: StatusReport): { readonly summary: string; readonly tone: Tone } {
  const open = situation.open.length;
  const found = open === 0 ? 'no open incident' : `${open} open incident${open === 1 ? '' : 's'}`;
  if (state === 'ok' && open > 0) return { summary: `${found}; the bot itself is well.`, tone: 'warning' };
  const word = { ok: 'All good', degraded: 'Working with limits', failing: 'Not working' }[state];
  return { summary: `${word}: ${found}.`, tone: tones[state] };
}

function factsOf(report: StatusReport): readonly Fact[] {
  const { situation, lastTick, ai, owed, now } = report;
  const source = situation.source.reachable ? 'reachable' : `unreachable: ${situation.source.because ?? 'unknown'}`;
  return [
    { name: 'Prometheus', value: situation.simulated ? `${source} (simulated)` : source },
    {
      name: 'last tick',
      value: lastTick === null ? 'none yet' : `${formatDuration(now - lastTick.at)} ago, ${lastTick.outcome}`,
    },
    { name: 'AI', value: `${ai.current} (${ai.choice}); configured: ${ai.available.join(', ')}` },
    {
      name: 'notices owed',
      value: owed.oldestMs === null ? 'none' : `${owed.notices}, the oldest for ${formatDuration(owed.oldestMs)}`,
    },
    ...report.platforms.map((platform) => ({ name: platform.name, value: connectionInWords(platform.connection) })),
    { name: 'up for', value: formatDuration(now - report.startedAt) },
    { name: 'version', value: report.version },
  ];
}

function connectionInWords(connection: Connection | null): string {
  if (connection === null) return 'not configured';
  return connection.kind === 'disconnected' ? `disconnected: ${connection.because}` : connection.kind;
}

function watchRow(watch: WatchSituation, now: number): readonly string[] {
  const count = (state: string): string => String(watch.entities.filter((entity) => entity.state === state).length);
  const model =
    watch.model.kind === 'ready'
      ? `${formatDuration(now - watch.model.trainedAt)} old`
      : `none: ${watch.model.because}`;
  return [
    watch.watch,
    String(watch.entities.length),
    count('normal'),
    count('anomalous'),
    count('warming up'),
    count('silent'),
    model,
  ];
}
