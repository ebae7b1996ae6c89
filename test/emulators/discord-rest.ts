import { callbackProblems, commandProblems, messageProblems, objectOf, pingsOf } from './discord-checks.ts';
import { fileProblems, filesOf, picturesOf } from './discord-files.ts';
import type { DiscordSchema } from './discord-openapi.ts';
import {
  type Embed,
  type EmulatedChannel,
  type EmulatedInteraction,
  type EmulatedMessage,
  type Payload,
  snowflake,
} from './discord-state.ts';

export type Answer = { readonly status: number; readonly body?: unknown };
export type Incoming = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly token: string | null;
};

export type World = {
  readonly bot: { readonly id: string; readonly username: string; readonly bot: true };
  readonly application: string;
  readonly channels: Map<string, EmulatedChannel>;
  readonly messages: EmulatedMessage[];
  readonly interactions: Map<string, EmulatedInteraction>;
  /** Channels that refuse the bot, with the code of why. */
  readonly closed: Map<string, number>;
  readonly typing: string[];
  readonly gatewayUrl: string;
  readonly accepts: (token: string) => boolean;
  readonly schema: DiscordSchema | null;
  /** Whether the bot may not attach files. */
  refusesFiles: boolean;
  /** Whether the bot may not open threads. */
  refusesThreads: boolean;
  commands: readonly Payload[];
};

type Handler = (world: World, request: Incoming, ids: readonly string[]) => Answer;

const refusals: ReadonlyMap<number, readonly [status: number, message: string]> = new Map([
  [10003, [404, 'Unknown Channel']],
  [10008, [404, 'Unknown Message']],
  [10015, [404, 'Unknown Webhook']],
  [10062, [404, 'Unknown interaction']],
  [160004, [400, 'A thread has already been created for this message']],
  [40060, [400, 'Interaction has already been acknowledged.']],
  [50001, [403, 'Missing Access']],
  [50013, [403, 'Missing Permissions']],
]);

function refuse(code: number): Answer {
  const [status, message] = refusals.get(code) ?? [400, 'Refused'];
  return { status, body: { code, message } };
}

function malformed(problems: readonly string[]): Answer {
  const errors = { _errors: problems.map((message) => ({ code: 'BASE_TYPE_BAD', message })) };
  return { status: 400, body: { code: 50035, message: 'Invalid Form Body', errors } };
}

const unauthorized: Answer = { status: 401, body: { message: '401: Unauthorized', code: 0 } };

const id = '(\\d{17,19})';
const routes: readonly (readonly [method: string, pattern: RegExp, auth: 'bot' | 'none', handler: Handler])[] = [
  ['GET', /^\/gateway\/bot$/, 'bot', gatewayBot],
  ['GET', /^\/users\/@me$/, 'bot', ({ bot }) => ({ status: 200, body: bot })],
  ['GET', /^\/applications\/@me$/, 'bot', ({ application }) => ({ status: 200, body: { id: application } })],
  ['GET', new RegExp(`^/applications/${id}/commands$`), 'bot', ({ commands }) => ({ status: 200, body: commands })],
  ['PUT', new RegExp(`^/applications/${id}/commands$`), 'bot', putCommands],
  ['POST', new RegExp(`^/interactions/${id}/([^/]+)/callback$`), 'none', callback],
  ['POST', new RegExp(`^/webhooks/${id}/([^/]+)$`), 'none', followUp],
  ['GET', new RegExp(`^/webhooks/${id}/([^/]+)/messages/(@original|\\d+)$`), 'none', getAnswer],
  ['PATCH', new RegExp(`^/webhooks/${id}/([^/]+)/messages/(@original|\\d+)$`), 'none', editAnswer],
  ['DELETE', new RegExp(`^/webhooks/${id}/([^/]+)/messages/(@original|\\d+)$`), 'none', deleteAnswer],
  ['POST', /^\/channels\/([^/]+)\/messages$/, 'bot', postMessage],
  ['GET', /^\/channels\/([^/]+)\/messages$/, 'bot', listMessages],
  ['GET', /^\/channels\/([^/]+)\/messages\/(\d+)$/, 'bot', getMessage],
  ['PATCH', /^\/channels\/([^/]+)\/messages\/(\d+)$/, 'bot', editMessage],
  ['POST', /^\/channels\/([^/]+)\/messages\/(\d+)\/threads$/, 'bot', openThread],
  ['POST', /^\/channels\/([^/]+)\/typing$/, 'bot', typing],
];

