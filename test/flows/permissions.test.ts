import { describe, expect, it, onTestFinished } from 'vitest';
import { createConsolePlatform } from '../../src/chat/console/platform.ts';
import { createDiscordPlatform } from '../../src/chat/discord/platform.ts';
import { createSlackPlatform } from '../../src/chat/slack/platform.ts';
import type { ChatEvent } from '../../src/core/chat.ts';
import { silentLog as log } from '../../src/core/log.ts';
import type { Role } from '../../src/core/person.ts';
import { createApi } from '../../src/http/api.ts';
import { createTelemetry } from '../../src/http/metrics.ts';
import { createSidecar } from '../../src/http/sidecar.ts';
import { commandBench } from '../commands/list.ts';
import { startDiscordEmulator } from '../emulators/discord.ts';
import { startSlackEmulator } from '../emulators/slack.ts';
import { memoryDeliveries, noPictures } from '../small-things.ts';
import { due, everything, type House, openHouse, typed } from './permission-house.ts';
import { permissionTable } from './permission-table.ts';

const signal = new AbortController().signal;
const apiKey = '0123456789abcdef-key';
const given = [
  ['RESPONDERS', 'responder'],
  ['ADMINS', 'admin'],
] as const;

/** Everybody does everything by each door once, and nobody more than one may in a minute: each door has people of its own. */
const doors = ['slash', 'mention', 'button', 'direct'] as const;
type DoorName = (typeof doors)[number];
const kinds = ['other', 'named', 'member'] as const;
const slackUser = (kind: (typeof kinds)[number], door: DoorName, more = ''): string =>
  `U${kind}${door}${more}`.toUpperCase();
const discordUser = (kind: (typeof kinds)[number], door: DoorName, more = 0): { id: string; name: string } => ({
  id: `22345678901234${more}${kinds.indexOf(kind)}${doors.indexOf(door)}9`,
  name: `${kind} ${door}`,
});

it('the table has every command, and no other', async () => {
  const { commands } = await openHouse();
  expect(commands.map(({ path }) => path.join(' ')).toSorted()).toEqual(Object.keys(permissionTable).toSorted());
});

/** Somebody who stands where they stood when they said `asked` clicks a button for everything in the table. */
function clickEverything(house: House, asked: ChatEvent): Promise<readonly string[]> {
  return everything(house, async (line) => {
    const id = crypto.randomUUID();
    const request = { kind: 'command', ...typed(house.commands, line) } as const;
    await house.conversation.handle({ ...asked, id, via: 'button', request }, async () => {}, signal);
    return id;
  });
}

async function slackHouse(variable: string) {
  const slack = await startSlackEmulator();
  const named = doors.map((door) => `slack:${slackUser('named', door)}`);
  slack.setGroup(
    'SGROUP',
    doors.map((door) => slackUser('member', door)),
  );
  const house = (await openHouse()).settle({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    [variable]: [...named, 'slack:SGROUP', `slack:${slack.channels.random}`].join(),
  });
  if (house.config.slack === null) throw new Error('Slack is off');
  const platform = createSlackPlatform({
    deliveries: memoryDeliveries(),
    painter: noPictures,
    ...house.config.slack,
    apiUrl: slack.url,
    now: Date.now,
    log,
  });
  onTestFinished(async () => {
    await platform.stop();
    await slack.stop();
  });
  await platform.start(house.conversation);
  return { house, slack };
}

async function discordHouse(variable: string) {
  const discord = await startDiscordEmulator({ bucket: { limit: 10_000, windowMs: 1_000 } });
  const named = doors.map((door) => `discord:${discordUser('named', door).id}`);
  const { ops } = discord.channels;
  const house = (await openHouse()).settle({
    DISCORD_TOKEN: discord.token,
    [variable]: [...named, `discord:role:${discord.role}`, `discord:channel:${ops}`].join(),
  });
  const { commands } = house;
  const platform = createDiscordPlatform({
    painter: noPictures,
    token: discord.token,
    apiUrl: discord.url,
    commands,
    now: Date.now,
    log,
  });
  onTestFinished(async () => {
    await platform.stop();
    await discord.stop();
  });
  await platform.start(house.conversation);
  await discord.waitFor(() => discord.commands().length > 0);
  return { house, discord };
}

describe.each(given)('with %s on Slack', (variable, role) => {
  type Way = readonly [who: string, kind: (typeof kinds)[number], place: 'ops' | 'random', has: Role, more: string];
  const ways: readonly Way[] = [
    ['somebody', 'other', 'ops', 'viewer', ''],
    ['somebody who is named', 'named', 'ops', role, ''],
    ['a member of the group', 'member', 'ops', role, ''],
    ['whoever speaks in the channel', 'other', 'random', role, '2'],
  ];

  it.each(ways)('%s may do what the table says', async (_, kind, place, has, more) => {
    const { house, slack } = await slackHouse(variable);
    const channel = slack.channels[place];
    const by = (door: DoorName) => ({ user: slackUser(kind, door, more), channel });
    const right = (via: DoorName) => due(has, via, `slack:${by(via).user}`);
    expect(await everything(house, (line) => slack.command(`/ops ${line}`, by('slash')).id)).toEqual(right('slash'));
    expect(await everything(house, (line) => slack.mention(line, by('mention')).id)).toEqual(right('mention'));
    const { id } = slack.command('/ops help', by('button'));
    const asked = await slack.waitFor(() => house.seen.get(id));
    expect(await clickEverything(house, asked)).toEqual(right('button'));
    expect(await house.audit.verify([], signal)).toMatchObject({ kind: 'whole' });
  });

  it.each([
    ['somebody', 'other', 'viewer'],
    ['somebody who is named', 'named', role],
    ['a member of the group', 'member', role],
  ] as const)('%s may do in a direct message what the table says', async (_, kind, has) => {
    const { house, slack } = await slackHouse(variable);
    const user = slackUser(kind, 'direct');
    expect(await everything(house, (line) => slack.direct(line, { user }).id)).toEqual(
      due(has, 'mention', `slack:${user}`),
    );
  });
});

