import { describe, expect, it, onTestFinished } from 'vitest';
import { createConsolePlatform } from '../../src/chat/console/platform.ts';
import { encodeAction } from '../../src/core/button.ts';
import { silentLog as log } from '../../src/core/log.ts';
import type { Role } from '../../src/core/person.ts';
import { createApi } from '../../src/http/api.ts';
import { createTelemetry } from '../../src/http/metrics.ts';
import { createSidecar } from '../../src/http/sidecar.ts';
import { commandBench } from '../commands/list.ts';
import { noPictures } from '../small-things.ts';
import { cardsFor, type Deed, due, everyDeed, everyForm, happens, type Way } from './permission-deeds.ts';
import { type DiscordKind, type DiscordPlace, openDiscord } from './permission-discord.ts';
import { type House, openHouse } from './permission-house.ts';
import { openSlack, type SlackKind, type SlackPlace } from './permission-slack.ts';
import { permissionTable } from './permission-table.ts';

const signal = new AbortController().signal;
const apiKey = '0123456789abcdef-key';
const given = [
  ['RESPONDERS', 'responder'],
  ['ADMINS', 'admin'],
] as const;

it('the table has every command, and no other', async () => {
  const { commands } = await openHouse();
  expect(commands.map(({ path }) => path.join(' ')).toSorted()).toEqual(Object.keys(permissionTable).toSorted());
});

/** Everybody does everything by each way once, and the record is whole after it. */
async function expectTable(house: House, ways: readonly Way[], has: Role): Promise<void> {
  for (const way of ways) expect(await happens(house, way)).toEqual(due(has, way));
  expect(await house.audit.verify([], signal)).toMatchObject({ kind: 'whole' });
}

describe.each(given)('with %s on Slack', (variable, role) => {
  type Stand = readonly [who: string, kind: SlackKind, place: SlackPlace, has: Role];
  const stands: readonly Stand[] = [
    ['somebody', 'other', 'ops', 'viewer'],
    ['somebody who is named', 'named', 'ops', role],
    ['a member of the group', 'member', 'ops', role],
    ['whoever speaks in the channel', 'other', 'random', role],
    ['whoever speaks in a thread of the channel', 'other', 'thread', role],
    ['somebody in a direct message', 'other', 'direct', 'viewer'],
    ['somebody who is named, in a direct message,', 'named', 'direct', role],
    ['a member of the group, in a direct message,', 'member', 'direct', role],
  ];

  it.each(stands)('%s may do what the table says', async (_, kind, place, has) => {
    const { house, waysIn } = await openSlack(variable);
    await expectTable(house, await waysIn(place, kind), has);
  });
});

describe.each(given)('with %s on Discord', (variable, role) => {
  type Stand = readonly [who: string, kind: DiscordKind, place: DiscordPlace, has: Role];
  const stands: readonly Stand[] = [
    ['somebody', 'other', 'random', 'viewer'],
    ['somebody who is named', 'named', 'random', role],
    ['somebody with the role', 'member', 'random', role],
    ['whoever speaks in the channel', 'other', 'ops', role],
    ['whoever speaks in a thread of the channel', 'other', 'thread', role],
    ['somebody in a direct message', 'other', 'direct', 'viewer'],
    ['somebody who is named, in a direct message,', 'named', 'direct', role],
    ['somebody with the role, of which Discord says nothing in a direct message,', 'member', 'direct', 'viewer'],
  ];

  // discord.js sends fifty calls in a second and then waits for the next one: all wait at once.
  it.concurrent.for(stands)(
    '%s may do what the table says',
    async ([_, kind, place, has], { onTestFinished: onEnd }) => {
      const { house, waysIn } = await openDiscord(variable, { onEnd });
      await expectTable(house, await waysIn(place, kind), has);
    },
  );
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
  const call = (path: string, body: object, key: string | null = apiKey): Promise<Response> => {
    const headers = { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) };
    return fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  const post = async (...request: Parameters<typeof call>): Promise<number> => (await call(...request)).status;
  return { house, console, call, post };
}

/** The ways to do things in the console. Cards are posted there, and clicked as the page does it. */
async function consoleWays({ house, console, call, post }: Awaited<ReturnType<typeof openDoor>>) {
  const shared = { person: 'console:local', via: 'button' } as const;
  const every = everyDeed(house.commands);
  const forms = everyForm(house.commands);
  for (const card of cardsFor([...every, ...forms])) {
    const options = { key: crypto.randomUUID(), attemptedAt: null, isLoud: false };
    await console.post({ platform: 'console', channel: 'main', thread: null }, card, options, signal);
  }
  const entries = await console.recent(10);

  /** Clicks a button of an entry as it is kept; a form is filled in when one comes back, and sent. */
  async function click({ button: { text, asks }, written }: Deed): Promise<string> {
    const id = crypto.randomUUID();
    for (const { id: entry, reply } of entries) {
      const buttons = reply.blocks.flatMap((block) => (block.kind === 'buttons' ? block.buttons : []));
      const found = buttons.find((one) => one.text === text && one.asks.length === asks.length);
      if (found === undefined) continue;
      const action = encodeAction(found);
      const outcome = await (await call('/console/click', { id, entry, action })).json();
      expect(outcome).toMatchObject({ kind: asks.length > 0 ? 'form' : 'answer' });
      if (asks.length > 0) expect(await post('/console/click', { id, entry, action, written })).toBe(200);
      return id;
    }
    throw new Error(`no entry has a button "${text}"`);
  }

  const ask = async ({ line }: Deed): Promise<string> => {
    const id = crypto.randomUUID();
    expect(await post('/console/ask', { id, text: line })).toBe(202);
    return id;
  };
  return {
    words: { ...shared, via: 'console', deeds: every, act: ask },
    buttons: { ...shared, deeds: every, act: click },
    forms: { ...shared, deeds: forms, act: click },
  } satisfies Readonly<Record<string, Way>>;
}

describe('whoever has the key', () => {
  it.each(['words', 'buttons', 'forms'] as const)('may do everything in the console, with %s', async (how) => {
    const door = await openDoor();
    await expectTable(door.house, [(await consoleWays(door))[how]], 'admin');
  });

  it('is the only one who is let into the console', async () => {
    const { house, post } = await openDoor();
    const id = crypto.randomUUID();
    const click = { id, entry: 1, action: 'ack?incident=1a2b3c4d' };
    for (const key of [null, 'another key that is long']) {
      expect(await post('/console/ask', { id, text: 'ack 1a2b3c4d' }, key)).toBe(401);
      expect(await post('/console/click', click, key)).toBe(401);
    }
    expect(await post('/console/click', click)).toBe(200);
    expect(house.ran).toEqual(['ack']);
    expect(await house.audit.newest(10, null)).toHaveLength(1);
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
