import { slackMessageProblems } from './slack-checks.ts';
import { slackModalProblems } from './slack-modal-checks.ts';
import {
  type EmulatedChannel,
  type EmulatedCommand,
  type EmulatedMessage,
  listOf,
  newId,
  objectOf,
  type Payload,
  timestamp,
} from './slack-state.ts';

export type SlackFile = { readonly length: number; bytes: Buffer | null; isComplete: boolean };

export type SlackWorld = {
  readonly bot: { readonly user: string; readonly id: string };
  readonly team: string;
  readonly channels: ReadonlyMap<string, EmulatedChannel>;
  readonly messages: EmulatedMessage[];
  readonly commands: Map<string, EmulatedCommand>;
  /** Why a token is refused, or null when it is good. */
  readonly refusalOf: (token: string, kind: 'bot' | 'app') => string | null;
  readonly socketUrl: () => string;
  readonly missingScopes: Set<string>;
  /** Who is in each user group. */
  readonly groups: Map<string, readonly string[]>;
  /** Files by id: how long they are to be, what came, and whether they were brought to their end. */
  readonly files: Map<string, SlackFile>;
  readonly origin: () => string;
};

type Handler = (world: SlackWorld, args: Payload) => Payload;

const methods: Readonly<Record<string, { readonly scope: string | null; readonly handle: Handler }>> = {
  'auth.test': { scope: null, handle: authTest },
  'chat.postMessage': { scope: 'chat:write', handle: postMessage },
  'chat.postEphemeral': { scope: 'chat:write', handle: postEphemeral },
  'chat.update': { scope: 'chat:write', handle: update },
  'conversations.history': { scope: 'channels:history', handle: history },
  'conversations.replies': { scope: 'channels:history', handle: replies },
  'files.getUploadURLExternal': { scope: 'files:write', handle: uploadUrl },
  'files.completeUploadExternal': { scope: 'files:write', handle: completeUpload },
  'usergroups.users.list': { scope: 'usergroups:read', handle: groupUsers },
  'views.open': { scope: null, handle: openView },
};

/** Slack's Web API, as far as this bot needs it; refuses what Slack refuses. Every answer has the status 200. */
export function answerMethod(world: SlackWorld, method: string, args: Payload, token: string): Payload {
  if (method === 'apps.connections.open') {
    const refusal = world.refusalOf(token, 'app');
    return refusal === null ? { ok: true, url: world.socketUrl() } : no(refusal);
  }
  const known = methods[method];
  if (known === undefined) return no('unknown_method');
  const refusal = world.refusalOf(token, 'bot');
  if (refusal !== null) return no(refusal);
  if (known.scope !== null && world.missingScopes.has(known.scope))
    return { ...no('missing_scope'), needed: known.scope, provided: 'commands' };
  return known.handle(world, args);
}

export function no(error: string, messages: readonly string[] = []): Payload {
  return { ok: false, error, ...(messages.length > 0 ? { response_metadata: { messages } } : {}) };
}

function authTest({ bot, team }: SlackWorld): Payload {
  return {
    ok: true,
    url: 'https://team.slack.example/',
    team: 'the team',
    user: 'ops',
    team_id: team,
    user_id: bot.user,
    bot_id: bot.id,
  };
}

function groupUsers({ groups }: SlackWorld, { usergroup }: Payload): Payload {
  const users = groups.get(String(usergroup));
  return users === undefined ? no('no_such_subteam') : { ok: true, users };
}

function uploadUrl(world: SlackWorld, { filename, length }: Payload): Payload {
  if (typeof filename !== 'string' || !(Number(length) > 0)) return no('invalid_arguments');
  const id = `F${String(world.files.size + 1).padStart(8, '0')}`;
  world.files.set(id, { length: Number(length), bytes: null, isComplete: false });
  return { ok: true, upload_url: `${world.origin()}/upload/${id}`, file_id: id };
}

