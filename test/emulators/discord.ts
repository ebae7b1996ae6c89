import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { objectOf } from './discord-checks.ts';
import { createFaults } from './discord-faults.ts';
import { readBody } from './discord-files.ts';
import { createEmulatedGateway } from './discord-gateway.ts';
import { clickData, formData, wholeWire } from './discord-interactions.ts';
import { openDiscordSchema } from './discord-openapi.ts';
import { answerRequest, type Incoming, type World } from './discord-rest.ts';
import { type EmulatedInteraction, type EmulatedMessage, type Payload, snowflake } from './discord-state.ts';

export { buttonsOf } from './discord-interactions.ts';
export type { EmulatedInteraction, EmulatedMessage } from './discord-state.ts';
export { wordsOf } from './discord-state.ts';

export type SentRequest = {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly at: number;
};

export type Who = {
  readonly user?: { readonly id: string; readonly name: string };
  /** A channel of the server, or `direct`. */
  readonly channel?: string;
  /** The roles that the person has in the server at that moment. */
  readonly roles?: readonly string[];
};

/** What Discord says of whoever wrote a message. */
export type Author = { readonly roles?: readonly string[]; readonly bot?: boolean; readonly webhook?: string | null };

export type DiscordEmulator = Awaited<ReturnType<typeof startDiscordEmulator>>;

export type DiscordEmulatorOptions = {
  readonly token?: string;
  readonly heartbeatMs?: number;
  /** Messages a channel takes in a window before it answers 429. */
  readonly bucket?: { readonly limit: number; readonly windowMs: number };
};

const usedOperations = [
  ['PUT', '/applications/1/commands'],
  ['POST', '/interactions/1/token/callback'],
  ['POST', '/channels/1/messages'],
  ['PATCH', '/channels/1/messages/1'],
  ['POST', '/webhooks/1/token'],
  ['PATCH', '/webhooks/1/token/messages/@original'],
] as const;
const interactionTypes = { command: 2, click: 3, typing: 4, form: 5 } as const;
const optionTypes: Readonly<Record<string, number>> = { string: 3, number: 10, boolean: 5 };

/**
 * Discord on this machine: HTTP API and gateway on a free port of 127.0.0.1, one server with the channels "ops" and "random" and a
 * thread. It refuses what Discord refuses. Tests speak through it as people do and see what people would see.
 */
