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
import type { ChatEvent, Conversation, Show } from '../../src/core/chat.ts';
import { type Command, defineCommand } from '../../src/core/command.ts';
import { hiderOf } from '../../src/core/hide-secrets.ts';
import { silentLog as log } from '../../src/core/log.ts';
import { mayActAs, type Role, roleOf } from '../../src/core/person.ts';
import { say } from '../../src/core/reply.ts';
import { createRecorder } from '../../src/record.ts';
import { openStore } from '../../src/store/open-store.ts';
import { commandBench } from '../commands/list.ts';
import { quietTelemetry } from '../small-things.ts';
import { permissionTable } from './permission-table.ts';

export type House = ReturnType<Awaited<ReturnType<typeof openHouse>>['settle']>;

/** The real corridor over the real commands, which note that they ran and do nothing, and a real record. */
export async function openHouse() {
  const store = await openStore({ databaseUrl: null, dataDir: mkdtempSync(join(tmpdir(), 'permissions-')), log });
  onTestFinished(() => store.close());
  const ran: string[] = [];
  const commands = [...commandBench().commands, ...probes].map((command): Command => {
    const run = async () => {
      ran.push(command.path.join(' '));
      return say('done');
    };
    return { ...command, run };
  });
  const seen = new Map<string, ChatEvent>();
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
          seen.set(event.id, event);
          told.set(event.id, shown.at(-1) ?? '');
        },
      };
      return { config, converse, conversation, commands, audit: store.audit, ran, seen, told };
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

/** What the table says happens when somebody with that role does everything by a door. */
export function due(role: Role, via: string, person: string): readonly string[] {
  return Object.entries(permissionTable).map(([command, { needs, onRecord }]) => {
    const isAllowed = mayActAs(role, needs);
    const line = onRecord
      ? `${person} as ${role} by ${via}: ${command} ${isAllowed ? 'allowed' : 'refused'}`
      : 'no line';
    return `${command}: ${isAllowed ? 'ran' : `told that it is for ${needs}s`}, ${line}`;
  });
}

/** Does everything in the table one after another, and says what happened. `act` gives the id of the event that it makes. */
export async function everything(
  { ran, told, audit }: House,
  act: (line: string) => string | Promise<string>,
): Promise<readonly string[]> {
  const happened: string[] = [];
  for (const [command, { line }] of Object.entries(permissionTable)) {
    const [runs, { sequence }] = [ran.length, await audit.head()];
    const id = await act(line);
    const words = await answered(told, id);
    const lines = (await audit.newest(10, null)).filter((one) => one.sequence > sequence);
    const onRecord = lines.map(({ entry }) =>
      entry === null
        ? 'damaged'
        : `${entry.person.platform}:${entry.person.id} as ${entry.role} by ${entry.via}: ${entry.command} ${entry.outcome}`,
    );
    const what = ran.length > runs ? 'ran' : `told that it is ${/is (for \w+)\./.exec(words)?.[1] ?? words}`;
    happened.push(`${command}: ${what}, ${onRecord.join(' and ') || 'no line'}`);
  }
  return happened;
}

/** What somebody was told in the end. */
async function answered(told: ReadonlyMap<string, string>, id: string): Promise<string> {
  for (const until = performance.now() + 10_000; performance.now() < until; ) {
    const words = told.get(id);
    if (words !== undefined) return words;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`nobody answered ${id}`);
}
