import { cpSync, globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildHcl } from './hcl.ts';
import { run } from './run.ts';

/** Modules that need no provider: "terraform test" runs them without an account, and so does HashiCorp's HCL alone. */
const modules = ['settings', 'cloud-config'] as const;

let hcl = '';

beforeAll(() => {
  hcl = buildHcl();
});

/** A copy of a module in which one text is another. */
function brokenCopy(module: string, file: string, find: string, put: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'module-'));
  cpSync(`terraform/modules/${module}`, copy, { recursive: true });
  const text = readFileSync(join(copy, file), 'utf8');
  if (!text.includes(find)) throw new Error(`${file} does not say: ${find}`);
  writeFileSync(
    join(copy, file),
    text.replace(find, () => put),
  );
  return copy;
}

describe('the modules that need no provider', () => {
  it.each(modules)('%s passes every run of its tests', (module) => {
    const runs = globSync(`terraform/modules/${module}/tests/*.tftest.hcl`)
      .map((file) => readFileSync(file, 'utf8').match(/^run "/gm)?.length ?? 0)
      .reduce((sum, count) => sum + count, 0);
    expect(run(hcl, ['test', `terraform/modules/${module}`])).toContain(`${runs} passed, 0 failed`);
  });

  it.each([
    [
      'settings',
      'main.tf',
      'cidrsubnet(local.cidr, 8, 2)',
      'cidrsubnet(local.cidr, 8, 3)',
      'the_network_is_two_subnets',
    ],
    ['settings', 'main.tf', 't4g.micro', 't4g.xlarge', 'nothing_said_is_the_free_tier_on_arm'],
    ['settings', 'variables.tf', '/(2[4-9]|3[0-2])$', '/[0-9]+$', 'ssh_from_the_world'],
    ['settings', 'bot.tf', '"SLACK_BOT_TOKEN", ', '', 'a_secret_among_the_variables'],
    ['settings', 'monitoring.tf', '* 0.8', '* 1', 'prometheus_leaves_room_on_its_volume'],
    ['cloud-config', 'main.tf', '"0755"', '"0644"', 'a_script_arrives_as_it_is_and_can_be_run'],
    ['cloud-config', 'main.tf', "${name}='${value}'", '${name}=${value}', 'an_environment_can_be_read'],
  ])('%s with another %s fails its tests (%s)', (module, file, find, put, fails) => {
    expect(() => run(hcl, ['test', brokenCopy(module, file, find, put)])).toThrow(`fail ${fails}`);
  });
});
