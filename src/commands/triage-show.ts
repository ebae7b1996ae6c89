import { z } from 'zod';
import { type Command, defineCommand } from '../core/command.ts';
import { formatTime, formatValue } from '../core/format.ts';
import type { Block } from '../core/reply.ts';
import type { Tally, TriageControl, TriageModel, TriageReport } from '../core/triage.ts';

export type TriageDeps = { readonly triage: TriageControl; readonly watches: readonly string[] };

/** So many features are named. */
const mostNamed = 6;

/** What is learnt from labels, and what it would do. */
export function createTriageShow({ triage, watches }: TriageDeps): Command {
  return defineCommand({
    path: ['triage', 'show'],
    summary: 'What is learnt from labels, and what it would call noise',
    effect: 'read',
    role: 'viewer',
    options: [],
    input: z.strictObject({}),
    run: async () => {
      const report = triage.show();
      const { model } = report;
      const summary = model === null ? lackOf(report) : sayTally(model.shadow);
      return {
        summary,
        blocks: [
          { kind: 'heading', text: summary, tone: 'neutral' },
          ...(report.trouble === null
            ? []
            : [{ kind: 'text' as const, text: `It was not learnt anew: ${report.trouble}.` }]),
          ...(model === null ? [] : blocksOf(model, report)),
          {
            kind: 'facts',
            facts: watches.map((name) => ({ name, value: report.isOn.includes(name) ? 'on' : 'in the shadow' })),
          },
        ],
        onlyYou: false,
        data: { labels: report.labels, shadow: model?.shadow ?? null, since: report.since, on: report.isOn },
      };
    },
  });
}

function lackOf({ labels, needed }: TriageReport): string {
  const others = labels.noise + labels.expected;
  return `${labels.real} real ones and ${others} others are labelled: it takes ${needed} of each to learn from them.`;
}

function blocksOf(
  { measures, cutoff, importances, trainedAt, version }: TriageModel,
  { since, labels }: TriageReport,
): readonly Block[] {
  const bins = measures.bins.filter(({ incidents }) => incidents > 0);
  const proof = cutoff.isProven
    ? `What is less than ${percent(cutoff.below)} likely to be real is noise; an admin may turn it on for a watch.`
    : 'Too few real ones are labelled to be sure that hardly one is missed: it can not be turned on yet.';
  return [
    { kind: 'text', text: proof },
    ...(since === null || since.incidents === 0
      ? []
      : [{ kind: 'text' as const, text: `Of what was labelled since: ${sayTally(since)}.` }]),
    {
      kind: 'table',
      columns: ['stated', 'were real', 'incidents'],
      rows: bins.map(({ stated, real, incidents }) => [percent(stated), percent(real), String(incidents)]),
    },
    {
      kind: 'facts',
      facts: [
        { name: 'labels', value: `${labels.real} real, ${labels.noise} noise, ${labels.expected} expected` },
        { name: 'ranking', value: `${formatValue(measures.ranking, '')} (0.5 is a guess, 1 is perfect)` },
        {
          name: 'looks at',
          value: importances
            .slice(0, mostNamed)
            .map(({ feature }) => feature)
            .join(', '),
        },
        { name: 'learnt', value: `${formatTime(trainedAt)}, version ${version}` },
      ],
    },
  ];
}

/** "31 of 44 would have been demoted, 0 of them real (with 95 % confidence at most 6.6 % of real ones are)". */
export function sayTally({ incidents, real, demoted, demotedReal, demotedRealAtMost }: Tally): string {
  const bound =
    real === 0
      ? 'no real one is among them'
      : `with 95 % confidence at most ${percent(demotedRealAtMost)} of real ones are`;
  return `${demoted} of ${incidents} would have been demoted, ${demotedReal} of them real (${bound})`;
}

function percent(share: number): string {
  return formatValue(share * 100, '%');
}
