import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { stackSecrets } from '../../manifests/compose/environment.ts';
import { variables } from '../../src/config/variables.ts';

const { environment } = z
  .object({ services: z.object({ bot: z.object({ environment: z.record(z.string(), z.string()) }) }) })
  .parse(parse(readFileSync('compose.yaml', 'utf8'))).services.bot;

it('the stack hands on every variable but those that mean something else in it', () => {
  const missing = variables.filter(({ name }) => !(name in environment) && !(`${name}_FILE` in environment));
  expect(missing.map(({ name }) => name).toSorted()).toEqual([
    'BACKUP_DIR',
    'DATA_DIR',
    'DEMO_FAULTS',
    'DEMO_SEED',
    'HOST',
    'PORT',
    'PROMETHEUS_TOKEN',
    'SLACK_MODE',
    'SLACK_PORT',
    'SLACK_SIGNING_SECRET',
    'WATCHES_FILE',
  ]);
});

it('the stack has no secret in an environment, and only variables that are read', () => {
  const names = variables.map(({ name, secret }) => (secret ? `${name}_FILE` : name));
  expect(Object.keys(environment).filter((name) => !names.includes(name))).toEqual([]);
});

it('the script that starts the stack makes the file of every secret', () => {
  const [, names = ''] = /^for name in (.+); do$/m.exec(readFileSync('manifests/compose/up.sh', 'utf8')) ?? [];
  expect(names.toLowerCase().split(' ').toSorted()).toEqual(stackSecrets.toSorted());
});