/** Discord's HTTP API, as far as this bot needs it; checks what comes in as Discord does. */
export function answerRequest(world: World, request: Incoming): Answer {
  for (const [method, pattern, auth, handler] of routes) {
    const found = method === request.method ? pattern.exec(request.path) : null;
    if (found === null) continue;
    if (auth === 'bot' && (request.token === null || !world.accepts(request.token))) return unauthorized;
    const problems = world.schema?.(method, request.path, request.body) ?? [];
    return problems.length > 0 ? malformed(problems) : handler(world, request, found.slice(1));
  }
  return { status: 404, body: { message: '404: Not Found', code: 0 } };
}

function gatewayBot({ gatewayUrl }: World): Answer {
  const session_start_limit = { total: 1_000, remaining: 1_000, reset_after: 86_400_000, max_concurrency: 1 };
  return { status: 200, body: { url: gatewayUrl, shards: 1, session_start_limit } };
}

function putCommands(world: World, { body }: Incoming): Answer {
  const problems = commandProblems(body);
  if (problems.length > 0 || !Array.isArray(body)) return malformed(problems);
  const { application: application_id } = world;
  world.commands = body.map((command) => ({
    ...objectOf(withoutDefaults(command)),
    id: snowflake(),
    application_id,
    version: snowflake(),
    nsfw: false,
    default_member_permissions: null,
  }));
  return { status: 200, body: world.commands };
}

/** Discord gives commands back without what is false or empty. */
function withoutDefaults(entry: unknown): unknown {
  if (Array.isArray(entry)) return entry.map(withoutDefaults);
  if (typeof entry !== 'object' || entry === null) return entry;
  const kept = Object.entries(entry).filter(
    ([, value]) => value !== false && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutDefaults(value)]));
}

function callback(world: World, { body }: Incoming, [, token = '']: readonly string[]): Answer {
  const interaction = world.interactions.get(token);
  const ms = performance.now() - (interaction?.sentAt ?? 0);
  if (interaction === undefined || ms > 3_000) return refuse(10062);
  if (interaction.callback !== null) return refuse(40060);
  const problems = callbackProblems(body, interaction.kind);
  if (problems.length > 0) return malformed(problems);
  const { type, data } = objectOf(body);
  interaction.callback = { type: Number(type), data: objectOf(data), ms };
  if (type === 4 || type === 5)
    interaction.original = addMessage(world, interaction.channel, objectOf(data), interaction);
  return { status: 204 };
}

function followUp(world: World, { body }: Incoming, [, token = '']: readonly string[]): Answer {
  const interaction = world.interactions.get(token);
  if (interaction === undefined || interaction.callback === null) return refuse(10015);
  const problems = [...messageProblems(body, 'new'), ...fileProblems(body)];
  if (problems.length > 0) return malformed(problems);
  // The first follow-up of an open acknowledgement takes its place, and is as public as that was.
  const { original } = interaction;
  const takesPlace =
    original !== null && !original.deleted && original.history.length === 1 && original.embeds.length === 0;
  if (takesPlace) return { status: 200, body: wireOf(change(original, objectOf(body))) };
  return { status: 200, body: wireOf(addMessage(world, interaction.channel, objectOf(body), interaction)) };
}

function answerOf(world: World, token: string, name: string): EmulatedMessage | null {
  const interaction = world.interactions.get(token);
  if (interaction === undefined) return null;
  if (name === '@original') return interaction.original?.deleted === false ? interaction.original : null;
  return world.messages.find((message) => message.id === name && !message.deleted) ?? null;
}

function getAnswer(world: World, _request: Incoming, [, token = '', name = '']: readonly string[]): Answer {
  const message = answerOf(world, token, name);
  return message === null ? refuse(10008) : { status: 200, body: wireOf(message) };
}

function editAnswer(world: World, { body }: Incoming, [, token = '', name = '']: readonly string[]): Answer {
  const message = answerOf(world, token, name);
  if (message === null) return refuse(10008);
  const problems = [...messageProblems(body, 'edit'), ...fileProblems(body)];
  return problems.length > 0 ? malformed(problems) : { status: 200, body: wireOf(change(message, objectOf(body))) };
}

function deleteAnswer(world: World, _request: Incoming, [, token = '', name = '']: readonly string[]): Answer {
  const message = answerOf(world, token, name);
  if (message === null) return refuse(10008);
  message.deleted = true;
  return { status: 204 };
}

/** Why the bot can't use a channel, or null when it can. */
function refusalOf(world: World, channel: string): Answer | null {
  if (!/^\d{17,19}$/.test(channel)) return malformed([`channel_id: Value "${channel}" is not snowflake.`]);
  if (!world.channels.has(channel)) return refuse(10003);
  const code = world.closed.get(channel);
  return code === undefined ? null : refuse(code);
}

