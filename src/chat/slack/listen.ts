import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Address } from '../../core/address.ts';
import type { ChatEvent, Conversation } from '../../core/chat.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Api } from './api.ts';
import type { Messages } from './messages.ts';
import { plainText } from './plain-text.ts';
import { createAskedShow, createMessageShow } from './show.ts';
import type { StandingOf } from './standing.ts';

export type ListenOptions = {
  readonly conversation: Conversation;
  readonly api: Api;
  readonly messages: Messages;
  readonly standingOf: StandingOf;
  readonly log: Log;
  readonly now: () => number;
  /** Runs the work of a delivery once, however it is named, catches what goes wrong in it, and hands it a signal that ends it. */
  readonly answer: (what: string, ids: readonly string[], work: (signal: AbortSignal) => Promise<void>) => void;
};

const commandSchema = z.object({
  trigger_id: z.string().min(1),
  response_url: z.url({ protocol: /^https?$/ }),
  channel_id: z.string(),
  user_id: z.string(),
  user_name: z.string().default(''),
  text: z.string().default(''),
});

const messageSchema = z.object({
  event_id: z.string().min(1),
  authorizations: z.array(z.object({ user_id: z.string().nullish() })).nullish(),
  event: z.object({
    type: z.string(),
    subtype: z.string().optional(),
    channel: z.string(),
    channel_type: z.string().optional(),
    user: z.string().optional(),
    bot_id: z.string().nullish(),
    edited: z.unknown().optional(),
    text: z.string().default(''),
    ts: z.string(),
    thread_ts: z.string().optional(),
    user_profile: z.object({ display_name: z.string().nullish(), real_name: z.string().nullish() }).nullish(),
  }),
});
type Delivered = z.infer<typeof messageSchema>;
type Spoken = Delivered['event'];

/** A person's own words: all other kinds of messages are Slack's, or changes of what was said before. */
const spokenSubtypes: ReadonlySet<string> = new Set(['file_share', 'thread_broadcast', 'me_message']);
const slackItself = 'USLACKBOT';

/** Turns what the app is sent into events for the conversation, and shows what comes of them. */
export function listen(app: App, options: ListenOptions): void {
  const { conversation, api, messages, standingOf, log, now, answer } = options;
  app.command(/.*/, async ({ body }) => read(commandSchema, body, onCommand));
  app.event('app_mention', async ({ body }) => read(messageSchema, body, onMessage));
  app.event('message', async ({ body }) => read(messageSchema, body, onDirectMessage));
  app.error(async (error) => log.warn('Bolt could not hand over what Slack sent', { reason: messageOf(error) }));

  function read<Body>(schema: z.ZodType<Body>, body: unknown, handle: (body: Body) => void): void {
    const result = schema.safeParse(body);
    if (result.success) handle(result.data);
    else log.debug('what Slack sent was not understood', { reason: z.prettifyError(result.error) });
  }

  function onCommand(command: z.infer<typeof commandSchema>): void {
    const { trigger_id: id, channel_id: channel, user_id: user, user_name: name } = command;
    const askedAt = now();
    answer('a command', [`command ${id}`], async (signal) => {
      // Commands can't be typed in threads.
      const at: Address = { platform: 'slack', channel, thread: null };
      const showInChannel = createMessageShow({ messages, to: at, key: `command ${id}`, now }, signal);
      const asked = { url: command.response_url, at: askedAt, channel, user };
      const show = createAskedShow({ api, draw: messages.draw, now, asked, showInChannel }, signal);
      const person = { platform: 'slack', id: user, name: name === '' ? user : name };
      const request = { kind: 'line', text: plainText(command.text, null) } as const;
      const standing = await standingOf(user, channel, signal);
      await conversation.handle({ id, person, standing, at, via: 'slash', request }, show, signal);
    });
  }

  function onDirectMessage(delivered: Delivered): void {
    if (delivered.event.channel_type === 'im') onMessage(delivered);
  }

  function onMessage({ event_id: id, authorizations, event }: Delivered): void {
    const bot = api.me()?.user ?? authorizations?.[0]?.user_id ?? null;
    const { user, channel, ts } = event;
    if (user === undefined || user === bot || !isSpoken(event)) return;
    answer('a message', [`event ${id}`, `message ${channel} ${ts}`], async (signal) => {
      const at: Address = { platform: 'slack', channel, thread: event.thread_ts ?? ts };
      const request = { kind: 'mention', text: plainText(event.text, bot) } as const;
      const asked: ChatEvent = {
        id,
        person: { platform: 'slack', id: user, name: nameOf(event, user) },
        standing: await standingOf(user, channel, signal),
        at,
        via: 'mention',
        request,
      };
      const show = createMessageShow({ messages, to: at, key: `answer ${channel} ${ts}`, now }, signal);
      await conversation.handle(asked, show, signal);
    });
  }
}

/** Said just now by a person, and not an edit of it. */
function isSpoken({ subtype, bot_id, edited, user }: Spoken): boolean {
  const isOwnWords = subtype === undefined || spokenSubtypes.has(subtype);
  return isOwnWords && (bot_id ?? '') === '' && edited === undefined && user !== slackItself;
}

function nameOf({ user_profile: profile }: Spoken, user: string): string {
  return (
    [profile?.display_name, profile?.real_name].find((name) => name !== undefined && name !== null && name !== '') ??
    user
  );
}