describe.each(given)('with %s on Discord', (variable, role) => {
  type Place = 'ops' | 'random' | 'thread';
  type Way = readonly [who: string, kind: (typeof kinds)[number], place: Place, has: Role, more: number];
  const ways: readonly Way[] = [
    ['somebody', 'other', 'random', 'viewer', 0],
    ['somebody who is named', 'named', 'random', role, 0],
    ['somebody with the role', 'member', 'random', role, 0],
    ['whoever speaks in the channel', 'other', 'ops', role, 1],
    ['whoever speaks in a thread of the channel', 'other', 'thread', role, 2],
  ];

  it.each(ways)('%s may do what the table says', async (_, kind, place, has, more) => {
    const { house, discord } = await discordHouse(variable);
    const stand = { channel: discord.channels[place], roles: kind === 'member' ? [discord.role] : [] };
    const by = (door: DoorName) => ({ ...stand, user: discordUser(kind, door, more) });
    const slash = (line: string, door: DoorName): string => {
      const { path, values } = typed(house.commands, line);
      return discord.slash(path, values, by(door)).id;
    };
    const right = (via: DoorName) => due(has, via, `discord:${by(via).user.id}`);
    expect(await everything(house, (line) => slash(line, 'slash'))).toEqual(right('slash'));
    expect(await everything(house, (line) => discord.mention(line, by('mention')))).toEqual(right('mention'));
    const id = slash('help', 'button');
    const asked = await discord.waitFor(() => house.seen.get(id));
    expect(await clickEverything(house, asked)).toEqual(right('button'));
    expect(await house.audit.verify([], signal)).toMatchObject({ kind: 'whole' });
  });

  it.each([
    ['somebody', 'other', 'viewer'],
    ['somebody who is named', 'named', role],
    ['somebody with the role, of which Discord says nothing there,', 'member', 'viewer'],
  ] as const)('%s may do in a direct message what the table says', async (_, kind, has) => {
    const { house, discord } = await discordHouse(variable);
    const user = discordUser(kind, 'direct');
    const who = { user, channel: discord.channels.direct, roles: kind === 'member' ? [discord.role] : [] };
    const act = (line: string): string => {
      const { path, values } = typed(house.commands, line);
      return discord.slash(path, values, who).id;
    };
    expect(await everything(house, act)).toEqual(due(has, 'slash', `discord:${user.id}`));
  });
});

/** The sidecar over the house, behind a key. */
async function openDoor() {
  const { settle, store } = await openHouse();
  const house = settle({});
  const console = createConsolePlatform({ painter: noPictures, store: store.console, now: Date.now, log });
  await console.start(house.conversation);
  const { status } = commandBench();
  const metrics = createTelemetry({
    now: Date.now,
    status,
    logs: () => ({ bufferedBytes: 0, spooledBytes: 0, lost: 0, failing: null }),
    backup: null,
    heartbeat: null,
  });
  const api = createApi(house.converse.run);
  const sidecar = createSidecar({
    ...{
      host: '127.0.0.1',
      port: 0,
      apiKey,
      version: '1.2.3',
      report: async () => {},
      entityLabels: [],
      status,
      incidents: async () => [],
      api,
      console,
      metrics,
      log,
    },
    commands: house.commands,
  });
  const { url } = await sidecar.start();
  onTestFinished(async () => {
    await sidecar.stop();
    await console.stop();
  });
  const post = async (path: string, body: object, key: string | null = apiKey): Promise<number> => {
    const headers = { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) };
    return (await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };
  return { house, post };
}

describe('whoever has the key', () => {
  it('may do everything in the console', async () => {
    const { house, post } = await openDoor();
    const act = async (line: string) => {
      const id = crypto.randomUUID();
      expect(await post('/console/ask', { id, text: line })).toBe(202);
      return id;
    };
    expect(await everything(house, act)).toEqual(due('admin', 'console', 'console:local'));
  });

  const calls = [
    ['/query', { query: 'why' }, 'ask'],
    ['/forecast', { metric: 'cpu' }, 'forecast'],
    ['/ai/switch', { provider: 'openai' }, 'ai switch'],
    ['/ai/test', {}, 'ai test'],
  ] as const;

  it.each(calls)('may call %s, and nobody else', async (path, body, command) => {
    const { house, post } = await openDoor();
    for (const key of [null, 'another key that is long']) expect(await post(path, body, key)).toBe(401);
    expect(house.ran).toEqual([]);
    await post(path, body);
    expect(house.ran).toEqual([command]);
    const lines = await house.audit.newest(10, null);
    const onRecord =
      permissionTable[command]?.onRecord === true ? [`http:api as admin by http: ${command} allowed`] : [];
    expect(
      lines.map(
        ({ entry }) =>
          `${entry?.person.platform}:${entry?.person.id} as ${entry?.role} by ${entry?.via}: ${entry?.command} ${entry?.outcome}`,
      ),
    ).toEqual(onRecord);
  });
});