export async function startDiscordEmulator({
  token: validToken = 'discord-token-for-tests',
  heartbeatMs = 40_000,
  bucket = { limit: 5, windowMs: 5_000 },
}: DiscordEmulatorOptions = {}) {
  const faults = createFaults();
  const requests: SentRequest[] = [];
  const delivered = new Map<string, readonly [t: string, d: object]>();
  const buckets = new Map<string, { left: number; resetAt: number }>();
  const [ops, random, thread, direct] = [snowflake(), snowflake(), snowflake(), snowflake()] as const;
  const [guildId, roleId] = [snowflake(), snowflake()] as const;
  let isAccepted = true;

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const world: World = {
    bot: { id: snowflake(), username: 'ops-bot', bot: true },
    application: snowflake(),
    channels: new Map([
      [ops, { id: ops, name: 'ops', parent: null }],
      [random, { id: random, name: 'random', parent: null }],
      [thread, { id: thread, name: 'a thread', parent: ops }],
      [direct, { id: direct, name: 'direct', parent: null }],
    ]),
    messages: [],
    interactions: new Map(),
    closed: new Map(),
    typing: [],
    gatewayUrl: `ws://127.0.0.1:${port}/gateway`,
    accepts: (token) => isAccepted && token === validToken,
    schema: openDiscordSchema(),
    refusesFiles: false,
    refusesThreads: false,
    commands: [],
  };
  // Compiled before anybody waits for an answer.
  for (const [method, path] of usedOperations) world.schema?.(method, path, {});
  const gateway = createEmulatedGateway({
    server,
    heartbeatMs,
    accepts: world.accepts,
    ready: () => ({
      v: 10,
      user: { ...world.bot, discriminator: '0', avatar: null },
      application: { id: world.application, flags: 0 },
      guilds: [{ id: guildId, unavailable: true }],
    }),
    guilds: () => [guildOf()],
  });

  function guildOf(): object {
    const all = [...world.channels.values()].filter(({ id }) => id !== direct);
    const shared = { guild_id: guildId, permission_overwrites: [], position: 0 };
    return {
      id: guildId,
      name: 'the team',
      owner_id: snowflake(),
      roles: [
        { id: guildId, name: '@everyone', permissions: '0', position: 0, color: 0, colors: { primary_color: 0 } },
        { id: roleId, name: 'on-call', permissions: '0', position: 1, color: 0, colors: { primary_color: 0 } },
      ],
      emojis: [],
      features: [],
      members: [],
      member_count: 2,
      channels: all
        .filter((one) => one.parent === null)
        .map((one) => ({ ...shared, id: one.id, name: one.name, type: 0 })),
      threads: all
        .filter((one) => one.parent !== null)
        .map((one) => ({
          id: one.id,
          name: one.name,
          type: 11,
          guild_id: guildId,
          parent_id: one.parent,
          thread_metadata: {},
        })),
      presences: [],
      voice_states: [],
    };
  }

  /** A channel as an interaction brings it along. */
  function channelOf(id: string): object {
    const parent = world.channels.get(id)?.parent ?? null;
    return parent === null
      ? { id, type: 0, guild_id: guildId }
      : { id, type: 11, guild_id: guildId, parent_id: parent, thread_metadata: {} };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const method = request.method ?? 'GET';
    const incoming: Incoming = {
      method,
      path: url.pathname.replace(/^\/api(\/v10)?/, ''),
      query: url.searchParams,
      body: await readBody(Buffer.concat(chunks), request.headers['content-type'] ?? ''),
      token: request.headers.authorization?.replace(/^Bot /, '') ?? null,
    };
    if (faults.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.delayMs));
    const fault = faults.take(method);
    const limit = fault === null ? takeFromBucket(incoming, response) : null;
    const seconds = fault?.kind === 'rate limit' ? fault.seconds : limit;
    const { status, body } =
      seconds !== null
        ? tooMany(seconds, response)
        : fault?.kind === 'status'
          ? { status: fault.status, body: { message: 'asked to fail', code: 0 } }
          : answerRequest(world, incoming);
    requests.push({ method, path: incoming.path, body: incoming.body, status, at: Date.now() });
    if (fault?.kind === 'lost answer') return void response.destroy();
    // Discord's empty answers have no content type.
    response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  /** Counts messages to a channel; gives the seconds to wait when there were too many. */
  function takeFromBucket({ method, path }: Incoming, response: ServerResponse): number | null {
    if (method !== 'POST' || !/^\/channels\/[^/]+\/messages$/.test(path)) return null;
    const now = Date.now();
    const before = buckets.get(path);
    const current =
      before === undefined || before.resetAt <= now ? { left: bucket.limit, resetAt: now + bucket.windowMs } : before;
    buckets.set(path, current);
    const seconds = (current.resetAt - now) / 1_000;
    response.setHeader('x-ratelimit-limit', bucket.limit);
    response.setHeader('x-ratelimit-remaining', Math.max(0, current.left - 1));
    response.setHeader('x-ratelimit-reset-after', seconds.toFixed(3));
    response.setHeader('x-ratelimit-bucket', 'b0b5');
    if (current.left === 0) return seconds;
    current.left -= 1;
    return null;
  }

  function tooMany(seconds: number, response: ServerResponse): { status: number; body: object } {
    response.setHeader('retry-after', seconds.toFixed(3));
    response.setHeader('x-ratelimit-scope', 'user');
    return { status: 429, body: { message: 'You are being rate limited.', retry_after: seconds, global: false } };
  }

  function deliver(id: string, t: string, d: object): void {
    delivered.set(id, [t, d]);
    gateway.dispatch(t, d);
  }

  function runCommand(
    kind: 'command' | 'typing',
    path: readonly string[],
    options: readonly object[],
    who: Who,
  ): EmulatedInteraction {
    requireRegistered(world.commands, path);
    const nested = path
      .toReversed()
      .reduce<readonly object[]>(
        (inner, name, depth) => [{ type: depth === path.length - 1 && path.length > 1 ? 2 : 1, name, options: inner }],
        options,
      );
    return interact(kind, { id: snowflake(), name: 'ops', type: 1, options: nested }, who);
  }

  function interact(
    kind: EmulatedInteraction['kind'],
    data: object,
    { user, channel = ops, roles = [] }: Who,
    card: EmulatedMessage | null = null,
  ): EmulatedInteraction {
    const interaction: EmulatedInteraction = {
      id: snowflake(),
      kind,
      card,
      token: `interaction-${snowflake()}`,
      channel,
      user: (user ?? person).id,
      sentAt: performance.now(),
      callback: null,
      original: null,
    };
    world.interactions.set(interaction.token, interaction);
    const member = {
      user: wireUser(user ?? person),
      roles,
      permissions: '0',
      joined_at: new Date(0).toISOString(),
      flags: 0,
    };
    deliver(interaction.id, 'INTERACTION_CREATE', {
      id: interaction.id,
      application_id: world.application,
      type: interactionTypes[kind],
      token: interaction.token,
      version: 1,
      channel_id: channel,
      ...(channel === direct
        ? { channel: { id: channel, type: 1 }, user: wireUser(user ?? person) }
        : { channel: channelOf(channel), guild_id: guildId, member }),
      locale: 'en-GB',
      entitlements: [],
      attachment_size_limit: 10_000_000,
      authorizing_integration_owners: {},
      data,
      ...(card === null ? {} : { message: wholeWire(card, channel === direct ? null : guildId) }),
    });
    return interaction;
  }

  const person = { id: snowflake(), name: 'Ada' };

  return {
    url: `http://127.0.0.1:${port}/api`,
    token: validToken,
    bot: world.bot.id,
    application: world.application,
    role: roleId,
    person,
    channels: { ops, random, thread, direct },

    /** A person runs a command, as `slash(['ai', 'switch'], { provider: 'auto' })`. */
    slash(path: readonly string[], values: Readonly<Record<string, string | number | boolean>> = {}, who: Who = {}) {
      const options = Object.entries(values).map(([name, value]) => ({ name, type: optionTypes[typeof value], value }));
      return runCommand('command', path, options, who);
    },
    /** A person types into an option. */
    autocomplete(path: readonly string[], option: string, typed: string, who: Who = {}) {
      return runCommand('typing', path, [{ name: option, type: 3, value: typed, focused: true }], who);
    },
    /** A person clicks the button with this label on a message as it stands now. */
    press(card: EmulatedMessage, label: string, who: Pick<Who, 'user' | 'roles'> = {}) {
      return interact('click', clickData(card, label), { ...who, channel: card.channel }, card);
    },
    /** A person fills in the form that a click has opened, and sends it. */
    submit(
      click: EmulatedInteraction,
      values: Readonly<Record<string, string>>,
      who: Pick<Who, 'user' | 'roles'> = {},
    ) {
      return interact('form', formData(click, values), { ...who, channel: click.channel }, click.card);
    },
    /** A message of somebody else's with the same buttons. */
    forge(card: EmulatedMessage, author: { readonly id: string; readonly name: string }): EmulatedMessage {
      const { components } = card;
      const forged = addSpoken(world.messages, card.channel, author, 'click here');
      forged.components = components;
      return forged;
    },
    /** A person writes to the bot; gives the id of that message. `text` may hold Discord's markup. */
    mention(
      text: string,
      { user = person, channel = ops, roles = [] }: Who = {},
      names: readonly { id: string; name: string }[] = [],
    ): string {
      const message = addSpoken(world.messages, channel, user, `<@${world.bot.id}> ${text}`);
      gateway.dispatch(
        'MESSAGE_CREATE',
        spokenWire(message, guildId, [{ id: world.bot.id, name: 'ops-bot' }, ...names], { roles }),
      );
      return message.id;
    },
    /** A person writes something that is not meant for the bot. */
    say(text: string, { user = person, channel = ops }: Who = {}, by: Author = {}): string {
      const message = addSpoken(world.messages, channel, user, text);
      deliver(message.id, 'MESSAGE_CREATE', spokenWire(message, guildId, [], by));
      return message.id;
    },
    /** The same command, keystroke or message comes once more. */
    redeliver(id: string): void {
      const [t, d] = delivered.get(id) ?? ['', {}];
      gateway.dispatch(t, d);
    },

    /** What the bot's messages in a channel look like now; those it took back are left out. */
    messages(channel: string = ops): readonly EmulatedMessage[] {
      return world.messages.filter((one) => one.channel === channel && one.author.bot && !one.deleted);
    },
    /** Messages the bot posted to channels by itself or as replies, in order, whatever became of them. */
    posts(): readonly EmulatedMessage[] {
      const answers = new Set([...world.interactions.values()].map((one) => one.original));
      return world.messages.filter((one) => one.author.bot && one.onlyFor === null && !answers.has(one));
    },
    callbacks(): readonly {
      readonly id: string;
      readonly type: number;
      readonly data: Payload;
      readonly ms: number;
    }[] {
      return [...world.interactions.values()].flatMap(({ id, callback }) =>
        callback === null ? [] : { id, ...callback },
      );
    },
    requests: (): readonly SentRequest[] => requests,
    commands: () => world.commands,
    typing: () => world.typing,
    identifies: gateway.identifies,
    resumes: gateway.resumes,
    connections: gateway.connections,

    revokeToken(): void {
      isAccepted = false;
      gateway.cut(4004);
    },
    restoreToken(): void {
      isAccepted = true;
    },
    rateLimit: (seconds: number, times = 1): void => faults.add({ kind: 'rate limit', seconds }, times),
    loseAnswers: (times: number): void => faults.add({ kind: 'lost answer' }, times),
    fail: (status: number, times = 1): void => faults.add({ kind: 'status', status }, times),
    calm: (): void => faults.clear(),
    slow(ms: number): void {
      faults.delayMs = ms;
    },
    /** From now on the bot may not open threads. */
    refuseThreads(): void {
      world.refusesThreads = true;
    },
    /** From now on the bot may not attach files. */
    refuseFiles(): void {
      world.refusesFiles = true;
    },
    /** From now on the channel refuses the bot with this code (50001, 50013); null lets it in again. */
    closeChannel(channel: string, code: number | null): void {
      if (code === null) world.closed.delete(channel);
      else world.closed.set(channel, code);
    },
    /** Discord remembers a nonce for some minutes only. */
    forgetNonces(): void {
      for (const one of world.messages) one.nonce = null;
    },
    deleteMessage(message: string): void {
      for (const one of world.messages) if (one.id === message) one.deleted = true;
    },
    cutGateway: (code: number | null): void => gateway.cut(code),
    muteGateway: (isMute: boolean): void => gateway.mute(isMute),
    sendRaw: gateway.sendRaw,

    /** Looks until there is something to see; the deadline's error says what was waited for. */
    async waitFor<Value>(look: () => Value | null | undefined | false, ms = 5_000): Promise<Value> {
      const until = performance.now() + ms;
      for (;;) {
        const value = look();
        if (value !== null && value !== undefined && value !== false) return value;
        if (performance.now() > until) throw new Error(`not seen within ${ms} ms: ${look}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async stop(): Promise<void> {
      gateway.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function requireRegistered(commands: readonly Payload[], path: readonly string[]): void {
  let options: readonly Payload[] = commands.flatMap((command) =>
    Array.isArray(command.options) ? command.options : [],
  );
  for (const word of path) {
    const found = options.find((option) => option.name === word);
    if (found === undefined) throw new Error(`nobody can run /ops ${path.join(' ')}: the bot has not registered it`);
    options = Array.isArray(found.options) ? found.options.map(objectOf) : [];
  }
}

function wireUser({ id, name }: { readonly id: string; readonly name: string }): object {
  return { id, username: name.toLowerCase(), global_name: name, discriminator: '0', avatar: null, bot: false };
}

function addSpoken(
  messages: EmulatedMessage[],
  channel: string,
  user: { readonly id: string; readonly name: string },
  content: string,
): EmulatedMessage {
  const message: EmulatedMessage = {
    id: snowflake(),
    channel,
    author: { id: user.id, username: user.name, bot: false },
    replyTo: null,
    onlyFor: null,
    nonce: null,
    history: [],
    content,
    embeds: [],
    pictures: [],
    components: [],
    deleted: false,
    pings: [],
  };
  messages.push(message);
  return message;
}

function spokenWire(
  { id, channel, author, content }: EmulatedMessage,
  guild_id: string,
  named: readonly { readonly id: string; readonly name: string }[],
  { roles = [], bot = false, webhook = null }: Author,
): object {
  return {
    id,
    channel_id: channel,
    guild_id,
    author: { ...wireUser({ id: author.id, name: author.username }), bot },
    ...(webhook === null ? {} : { webhook_id: webhook }),
    member: { roles, joined_at: new Date(0).toISOString(), flags: 0 },
    content,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: named.map(wireUser),
    mention_roles: [],
    attachments: [],
    embeds: [],
    pinned: false,
    type: 0,
  };
}
