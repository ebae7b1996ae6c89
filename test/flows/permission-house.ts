import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { parseLine } from '../../src/commands/parse-line.ts';
import { doorKeepers } from '../../src/compose.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Environment } from '../../src/config/values.ts';
import { createConverse } from '../../src/converse.ts';
import type { Conversation, Show } from '../../src/core/chat.ts';
import { type Command, defineCommand } from '../../src/core/command.ts';
import { hiderOf } from '../../src/core/hide-secrets.ts';
import { silentLog as log } from '../../src/core/log.ts';
import { type Role, roleOf } from '../../src/core/person.ts';
import { say } from '../../src/core/reply.ts';
import { createRecorder } from '../../src/record.ts';
import { openStore } from '../../src/store/open-store.ts';
import { commandBench } from '../commands/list.ts';
import { quietTelemetry } from '../small-things.ts';

export type House = ReturnType<Awaited<ReturnType<typeof openHouse>>['settle']>;

/** Where what has to be done at the end of a test is left. */
export type OnEnd = (end: () => Promise<void>) => void;

/** The real corridor over the real commands, which note that they ran and do nothing, and a real record. */
export async function openHouse(onEnd: OnEnd = onTestFinished) {
  const store = await openStore({ databaseUrl: null, dataDir: mkdtempSync(join(tmpdir(), 'permissions-')), log });
  onEnd(() => store.close());
  const ran: string[] = [];
  const commands = [...commandBench().commands, ...probes].map((command): Command => {
    const run = async () => {
      ran.push(command.path.join(' '));
      return say('done');
    };
    return { ...command, run };
  });
  const told = new Map<string, string>();

  return {
    commands,
    store,
    /** The house under these settings. */
    settle(env: Environment) {
      const config = loadConfig(env);
      const grants = [...config.grants, ...doorKeepers];
      const converse = createConverse({
        commands,
        roleOf: ({ person, standing }) => roleOf(person, standing, grants),
        record: createRecorder({ audit: store.audit, hide: hiderOf(config.secrets), now: Date.now }),
        ...{ telemetry: quietTelemetry, now: Date.now, log },
      });
      const conversation: Conversation = {
        ...converse,
        async handle(event, show, signal) {
          const shown: string[] = [];
          const listen: Show = async (reply, options) => {
            await show(reply, options);
            shown.push(reply.summary);
          };
          await converse.handle(event, listen, signal);
          told.set(event.id, shown.at(-1) ?? '');
        },
      };
      return { config, converse, conversation, commands, audit: store.audit, ran, told };
    },
  };
}

function probe(word: string, effect: Command['effect'], role: Role): Command {
  const run = async () => say('done');
  return defineCommand({
    ...{ path: ['probe', word], summary: 'x', effect, role, options: [], input: z.strictObject({}), run },
  });
}

const probes: readonly Command[] = [probe('note', 'write', 'viewer'), probe('peek', 'read', 'responder')];

/** The values of a line, as a platform with forms has them. */
export function typed(commands: readonly Command[], line: string) {
  const parsed = parseLine(commands, line);
  if (parsed.kind !== 'command') throw new Error(`"${line}" is no command`);
  return { path: parsed.command.path, values: parsed.values };
}
