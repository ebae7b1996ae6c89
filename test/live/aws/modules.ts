import { cpSync, globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Modules that need no provider and have tests: "terraform test" runs them without an account, and so does HashiCorp's HCL alone. */
export const testedModules = ['settings', 'cloud-config'] as const;

/** The runs that a module's tests have, by name. */
export function runsOf(module: string): readonly string[] {
  return globSync(`terraform/modules/${module}/tests/*.tftest.hcl`).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^run "(\w+)"/gm)].map(([, name]) => name ?? ''),
  );
}

/** A copy of a module where it finds the manifests that it reads, in which one text may be another. */
export function copyOf(module: string, change?: readonly [file: string, find: string, put: string]): string {
  const root = mkdtempSync(join(tmpdir(), 'module-'));
  const copy = join(root, 'terraform/modules', module);
  cpSync(`terraform/modules/${module}`, copy, { recursive: true });
  cpSync('manifests/prometheus', join(root, 'manifests/prometheus'), { recursive: true });
  if (change === undefined) return copy;
  const [file, find, put] = change;
  const text = readFileSync(join(copy, file), 'utf8');
  if (!text.includes(find)) throw new Error(`${file} does not say: ${find}`);
  writeFileSync(
    join(copy, file),
    text.replace(find, () => put),
  );
  return copy;
}

/** A module, what is changed in it, and the run that has to fail then. */
export const breaks: readonly (readonly [module: string, file: string, find: string, put: string, fails: string])[] = [
  [
    'settings',
    'main.tf',
    'cidrsubnet(local.cidr, 8, 2)',
    'cidrsubnet(local.cidr, 8, 3)',
    'the_network_is_two_subnets_in_two_zones',
  ],
  ['settings', 'main.tf', 't4g.micro', 't4g.xlarge', 'nothing_said_is_the_free_tier_on_arm'],
  ['settings', 'variables.tf', '/(2[4-9]|3[0-2])$', '/[0-9]+$', 'ssh_from_the_world'],
  ['settings', 'variables.tf', 't[12]|m[1-4]', 't1|m[1-3]', 'sizes_on_which_the_data_volume_is_not_found'],
  ['settings', 'variables.tf', '|c[134]|', '|m5|', 'sizes_on_which_it_is_found'],
  ['settings', 'bot.tf', '"SLACK_BOT_TOKEN", ', '', 'a_secret_among_the_variables'],
  ['settings', 'monitoring.tf', '* 0.8', '* 1', 'prometheus_leaves_room_on_its_volume'],
  ['settings', 'alertmanager.tf', 'var.budget.emails', '["nobody"]', 'who_hears_of_the_costs_hears_of_alerts'],
  ['settings', 'alertmanager.tf', ' if var.alerts.webhook', '', 'who_hears_of_the_costs_hears_of_alerts'],
  ['settings', 'alertmanager.tf', 'var.alerts.webhook', 'false', 'others_hear_of_alerts_and_a_webhook_as_well'],
  ['cloud-config', 'main.tf', '"0755"', '"0644"', 'a_script_arrives_as_it_is_and_can_be_run'],
  [
    'cloud-config',
    'main.tf',
    "${name}='${value}'",
    '${name}=${value}',
    'an_environment_can_be_read_by_a_shell_and_by_systemd',
  ],
];
