import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleFiles, rulesFolder, rulesIn, ruleTestsFolder, ruleTestsIn } from '../manifests/rule-files.ts';
import { temporaryDir } from './bot.ts';
import { attempt, run } from './commands.ts';

const manifests = join(rulesFolder, '..');

/** The tests of one rule (of a record: all of its file), run against a copy of the file in which something was changed. */
async function testOf(
  file: (typeof ruleFiles)[number],
  name: string,
  change: (text: string) => string,
): Promise<number> {
  const folder = temporaryDir();
  const text = readFileSync(join(rulesFolder, file), 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(join(folder, 'rules.yml'), changed);
  const { tests, ...settings } = ruleTestsIn(file);
  const own = tests.filter((one) => one.alert_rule_test.some(({ alertname }) => alertname === name));
  const told = { ...settings, rule_files: ['rules.yml'], tests: own.length > 0 ? own : tests };
  // JSON is YAML.
  writeFileSync(join(folder, 'tests.yml'), JSON.stringify(told));
  return (await attempt('promtool', ['test', 'rules', join(folder, 'tests.yml')])).code;
}

describe('the configuration of Prometheus and Alertmanager', () => {
  it('is one that promtool accepts', async () => {
    const folder = temporaryDir();
    cpSync(manifests, folder, { recursive: true });
    // The key is a file of the stack; here one stands in for it.
    const config = join(folder, 'prometheus.yml');
    writeFileSync(join(folder, 'key'), 'key');
    writeFileSync(config, readFileSync(config, 'utf8').replace('/run/secrets/api_key', 'key'));
    expect(await run('promtool', ['check', 'config', config])).toContain('SUCCESS');
  });

  it('is refused by promtool when a rule is broken', async () => {
    const file = join(temporaryDir(), 'rules.yml');
    writeFileSync(
      file,
      readFileSync(join(rulesFolder, 'bot.yml'), 'utf8').replace('== 0 or absent(', '== 0 or absnt('),
    );
    expect((await attempt('promtool', ['check', 'rules', file])).code).not.toBe(0);
  });

  it('is one that amtool accepts', async () => {
    expect(await run('amtool', ['check-config', join(manifests, 'alertmanager.yml')])).toContain('SUCCESS');
  });
});

describe.each(ruleFiles)('the rules of %s', (file) => {
  const expressions = rulesIn(file).map((rule) => ['alert' in rule ? rule.alert : rule.record, rule.expr] as const);

  it('fire when they should, and only then', async () => {
    expect(await run('promtool', ['test', 'rules', join(ruleTestsFolder, file)])).toContain('SUCCESS');
  });

  it.each(expressions)('%s passes its tests in a copy that says the same', async (name) => {
    expect(await testOf(file, name, (text) => `${text}# The same.\n`)).toBe(0);
  });

  it.each(expressions)('%s is missed by its tests when it says nothing', async (name, expr) => {
    expect(await testOf(file, name, (text) => withExpression(text, expr, 'vector(1) < 0'))).not.toBe(0);
  });

  it.each(expressions)('%s is noticed by its tests when it says something all the time', async (name, expr) => {
    expect(await testOf(file, name, (text) => withExpression(text, expr, 'vector(1)'))).not.toBe(0);
  });
});

/** The text with another expression in place of one, however many lines that one takes. */
function withExpression(text: string, expr: string, other: string): string {
  const words = expr
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text.replace(new RegExp(`expr: (?:>-\\s+)?${words.join('\\s+')}`), `expr: ${other}`);
}
