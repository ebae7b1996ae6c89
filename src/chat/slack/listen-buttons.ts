import type { App } from '@slack/bolt';
import { z } from 'zod';
import { type Action, decodeAction, requestOf } from '../../core/button.ts';
import type { FormField, Show } from '../../core/chat.ts';
import { UpstreamError } from '../../core/errors.ts';
import { say } from '../../core/reply.ts';
import { unknownButton } from '../kept-buttons.ts';
import {
  type Click,
  clickSchema,
  type Kept,
  keptSchema,
  type Place,
  placeOf,
  type Submit,
  submitSchema,
  threadOf,
  writtenIn,
} from './click.ts';
import { renderForm } from './form.ts';
import { triggerMs } from './limits.ts';
import type { ListenOptions } from './listen.ts';
import { createAskedShow, createMessageShow } from './show.ts';

/** Who asked for what, and where. `action` is null when it can't be read. */
type Asked = {
  readonly id: string;
  readonly user: Click['user'];
  readonly place: Place;
  readonly action: Action | null;
  readonly written: Readonly<Record<string, string>>;
};

/** Turns clicks on the bot's buttons, and the forms they open, into events for the conversation. */
export function listenToButtons(app: App, options: ListenOptions): void {
  const { conversation, api, messages, standingOf, log, now, answer } = options;
  app.action({ type: 'block_actions' }, async ({ body }) => read(clickSchema, body, onClick));
  app.view({ type: 'view_submission' }, async ({ body }) => read(submitSchema, body, onSubmit));

  function read<Body>(schema: z.ZodType<Body>, body: unknown, handle: (body: Body) => void): void {
    const result = schema.safeParse(body);
    if (result.success) handle(result.data);
    else log.debug('a click was not understood', { reason: z.prettifyError(result.error) });
  }

  function onClick(click: Click): void {
    const { trigger_id: id, user, actions } = click;
    const place = placeOf(click, now());
    answer('a click', [`click ${id}`], async (signal) => {
      const action = decodeAction(actions[0].value);
      const fields = action === null ? [] : conversation.formOf(action.path, action.asks);
      if (fields.length > 0) await openForm(click, place, fields, signal);
      else await run({ id, user, place, action, written: {} }, signal);
    });
  }

  async function openForm(
    { trigger_id, user, actions: [{ value: action, text }] }: Click,
    place: Place,
    fields: readonly FormField[],
    signal: AbortSignal,
  ): Promise<void> {
    const kept: Kept = { action, place };
    const view = { ...renderForm(text.text, fields), private_metadata: JSON.stringify(kept) };
    const call = { method: 'views.open', what: 'a form', args: { trigger_id, view } };
    try {
      await api.call(call, z.unknown(), AbortSignal.any([signal, AbortSignal.timeout(triggerMs)]));
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      log.warn('a form could not be opened', { error });
      const show = showAt(trigger_id, place, user, signal);
      await show(say(`Nothing was done, as the form could not be opened: ${error.message}. Click again.`, onlyYou));
    }
  }

  function onSubmit(submit: Submit): void {
    const { user, view } = submit;
    answer('a form', [`form ${view.id}`], async (signal) => {
      const { action, place } = keptSchema.parse(JSON.parse(view.private_metadata));
      await run({ id: view.id, user, place, action: decodeAction(action), written: writtenIn(submit) }, signal);
    });
  }

  async function run({ id, user, place, action, written }: Asked, signal: AbortSignal): Promise<void> {
    const show = showAt(id, place, user, signal);
    if (action === null) return show(unknownButton);
    const person = { platform: 'slack', id: user.id, name: user.name ?? user.username ?? user.id };
    const at = { platform: 'slack', channel: place.channel, thread: threadOf(place) };
    const request = requestOf(action, written);
    const standing = await standingOf(user.id, place.channel, signal);
    await conversation.handle({ id, person, standing, at, via: 'button', request }, show, signal);
  }

  function showAt(id: string, place: Place, { id: user }: Click['user'], signal: AbortSignal): Show {
    const { url, at, channel } = place;
    const thread = threadOf(place);
    const to = { platform: 'slack', channel, thread };
    const showInChannel = createMessageShow({ messages, to, key: `click ${id}`, now }, signal);
    // What one person alone sees would not be noticed in a thread that is not open.
    const asked = { url, at, channel, user, click: { thread, aside: place.thread } };
    return createAskedShow({ api, draw: messages.draw, now, asked, showInChannel }, signal);
  }
}

const onlyYou = { onlyYou: true };
