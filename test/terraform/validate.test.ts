import { describe, expect, it } from 'vitest';
import { readConfiguration } from './configuration.ts';
import { readProviderSchema } from './provider-schema.ts';
import { validate } from './validate.ts';

const schema = readProviderSchema();

const broken: readonly (readonly [string, { readonly file: string; readonly find: string; readonly put: string }])[] = [
  [
    'the provider knows no http_token there',
    { file: 'terraform/modules/instance/main.tf', find: 'http_tokens ', put: 'http_token ' },
  ],
  [
    'the provider knows no encryption there',
    { file: 'terraform/modules/instance/main.tf', find: 'encrypted ', put: 'encryption ' },
  ],
  [
    'availability_zone is missing',
    { file: 'terraform/modules/instance/main.tf', find: 'availability_zone = var.zone', put: '' },
  ],
  ['var.cidrs is no variable', { file: 'terraform/modules/network/main.tf', find: 'var.cidr\n', put: 'var.cidrs\n' }],
  [
    'local.insides is no local',
    { file: 'terraform/modules/network/firewall.tf', find: '= local.inside\n', put: '= local.insides\n' },
  ],
  [
    'aws_vpc.that.id is not there',
    { file: 'terraform/modules/network/main.tf', find: 'aws_vpc.this.id', put: 'aws_vpc.that.id' },
  ],
  [
    'is nothing that the provider tells of a aws_vpc',
    { file: 'terraform/modules/network/outputs.tf', find: 'aws_vpc.this.id', put: 'aws_vpc.this.vpc_id' },
  ],
  ['module.logs.arns is no output', { file: 'terraform/main.tf', find: 'module.logs.arn', put: 'module.logs.arns' }],
  [
    'module.database.secret is no output',
    { file: 'terraform/main.tf', find: 'module.database[*].secret_arn', put: 'module.database[*].secret' },
  ],
  [
    'the module takes no labels',
    {
      file: 'terraform/main.tf',
      find: '  label       = local.label\n  monthly',
      put: '  labels = local.label\n  monthly',
    },
  ],
  [
    'the module wants label',
    { file: 'terraform/main.tf', find: '  label       = local.label\n  monthly', put: '  monthly' },
  ],
  ['there is no such module', { file: 'terraform/main.tf', find: './modules/budget', put: './modules/budgets' }],
];

describe('the Terraform configuration', () => {
  it(`is one that AWS provider ${schema.version} and Terraform's names allow`, async () => {
    expect(await validate(await readConfiguration(), schema)).toEqual([]);
  });

  it.each(broken)('is found out: %s', async (problem, change) => {
    const problems = await validate(await readConfiguration(change), schema);
    expect(problems.join('\n')).toContain(problem);
  });
});
