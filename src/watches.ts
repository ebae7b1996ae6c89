import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigError } from './core/errors.ts';
import { alertsWatch, chatWatch, sourceWatch, triageModel } from './core/names.ts';
import type { Rules } from './core/routing.ts';
import type { Watch } from './core/watch.ts';
import { address, duration, rulesOf, rulesSchema, unknownNames } from './rules.ts';

const name = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,49}$/, 'begins with a letter and has up to 50 letters, digits, "-" or "_"');

const metric = z.strictObject({
  name,
  query: z.string().trim().min(1, 'is empty').max(4_000, 'is over 4,000 characters'),
  unit: z.string().max(20, 'is over 20 characters').default(''),
  harm: z.enum(['up', 'down', 'both'], 'is up, down or both').default('both'),
});

/** Names that stand for something else, and for what. */
const ownNames = new Map([
  [sourceWatch, 'Prometheus itself'],
  [alertsWatch, 'what Alertmanager reports'],
  [chatWatch, 'Slack and Discord'],
  [triageModel, 'what is learnt from labels'],
]);

const watch = z.strictObject({
  name: name.refine((value) => !ownNames.has(value), {
    error: ({ input }) => `is not "${input}": that name stands for ${ownNames.get(String(input))}`,
  }),
  entity: z.string().regex(/^[A-Za-z_]\w*$/, 'is the name of a label'),
  step: duration.refine((ms) => ms >= 1_000 && ms <= 3_600_000, 'is between 1s and 1h').default(30_000),
  history: duration.refine((ms) => ms <= 90 * 86_400_000, 'is at most 90d').default(7 * 86_400_000),
  resolve_after: duration.default(300_000),
  alert_budget: z.number().positive('is more than 0').max(1_000, 'is at most 1000').default(1),
  metrics: z.array(metric).min(1, 'has at least one metric').max(20, 'has at most 20 metrics'),
  alerts: z.array(address).default([]),
  runbook: z
    .url({ protocol: /^https?$/, error: 'is a URL with http or https' })
    .nullable()
    .default(null),
});

const file = z.strictObject({
  watches: z.array(watch).min(1, 'has at least one watch').max(50, 'has at most 50 watches'),
  ...rulesSchema,
});

type Parsed = z.infer<typeof watch>;
type Path = readonly (string | number)[];

/** What is watched, and who is told of it. */
export type WatchesFile = { readonly watches: readonly Watch[]; readonly rules: Rules };

/**
 * Reads a watches file. Throws `ConfigError` with all its problems at once, each with file, line and key.
 * `fileName` is for those messages only.
 */
export function loadWatches(text: string, fileName: string): WatchesFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number): string => `${fileName}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0)
    throw new ConfigError(document.errors.map((error) => `${at(error.pos[0])}: ${error.message.split('\n')[0]}`));

  const place = (path: Path): string => `${at(offsetOf(document, path))}: ${keyOf(path)}`;
  const parsed = file.safeParse(document.toJS(), { reportInput: true });
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap((issue) => problemsOf(issue, place)));
  const { watches, ...rules } = parsed.data;
  const names = watches.map(({ name }) => name);
  const unknown = unknownNames(rules, names).map(({ path, problem }) => `${place(path)} ${problem}`);
  const problems = [...inconsistencies(watches, place), ...unknown];
  if (problems.length > 0) throw new ConfigError(problems);
  return { watches: watches.map(watchOf), rules: rulesOf(rules) };
}

/** Hosts through node_exporter. */
export function defaultWatches(): readonly Watch[] {
  const path = join(import.meta.dirname, 'watches.default.yaml');
  return loadWatches(readFileSync(path, 'utf8'), path).watches;
}

/** The same for the simulated cluster, on a faster clock: whoever breaks something there waits for the alert. */
export function demoWatches(): readonly Watch[] {
  const faster = { stepMs: 15_000, historyMs: 4 * 86_400_000, resolveAfterMs: 120_000 };
  return defaultWatches().map((one) => ({
    ...one,
    ...faster,
    metrics: one.metrics.map((metric) => ({ ...metric, query: metric.query.replaceAll('[2m]', '[1m]') })),
  }));
}

function watchOf(parsed: Parsed): Watch {
  return {
    name: parsed.name,
    entityLabel: parsed.entity,
    stepMs: parsed.step,
    historyMs: parsed.history,
    resolveAfterMs: parsed.resolve_after,
    alertBudgetPerDay: parsed.alert_budget,
    metrics: parsed.metrics,
    audiences: parsed.alerts,
    runbookUrl: parsed.runbook,
  };
}

/** What is fine by itself and wrong together. */
function inconsistencies(watches: readonly Parsed[], place: (path: Path) => string): readonly string[] {
  const problems: string[] = [];
  watches.forEach((one, index) => {
    const path = ['watches', index];
    if (watches.findIndex(({ name }) => name === one.name) < index)
      problems.push(`${place([...path, 'name'])}: there is another watch "${one.name}"`);
    if (one.resolve_after < one.step)
      problems.push(
        `${place([...path, 'resolve_after'])} is shorter than the step: an incident would end between two looks`,
      );
    if (one.history < 100 * one.step)
      problems.push(`${place([...path, 'history'])} is shorter than 100 steps: too little to learn from`);
    one.metrics.forEach(({ name }, position) => {
      if (one.metrics.findIndex((other) => other.name === name) < position)
        problems.push(`${place([...path, 'metrics', position, 'name'])}: there is another metric "${name}"`);
    });
  });
  return problems;
}

function problemsOf(issue: z.core.$ZodIssue, place: (path: Path) => string): readonly string[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${place([...path, key])} is not a key that is known here`);
  if (issue.code === 'invalid_type' && issue.input === undefined) return [`${place(path)} is missing`];
  if (issue.code === 'invalid_type' && path.length === 0)
    return [`${place(path)} is no watches file: it has to begin with "watches:"`];
  return [`${place(path)} ${issue.message}`];
}

/** Where the value at a path stands in the text; for what is missing, where its parent does. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: Path): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    if (hasRange(node)) return node.range[0];
  }
  return 0;
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

/** A path as people write it: watches[0].metrics[2].query */
function keyOf(path: Path): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}
