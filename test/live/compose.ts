import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { temporaryDir } from './bot.ts';
import { attempt, type Ran } from './commands.ts';

const project = join(import.meta.dirname, '../..');

const service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  read_only: z.boolean().default(false),
  privileged: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  mem_limit: z.string().optional(),
  cpus: z.number().optional(),
  pids_limit: z.number().optional(),
  build: z.unknown().optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  user: z.string().optional(),
  network_mode: z.string().optional(),
  volumes: z.array(z.string()).default([]),
});
const stack = z.object({ services: z.record(z.string(), service), secrets: z.record(z.string(), z.unknown()) });

export type Stack = z.infer<typeof stack>;

/** A copy of what the stack is made of, with nothing of this machine in it. */
export function copyOfStack(): string {
  const folder = temporaryDir();
  for (const part of ['compose.yaml', 'docs', 'manifests'])
    cpSync(join(project, part), join(folder, part), { recursive: true });
  return folder;
}

/** Runs `up.sh` with a docker that says what it would start, and gives that. */
export async function upIn(folder: string): Promise<Stack> {
  const { code, out, err } = await upRun(folder);
  if (code !== 0) throw new Error(`up.sh ended with ${code}\n${out}\n${err}`);
  return stack.parse(parse(out));
}

/** The same as it went. */
export function upRun(folder: string): Promise<Ran> {
  const tools = join(folder, 'tools');
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'docker'), '#!/bin/sh\n[ "$1 $2" = "compose up" ] && exec docker-compose config\n', {
    mode: 0o755,
  });
  return attempt('sh', [join(folder, 'manifests/compose/up.sh')], { env: { PATH: `${tools}:${process.env.PATH}` } });
}

/** What a reviewer would object to, a sentence each. */
export function objectionsTo({ services }: Stack): readonly string[] {
  return Object.entries(services).flatMap(([name, one]) => {
    const wrong: readonly (readonly [boolean, string])[] = [
      [!one.read_only, 'can write to its root'],
      [one.privileged || !one.cap_drop.includes('ALL'), 'has capabilities'],
      [!one.security_opt.includes('no-new-privileges:true'), 'may gain privileges'],
      [one.mem_limit === undefined || one.cpus === undefined || one.pids_limit === undefined, 'has no limits'],
      [!(one.build !== undefined || looksAtItself(one)), 'has no health check'],
      [one.network_mode === 'host' && !listensInside(one), 'listens to everybody on the machine'],
      [one.user !== undefined, 'runs as somebody else than its image says'],
      [one.volumes.some((volume) => /^\/(var|run|etc)\b/.test(volume)), "holds what is the machine's"],
      [one.build === undefined && !/:v?\d+\.\d+\.\d+$/.test(one.image), 'has no pinned version'],
      [one.ports.some((port) => !port.startsWith('127.0.0.1:')), 'is open to others'],
      [Object.entries(one.environment).some(isLiteralSecret), 'has a secret in its environment'],
    ];
    return wrong.flatMap(([isWrong, words]) => (isWrong ? [`${name} ${words}`] : []));
  });
}

/** A health check that asks for a page of the service can fail. */
function looksAtItself({ healthcheck }: Stack['services'][string]): boolean {
  return healthcheck?.test.some((word) => /^http:\/\/[\d.]+:\d+\//.test(word)) === true;
}

/** Whoever has the machine's own network must choose where it hears. */
function listensInside({ command }: Stack['services'][string]): boolean {
  return command.some((word) => word.startsWith('--web.listen-address=172.31.250.1:'));
}

function isLiteralSecret([name, value]: [string, string]): boolean {
  return /TOKEN|KEY|PASSWORD|SECRET/.test(name) && !/_FILE$/.test(name) && value !== '';
}
