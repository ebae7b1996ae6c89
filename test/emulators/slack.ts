import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSlackFaults, type SlackFault } from './slack-faults.ts';
import { clickPayload, submitPayload } from './slack-interactions.ts';
import { createSlackSocket } from './slack-socket.ts';
import { type EmulatedCommand, type EmulatedMessage, newId, objectOf, type Payload, timestamp } from './slack-state.ts';
import { answerMethod, answerResponse, no, type SlackWorld } from './slack-web-api.ts';

export { liveMarkupIn, slackMessageProblems } from './slack-checks.ts';
export { buttonsOf } from './slack-interactions.ts';
export { slackModalProblems } from './slack-modal-checks.ts';
export type { EmulatedMessage } from './slack-state.ts';
export { wordsOf } from './slack-state.ts';

/** A call of the bot: a method of the Web API, or `response_url`. `answer` is what it was told. */
export type SlackCall = {
  readonly method: string;
  readonly args: Payload;
  readonly status: number;
  readonly answer: Payload;
  readonly at: number;
};

export type SlackWho = {
  readonly user?: string;
  readonly name?: string;
  readonly channel?: string;
  readonly thread?: string;
};

/** A bot that listens over HTTP, and the secret its calls are signed with. */
export type SlackTarget = { readonly url: string; readonly secret: string };
export type Signing = { readonly at?: number; readonly secret?: string; readonly signature?: string };

export type SlackEmulator = Awaited<ReturnType<typeof startSlackEmulator>>;

export type SlackEmulatorOptions = {
  readonly botToken?: string;
  readonly appToken?: string;
  /** One message a second and channel; what is more gets 429. */
  readonly oneASecond?: boolean;
  /** The same with another time between two messages. */
  readonly postEveryMs?: number;
  /** So many channels besides, in which the bot is a member. */
  readonly moreChannels?: number;
};

/**
 * Slack on this machine: Web API and Socket Mode on a free port of 127.0.0.1, one workspace with the channels "ops" and "random", one
 * that the bot is not in, and a direct message. It refuses what Slack refuses. Tests speak through it as people do and see what
 * people would see.
 */