function completeUpload(world: SlackWorld, { files }: Payload): Payload {
  const list: unknown = typeof files === 'string' ? JSON.parse(files) : files;
  for (const { id } of Array.isArray(list) ? list : []) {
    const file = world.files.get(String(id));
    if (file?.bytes === undefined || file.bytes === null) return no('file_not_found');
    file.isComplete = true;
  }
  return { ok: true, files: list };
}

/** Pictures that a message shows and that were never brought to their end. */
function pictureRefusal(world: SlackWorld, { blocks }: Payload): Payload | null {
  const list = (Array.isArray(blocks) ? blocks : []) as readonly { readonly slack_file?: { readonly id?: string } }[];
  const unknown = list
    .flatMap(({ slack_file: file }) => (file === undefined ? [] : [file.id ?? '']))
    .find((id) => world.files.get(id)?.isComplete !== true);
  return unknown === undefined ? null : no('invalid_blocks', [`[ERROR] the file ${unknown} is not known`]);
}

/** Why the bot can't use a channel, or null when it can. */
function channelRefusal(world: SlackWorld, channel: unknown): Payload | null {
  const known = world.channels.get(String(channel));
  if (known === undefined) return no('channel_not_found');
  if (!known.isMember) return no('not_in_channel');
  return known.isArchived ? no('is_archived') : null;
}

function messageRefusal(args: Payload): Payload | null {
  const problems = slackMessageProblems(args);
  const [first] = problems;
  if (first === undefined) return null;
  const name = /^(no_text|msg_blocks_too_long|invalid_metadata_format)/.exec(first)?.[0];
  return no(
    name ?? 'invalid_blocks',
    problems.map((problem) => `[ERROR] ${problem}`),
  );
}

function postMessage(world: SlackWorld, args: Payload): Payload {
  const refusal = channelRefusal(world, args.channel) ?? messageRefusal(args) ?? pictureRefusal(world, args);
  if (refusal !== null) return refusal;
  const message = addMessage(world, String(args.channel), args, { thread: threadOf(args), onlyFor: null });
  return { ok: true, channel: message.channel, ts: message.ts, message: wireOf(message, false) };
}

function postEphemeral(world: SlackWorld, args: Payload): Payload {
  const refusal = channelRefusal(world, args.channel) ?? messageRefusal(args) ?? pictureRefusal(world, args);
  if (refusal !== null) return refusal;
  if (typeof args.user !== 'string') return no('user_not_in_channel');
  const message = addMessage(world, String(args.channel), args, { thread: threadOf(args), onlyFor: args.user });
  return { ok: true, message_ts: message.ts };
}

function update(world: SlackWorld, args: Payload): Payload {
  const refusal = channelRefusal(world, args.channel) ?? messageRefusal(args) ?? pictureRefusal(world, args);
  if (refusal !== null) return refusal;
  const message = world.messages.find(
    (one) => one.channel === args.channel && one.ts === args.ts && !one.deleted && one.onlyFor === null,
  );
  if (message === undefined) return no('message_not_found');
  if (message.user !== world.bot.user) return no('cant_update_message');
  change(message, args);
  return { ok: true, channel: message.channel, ts: message.ts, text: message.text };
}

function history(world: SlackWorld, args: Payload): Payload {
  const refusal = channelRefusal(world, args.channel);
  return refusal ?? pageOf(world, args, (message) => message.thread === null);
}

function replies(world: SlackWorld, args: Payload): Payload {
  const refusal = channelRefusal(world, args.channel);
  if (refusal !== null) return refusal;
  if (!world.messages.some((one) => one.channel === args.channel && one.ts === args.ts)) return no('thread_not_found');
  return pageOf(world, args, (message) => message.thread === args.ts || message.ts === args.ts);
}

