import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { addressOf, type Block } from './configuration.ts';
import type { Policy } from './policy.ts';

export const recordOfAgreed = join(import.meta.dirname, 'recorded/agreed.json');
const record = z.record(z.string(), z.unknown());

const folders = ['identity', 'network', 'bucket', 'database', 'cache', 'load-balancer', 'instance', 'budget', 'alerts'];
const grantingFolders = ['terraform', 'terraform/bootstrap', ...folders.map((name) => `terraform/modules/${name}`)];
const otherKinds = ['variable', 'output', 'terraform'];

/** What grants, opens, keeps or warns, and how the root puts its modules together. */
export function agreedPart(blocks: readonly Block[]): Readonly<Record<string, unknown>> {
  const part = blocks.filter(({ folder, kind }) => grantingFolders.includes(folder) && !otherKinds.includes(kind));
  return Object.fromEntries(part.map((block) => [addressOf(block), block.body]));
}

/** Each of these changes is read twice: where it is made, and in the record, which `node test/terraform/agree.ts` writes anew. */
export const agreed: Policy = {
  name: 'rights, openings, what is kept and the alarm on costs are as they were agreed',
  because: 'a right that is a little wider than it has to be looks like any other line',
  problems(blocks) {
    const known = record.parse(JSON.parse(readFileSync(recordOfAgreed, 'utf8')));
    const found = agreedPart(blocks);
    return [...new Set([...Object.keys(known), ...Object.keys(found)])]
      .filter((name) => !isDeepStrictEqual(known[name], found[name]))
      .map((name) => `${name} is not as it was agreed`);
  },
  broken: [
    {
      what: 'every parameter',
      file: 'terraform/modules/identity/common.tf',
      find: '"${local.parameters}${path}"',
      put: '"${local.parameters}/*"',
    },
    {
      what: 'commands from elsewhere',
      file: 'terraform/modules/identity/common.tf',
      find: '["ssm:UpdateInstanceInformation"]',
      put: '["ssm:UpdateInstanceInformation", "ssm:SendCommand"]',
    },
    { what: 'a key for every context', file: 'terraform/modules/identity/common.tf', find: '"${arn}/*"', put: '"*"' },
    {
      what: 'trust in another account',
      file: 'terraform/modules/identity/main.tf',
      find: '["ec2.amazonaws.com"]',
      put: '["arn:aws:iam::999999999999:root"]',
    },
    {
      what: 'every port inside',
      file: 'terraform/modules/network/firewall.tf',
      find: 'to_port                      = each.value.port',
      put: 'to_port                      = 65535',
    },
    {
      what: 'every protocol inside',
      file: 'terraform/modules/network/firewall.tf',
      find: 'ip_protocol                  = "tcp"',
      put: 'ip_protocol                  = "-1"',
    },
    {
      what: 'SSH from half of the world',
      file: 'terraform/main.tf',
      find: 'var.ssh == null ? [] : var.ssh.from',
      put: '["0.0.0.0/1", "128.0.0.0/1"]',
    },
    {
      what: 'the secrets of another machine',
      file: 'terraform/main.tf',
      find: 'module.settings.secret_paths',
      put: '{ application = ["/"], monitoring = ["/"] }',
    },
    {
      what: 'alerts that nobody is mailed',
      file: 'terraform/modules/alerts/main.tf',
      find: 'for_each = toset(var.emails)',
      put: 'for_each = toset([])',
    },
    { what: 'no alarm on costs', file: 'terraform/main.tf', find: 'module "budget"', put: 'module "nothing"' },
    {
      what: 'the role of the other machine',
      file: 'terraform/application.tf',
      find: 'module.identity.profiles["application"]',
      put: 'module.identity.profiles["monitoring"]',
    },
    {
      what: 'a cache that anybody on the way can read',
      file: 'terraform/modules/cache/main.tf',
      find: 'transit_encryption_enabled = true',
      put: 'transit_encryption_enabled = false',
    },
    {
      what: 'a key that stays for ever',
      file: 'terraform/bootstrap/main.tf',
      find: 'enable_key_rotation     = true',
      put: 'enable_key_rotation     = false',
    },
  ],
};
