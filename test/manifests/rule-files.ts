import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const rulesFolder = join(import.meta.dirname, '../../manifests/prometheus/rules');
export const ruleTestsFolder = join(import.meta.dirname, '../live/promtool');
export const ruleFiles = ['hosts.yml', 'bot.yml', 'kept.yml'] as const;

/** Where a rule says what to do: below the external label `runbooks` of Prometheus, else in the page of this repository. */
export function runbookTo(anchor: string): string {
  return `{{ or $externalLabels.runbooks "docs/operations.md" }}#${anchor}`;
}

const rule = z.union([
  z.strictObject({ record: z.string(), expr: z.string() }),
  z.strictObject({
    alert: z.string(),
    expr: z.string(),
    for: z.string().optional(),
    labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
    annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook: z.string() }),
  }),
]);
const rules = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })) });
const ruleTests = z.looseObject({
  tests: z.array(
    z.looseObject({
      name: z.string(),
      alert_rule_test: z.array(z.looseObject({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
    }),
  ),
});

export type Rule = z.infer<typeof rule>;
export type RuleTests = z.infer<typeof ruleTests>;

export function rulesIn(file: (typeof ruleFiles)[number]): readonly Rule[] {
  return rules.parse(parse(readFileSync(join(rulesFolder, file), 'utf8'))).groups.flatMap((group) => group.rules);
}

/** What promtool is told to do with the rules of a file. */
export function ruleTestsIn(file: (typeof ruleFiles)[number]): RuleTests {
  return ruleTests.parse(parse(readFileSync(join(ruleTestsFolder, file), 'utf8')));
}

/** What promtool is told to expect of the alerts of a file. */
export function expectationsOf(file: (typeof ruleFiles)[number]) {
  return ruleTestsIn(file).tests.flatMap((one) => one.alert_rule_test);
}