/** Newest first, a page at a time; `oldest` itself is left out. */
function pageOf(world: SlackWorld, args: Payload, belongs: (message: EmulatedMessage) => boolean): Payload {
  const oldest = Number(args.oldest ?? 0);
  const limit = Math.min(999, Number(args.limit ?? 100));
  const start = Number(args.cursor ?? 0);
  const all = world.messages.filter(
    (one) =>
      one.channel === args.channel && !one.deleted && one.onlyFor === null && Number(one.ts) > oldest && belongs(one),
  );
  const page = all.toReversed().slice(start, start + limit);
  const end = start + page.length;
  return {
    ok: true,
    messages: page.map((message) => wireOf(message, String(args.include_all_metadata) === 'true')),
    has_more: end < all.length,
    response_metadata: { next_cursor: end < all.length ? String(end) : '' },
  };
}

/** A trigger is good for one form, within three seconds of the click. */
function openView(world: SlackWorld, { trigger_id, view }: Payload): Payload {
  const asked = world.commands.get(String(trigger_id));
  if (asked === undefined) return no('invalid_trigger_id');
  if (performance.now() - asked.askedAt > 3_000) return no('expired_trigger_id');
  if (asked.modal !== null) return no('exchanged_trigger_id');
  const problems = slackModalProblems(view);
  if (problems.length > 0)
    return no(
      'invalid_arguments',
      problems.map((problem) => `[ERROR] ${problem}`),
    );
  asked.modal = { id: newId('V'), user: asked.user, view: objectOf(view), isOpen: true };
  return { ok: true, view: { ...asked.modal.view, id: asked.modal.id, team_id: world.team, bot_id: world.bot.id } };
}

/** What an address for answers says: a status and a word. */
export function answerResponse(world: SlackWorld, command: EmulatedCommand, body: Payload): readonly [number, string] {
  if (command.isExpired) return [404, 'expired_url'];
  if (command.uses >= 5) return [404, 'used_url'];
  const refusal = messageRefusal(body);
  if (refusal !== null) return [400, String(refusal.error)];
  const thread = threadOf(body);
  if (thread !== null && !world.messages.some((one) => one.ts === thread && one.channel === command.channel))
    return [404, 'thread_not_found'];
  command.uses += 1;
  // After a click the original is the message with the button, and it is replaced unless the answer says otherwise.
  const original = command.card ?? command.answer;
  const replaces = command.card === null ? body.replace_original === true : body.replace_original !== false;
  if (replaces && original !== null) change(original, body);
  else {
    const onlyFor = body.response_type === 'in_channel' ? null : command.user;
    command.answer = addMessage(world, command.channel, body, { thread, onlyFor });
  }
  return [200, 'ok'];
}

function threadOf({ thread_ts: thread }: Payload): string | null {
  return typeof thread === 'string' ? thread : null;
}

function addMessage(
  world: SlackWorld,
  channel: string,
  args: Payload,
  place: { readonly thread: string | null; readonly onlyFor: string | null },
): EmulatedMessage {
  const message: EmulatedMessage = {
    ts: timestamp(),
    channel,
    user: world.bot.user,
    ...place,
    history: [],
    text: '',
    blocks: [],
    metadata: null,
    deleted: false,
  };
  change(message, args);
  world.messages.push(message);
  return message;
}

/** An edit without metadata keeps what there was. */
function change(message: EmulatedMessage, args: Payload): void {
  (message.history as Payload[]).push(args);
  if (typeof args.text === 'string') message.text = args.text;
  if (args.blocks !== undefined) message.blocks = listOf(args.blocks);
  if (args.metadata !== undefined) message.metadata = objectOf(args.metadata);
}

function wireOf(message: EmulatedMessage, withMetadata: boolean): Payload {
  const { ts, user, text, blocks, thread, metadata } = message;
  return {
    type: 'message',
    ts,
    user,
    text,
    blocks,
    ...(thread === null ? {} : { thread_ts: thread }),
    ...(withMetadata && metadata !== null ? { metadata } : {}),
  };
}