export async function startSlackEmulator({
  botToken = 'xoxb-111-222-botTokenForTests',
  appToken = 'xapp-1-A111-222-appTokenForTests',
  oneASecond = false,
  postEveryMs = oneASecond ? 1_000 : 0,
  moreChannels = 0,
}: SlackEmulatorOptions = {}) {
  const faults = createSlackFaults();
  const calls: SlackCall[] = [];
  const delivered = new Map<string, readonly [type: string, payload: Payload]>();
  const lastPost = new Map<string, number>();
  const refused = new Map<'bot' | 'app', string>();
  const httpAcks: { id: string; status: number; ms: number; body: string }[] = [];
  const [ops, random, secret, direct] = [newId('C'), newId('C'), newId('C'), newId('D')] as const;
  const more = Array.from({ length: moreChannels }, () => newId('C'));
  const app = newId('A');
  let target: SlackTarget | null = null;

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const socket = createSlackSocket(server, app);

  const world: SlackWorld = {
    bot: { user: newId('U'), id: newId('B') },
    team: newId('T'),
    channels: new Map(
      [
        { id: ops, name: 'ops', isMember: true, isArchived: false },
        { id: random, name: 'random', isMember: true, isArchived: false },
        { id: secret, name: 'secret', isMember: false, isArchived: false },
        { id: direct, name: 'directmessage', isMember: true, isArchived: false },
        ...more.map((id, at) => ({ id, name: `team-${at}`, isMember: true, isArchived: false })),
      ].map((channel) => [channel.id, channel] as const),
    ),
    messages: [],
    commands: new Map(),
    refusalOf(token, kind) {
      const expected = kind === 'bot' ? botToken : appToken;
      if (token === '') return 'not_authed';
      return token === expected ? (refused.get(kind) ?? null) : 'invalid_auth';
    },
    socketUrl: () => `ws://127.0.0.1:${port}/link?ticket=${socket.newTicket()}&app_id=${app}`,
    missingScopes: new Set(),
    groups: new Map(),
    files: new Map(),
    origin: () => `http://127.0.0.1:${port}`,
  };
  const person = { id: newId('U'), name: 'ada' };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '/';
    if (path.startsWith('/upload/')) return takeFile(path.slice('/upload/'.length), Buffer.concat(chunks), response);
    const text = Buffer.concat(chunks).toString('utf8');
    const command = [...world.commands.values()].find((one) => one.responsePath === path);
    const method = command === undefined ? path.replace(/^\/api\//, '') : 'response_url';
    const args = command === undefined ? formOf(text) : objectOf(JSON.parse(text));
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const fault = faults.take(method);
    if (fault?.kind === 'hang') return note(method, args, 0, {});
    const {
      status,
      answer,
      headers = {},
    } = failure(fault) ?? tooMany(method, args) ?? carryOut(method, args, token, command);
    note(method, args, status, answer);
    if (fault?.kind === 'lost answer') return void response.destroy();
    const isText = 'words' in answer;
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? String(answer.words) : JSON.stringify(answer));
  }

  function takeFile(id: string, bytes: Buffer, response: ServerResponse): void {
    const file = world.files.get(id);
    const isWhole = file !== undefined && file.length === bytes.length && faults.take('upload') === null;
    if (isWhole) file.bytes = bytes;
    response.writeHead(isWhole ? 200 : 400).end(isWhole ? `OK - ${bytes.length}` : 'refused');
  }

  type Answered = { readonly status: number; readonly answer: Payload; readonly headers?: Record<string, string> };

  function failure(fault: SlackFault | null): Answered | null {
    if (fault?.kind === 'status') return { status: fault.status, answer: { words: fault.body } };
    if (fault?.kind === 'error') return { status: 200, answer: { ...no(fault.error), ...fault.fields } };
    return fault?.kind === 'rate limit' ? rateLimited(fault.seconds) : null;
  }

  function rateLimited(seconds: number): Answered {
    return { status: 429, answer: no('ratelimited'), headers: { 'retry-after': String(seconds) } };
  }

  function tooMany(method: string, { channel }: Payload): Answered | null {
    if (postEveryMs === 0 || method !== 'chat.postMessage') return null;
    const since = performance.now() - (lastPost.get(String(channel)) ?? Number.NEGATIVE_INFINITY);
    if (since < postEveryMs) return rateLimited(Math.ceil((postEveryMs - since) / 1_000));
    lastPost.set(String(channel), performance.now());
    return null;
  }

  function carryOut(method: string, args: Payload, token: string, command: EmulatedCommand | undefined): Answered {
    if (command === undefined) return { status: 200, answer: answerMethod(world, method, args, token) };
    const [status, words] = answerResponse(world, command, args);
    return { status, answer: { words } };
  }

  function note(method: string, args: Payload, status: number, answer: Payload): void {
    calls.push({ method, args, status, answer, at: Date.now() });
  }

  /** Sends what happened to the bot, the way it listens. */
  function deliver(id: string, type: string, payload: Payload, envelope = newId('envelope-')): void {
    delivered.set(id, [type, payload]);
    if (target === null) {
      socket.deliver(envelope, type, payload);
      return;
    }
    const form = formOfDelivery(type, payload);
    const body = form?.toString() ?? JSON.stringify(payload);
    sendHttp(body, form === null ? 'application/json' : 'application/x-www-form-urlencoded', {}, id).catch(() => {});
  }

  /** Calls the bot over HTTP with a signature; gives its answer. */
  async function sendHttp(
    body: string,
    type: string,
    { at = Date.now(), ...signing }: Signing,
    id = '',
  ): Promise<Response> {
    if (target === null) throw new Error('no bot listens over HTTP: say where with useHttp');
    const seconds = String(Math.floor(at / 1_000));
    const hash = createHmac('sha256', signing.secret ?? target.secret)
      .update(`v0:${seconds}:${body}`)
      .digest('hex');
    const headers = {
      'content-type': type,
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': signing.signature ?? `v0=${hash}`,
    };
    const startedAt = performance.now();
    const response = await fetch(target.url, { method: 'POST', headers, body });
    const words = await response.clone().text();
    httpAcks.push({ id, status: response.status, ms: performance.now() - startedAt, body: words });
    return response;
  }

  /** What somebody asks for, and the address for answers that comes with it. */
  function ask(prefix: string, place: Pick<EmulatedCommand, 'channel' | 'user' | 'card'>): EmulatedCommand {
    const id = newId('13345.trigger.');
    const responsePath = `/${prefix}/${world.team}/${newId('')}/${newId('secret')}`;
    const asked = { id, ...place, responsePath, askedAt: performance.now(), uses: 0, isExpired: false };
    const command = { ...asked, answer: null, modal: null };
    world.commands.set(id, command);
    return command;
  }

  const site = { team: world.team, app, url: `http://127.0.0.1:${port}` };

  function event(type: string, fields: Payload, { id = newId('Ev') }: { readonly id?: string } = {}): string {
    deliver(id, 'events_api', {
      token: 'old',
      team_id: world.team,
      api_app_id: app,
      type: 'event_callback',
      event_id: id,
      event_time: Math.floor(Date.now() / 1_000),
      authorizations: [{ team_id: world.team, user_id: world.bot.user, is_bot: true, enterprise_id: null }],
      event: { type, ...fields },
    });
    return id;
  }

  function speak(text: string, { user = person.id, channel = ops, thread }: SlackWho): EmulatedMessage {
    const ts = timestamp();
    const said = {
      ts,
      channel,
      user,
      thread: thread ?? null,
      onlyFor: null,
      history: [],
      text,
      blocks: [],
      metadata: null,
    };
    world.messages.push({ ...said, deleted: false });
    return { ...said, deleted: false };
  }

  return {
    url: `http://127.0.0.1:${port}/api/`,
    botToken,
    appToken,
    bot: world.bot.user,
    team: world.team,
    person,
    channels: { ops, random, secret, direct },
    more,

    /** A person types a command, as `command('/ops status')`; the text is as Slack sends it. */
    command(line: string, { user = person.id, name = person.name, channel = ops }: SlackWho = {}): EmulatedCommand {
      const [word = '', ...rest] = line.split(' ');
      const asked = ask('commands', { channel, user, card: null });
      const { id, responsePath } = asked;
      deliver(id, 'slash_commands', {
        token: 'old',
        team_id: world.team,
        team_domain: 'team',
        channel_id: channel,
        channel_name: world.channels.get(channel)?.name ?? '',
        user_id: user,
        user_name: name,
        command: word,
        text: rest.join(' '),
        api_app_id: app,
        is_enterprise_install: 'false',
        response_url: `http://127.0.0.1:${port}${responsePath}`,
        trigger_id: id,
      });
      return asked;
    },
    /** A person clicks the button with this label on a message as it stands now. */
    press(card: EmulatedMessage, label: string, { user = person.id, name = person.name }: SlackWho = {}) {
      const asked = ask('actions', { channel: card.channel, user, card });
      deliver(asked.id, 'interactive', clickPayload(site, asked, label, name));
      return asked;
    },
    /** A person fills in the form that a click has opened, and sends it; gives the name of the form. */
    submit({ id, modal }: EmulatedCommand, values: Readonly<Record<string, string>>, name = person.name): string {
      if (modal?.isOpen !== true) throw new Error(`click ${id} has opened no form`);
      const payload = submitPayload(site, modal, values, name);
      modal.isOpen = false;
      deliver(modal.id, 'interactive', payload);
      return modal.id;
    },
    /** A person writes to the bot in a channel; gives the message and the event about it. `text` may hold Slack's markup. */
    mention(text: string, who: SlackWho = {}): { readonly ts: string; readonly id: string } {
      const { ts, channel, user, text: said } = speak(`<@${world.bot.user}> ${text}`, who);
      const thread = who.thread === undefined ? {} : { thread_ts: who.thread };
      return { ts, id: event('app_mention', { channel, user, text: said, ts, event_ts: ts, ...thread }) };
    },
    /** A person writes to the bot alone. */
    direct(text: string, who: SlackWho = {}): { readonly ts: string; readonly id: string } {
      const { ts, channel, user } = speak(text, { channel: direct, ...who });
      const fields = { channel, channel_type: 'im', user, text, ts, event_ts: ts };
      return {
        ts,
        id: event('message', { ...fields, ...(who.thread === undefined ? {} : { thread_ts: who.thread }) }),
      };
    },
    /** A person writes something that is not meant for the bot, which does not hear of it. */
    say: (text: string, who: SlackWho = {}): string => speak(text, who).ts,
    /** Any event, with the fields given. */
    event,
    /** The same command or event comes once more, in a new envelope. */
    redeliver(id: string): void {
      const [type, payload] = delivered.get(id) ?? ['', {}];
      deliver(id, type, payload);
    },
    deliver,
    /** From now on what happens is sent over HTTP. */
    useHttp(to: SlackTarget | null): void {
      target = to;
    },
    sendHttp,

    /** What the bot's messages in a channel look like now, private answers among them. */
    messages(channel: string = ops): readonly EmulatedMessage[] {
      return world.messages.filter((one) => one.channel === channel && one.user === world.bot.user && !one.deleted);
    },
    calls: (method?: string): readonly SlackCall[] =>
      calls.filter((call) => method === undefined || call.method === method),
    /** How fast each delivery was acknowledged. */
    acks: (): readonly { readonly id: string; readonly ms: number }[] => [...socket.acks, ...httpAcks],
    httpAcks: () => httpAcks,
    socket,

    refuseToken: (kind: 'bot' | 'app', error: string): void => void refused.set(kind, error),
    acceptToken: (kind: 'bot' | 'app'): void => void refused.delete(kind),
    files: () => world.files,
    /** From now on these people are the user group. */
    setGroup: (group: string, users: readonly string[]): void => void world.groups.set(group, users),
    withoutScope: (scope: string): void => void world.missingScopes.add(scope),
    rateLimit: (seconds: number, times = 1, method: string | null = null): void =>
      faults.add({ kind: 'rate limit', seconds }, times, method),
    loseAnswers: (times = 1, method: string | null = null): void => faults.add({ kind: 'lost answer' }, times, method),
    hang: (times = 1, method: string | null = null): void => faults.add({ kind: 'hang' }, times, method),
    calm: (): void => faults.clear(),
    fail: (status: number, times = 1, method: string | null = null): void =>
      faults.add({ kind: 'status', status, body: '<html>asked to fail</html>' }, times, method),
    sayNo: (error: string, fields: Payload = {}, method: string | null = null): void =>
      faults.add({ kind: 'error', error, fields }, 1, method),
    archive(channel: string): void {
      const found = world.channels.get(channel);
      if (found !== undefined) found.isArchived = true;
    },
    deleteMessage(ts: string): void {
      for (const one of world.messages) if (one.ts === ts) one.deleted = true;
    },

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
      socket.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Over HTTP commands are forms, and so is what is done with buttons: JSON in one field. */
function formOfDelivery(type: string, payload: Payload): URLSearchParams | null {
  if (type === 'slash_commands') return new URLSearchParams(payload as Record<string, string>);
  return type === 'interactive' ? new URLSearchParams({ payload: JSON.stringify(payload) }) : null;
}

/** The SDK sends a form whose structured values are JSON. */
function formOf(text: string): Payload {
  const fields = [...new URLSearchParams(text)].map(([name, value]): [string, unknown] => [
    name,
    name === 'blocks' || name === 'metadata' || name === 'view' ? JSON.parse(value) : value,
  ]);
  return Object.fromEntries(fields);
}
