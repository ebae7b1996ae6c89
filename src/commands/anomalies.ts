import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { formatConfidence, formatDuration, formatTime } from '../core/format.ts';
import type { Situation } from '../core/situation.ts';
import type { Watch } from '../core/watch.ts';
import { sentenceOf, titleOf } from '../incidents/card.ts';
import { namesOf } from '../incidents/words.ts';

/** What is open, since when and why. */
export function createAnomalies(situation: () => Situation, watches: readonly Watch[]): Command {
  const units = new Map(watches.flatMap((watch) => watch.metrics.map((metric) => [metric.name, metric.unit] as const)));
  return defineCommand({
    path: ['anomalies'],
    summary: 'What is open, since when and why',
    effect: 'read',
    role: 'viewer',
    options: [],
    input: z.strictObject({}),
    run: async () => {
      const { open, now, simulated, source } = situation();
      const summary =
        open.length === 0 ? 'Nothing is open.' : `${open.length} open incident${open.length === 1 ? '' : 's'}.`;
      const blind = source.reachable
        ? []
        : [`Prometheus has not been readable for ${formatDuration(now - source.since)}.`];
      return {
        summary,
        blocks: [
          { kind: 'heading', text: summary, tone: open.length === 0 ? 'good' : 'warning' },
          ...blind.map((text) => ({ kind: 'text' as const, text })),
          ...open.map((incident) => ({
            kind: 'text' as const,
            text: [
              `${titleOf(incident)}, since ${formatTime(incident.openedAt)} (${formatDuration(now - incident.openedAt)}).`,
              sentenceOf(incident, (metric) => units.get(metric) ?? ''),
              incident.kind === 'anomaly' ? `Confidence ${formatConfidence(incident.confidence)}.` : '',
              incident.others.length > 0 ? `In the same minutes: ${namesOf(incident.others)}.` : '',
            ]
              .filter(Boolean)
              .join(' '),
          })),
          ...(simulated ? [{ kind: 'note' as const, text: 'simulated cluster: these hosts are not real' }] : []),
        ],
        onlyYou: false,
        data: { open },
      };
    },
  });
}