function postMessage(world: World, { body }: Incoming, [channel = '']: readonly string[]): Answer {
  const refusal = refusalOf(world, channel);
  const problems = [...messageProblems(body, 'new'), ...fileProblems(body)];
  if (world.refusesFiles && filesOf(body).length > 0) return refuse(50013);
  if (refusal !== null || problems.length > 0) return refusal ?? malformed(problems);
  const { nonce, enforce_nonce, message_reference } = objectOf(body);
  const known = world.messages.find((message) => message.channel === channel && message.nonce === nonce);
  if (enforce_nonce === true && typeof nonce === 'string' && known !== undefined)
    return { status: 200, body: wireOf(known) };
  const reference = objectOf(message_reference);
  const target = world.messages.find((message) => message.id === reference.message_id && !message.deleted);
  if (message_reference !== undefined && target === undefined && reference.fail_if_not_exists !== false)
    return malformed(['message_reference: Unknown message']);
  return { status: 200, body: wireOf(addMessage(world, channel, objectOf(body), null, target?.id ?? null)) };
}

function listMessages(world: World, { query }: Incoming, [channel = '']: readonly string[]): Answer {
  const refusal = refusalOf(world, channel);
  if (refusal !== null) return refusal;
  const limit = Number(query.get('limit') ?? 50);
  const after = BigInt(query.get('after') ?? 0);
  const visible = world.messages.filter(
    (message) => message.channel === channel && !message.deleted && message.onlyFor === null,
  );
  const page = query.has('after')
    ? visible.filter((message) => BigInt(message.id) > after).slice(0, limit)
    : visible.slice(-limit);
  return { status: 200, body: page.map(wireOf).reverse() };
}

function getMessage(world: World, _request: Incoming, [channel = '', name = '']: readonly string[]): Answer {
  const refusal = refusalOf(world, channel);
  const message = world.messages.find((candidate) => candidate.id === name && !candidate.deleted);
  return refusal ?? (message === undefined ? refuse(10008) : { status: 200, body: wireOf(message) });
}

function editMessage(world: World, { body }: Incoming, [channel = '', name = '']: readonly string[]): Answer {
  const refusal = refusalOf(world, channel);
  if (refusal !== null) return refusal;
  const message = world.messages.find((candidate) => candidate.id === name && !candidate.deleted);
  if (message === undefined) return refuse(10008);
  const problems = [...messageProblems(body, 'edit'), ...fileProblems(body)];
  return problems.length > 0 ? malformed(problems) : { status: 200, body: wireOf(change(message, objectOf(body))) };
}

/** The thread of a message is a channel with the id of that message. */
function openThread(world: World, { body }: Incoming, [channel = '', name = '']: readonly string[]): Answer {
  const refusal = refusalOf(world, channel);
  if (refusal !== null) return refusal;
  if (world.refusesThreads) return refuse(50013);
  if (!world.messages.some((message) => message.id === name && !message.deleted)) return refuse(10008);
  if (world.channels.has(name)) return refuse(160004);
  const title = String(objectOf(body).name ?? '');
  if (title.length < 1 || title.length > 100) return malformed(['name: Must be between 1 and 100 in length.']);
  world.channels.set(name, { id: name, name: title, parent: channel });
  return { status: 201, body: { id: name, type: 11, name: title, parent_id: channel } };
}

function typing(world: World, _request: Incoming, [channel = '']: readonly string[]): Answer {
  const refusal = refusalOf(world, channel);
  if (refusal === null) world.typing.push(channel);
  return refusal ?? { status: 204 };
}

function addMessage(
  world: World,
  channel: string,
  payload: Payload,
  interaction: EmulatedInteraction | null,
  replyTo: string | null = null,
): EmulatedMessage {
  const isPrivate = interaction !== null && (Number(payload.flags ?? 0) & 64) !== 0;
  const message: EmulatedMessage = {
    id: snowflake(),
    channel,
    author: world.bot,
    replyTo,
    onlyFor: isPrivate ? interaction.user : null,
    nonce: typeof payload.nonce === 'string' ? payload.nonce : null,
    history: [],
    content: '',
    embeds: [],
    pictures: [],
    components: [],
    deleted: false,
    pings: [],
  };
  world.messages.push(change(message, payload));
  return message;
}

function change(message: EmulatedMessage, payload: Payload): EmulatedMessage {
  (message.history as Payload[]).push(payload);
  if (payload.attachments !== undefined) message.pictures = picturesOf(payload);
  if (typeof payload.content === 'string') message.content = payload.content;
  if (Array.isArray(payload.embeds)) message.embeds = payload.embeds as readonly Embed[];
  if (Array.isArray(payload.components)) message.components = payload.components as readonly Payload[];
  message.pings = [...message.pings, ...pingsOf(payload)];
  return message;
}

function wireOf({ id: messageId, channel, author, content, embeds, components, nonce }: EmulatedMessage): object {
  return {
    id: messageId,
    channel_id: channel,
    author,
    content,
    embeds,
    components,
    ...(nonce === null ? {} : { nonce }),
  };
}
