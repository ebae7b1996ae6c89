import { z } from 'zod';

const user = z.object({ id: z.string(), name: z.string().optional(), username: z.string().optional() });
const url = z.url({ protocol: /^https?$/ });

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload, of a button of a message. */
export const clickSchema = z.object({
  trigger_id: z.string().min(1),
  response_url: url,
  user,
  container: z.object({
    type: z.literal('message'),
    message_ts: z.string(),
    channel_id: z.string(),
    thread_ts: z.string().nullish(),
    is_ephemeral: z.boolean().default(false),
  }),
  actions: z.tuple([
    z.object({ type: z.literal('button'), value: z.string().default(''), text: z.object({ text: z.string() }) }),
  ]),
});
export type Click = z.infer<typeof clickSchema>;

/** Where a click came from, as a form keeps it while somebody writes. */
const placeSchema = z.object({
  url,
  /** Epoch ms. */
  at: z.number(),
  channel: z.string(),
  /** The message with the button; null when one person alone saw it. */
  card: z.string().nullable(),
  /** The thread that the message stands in. */
  thread: z.string().nullable(),
});
export type Place = z.infer<typeof placeSchema>;

/** What a form keeps: what is to be done, and where it was asked for. */
export const keptSchema = z.object({ action: z.string(), place: placeSchema });
export type Kept = z.infer<typeof keptSchema>;

const field = z.object({ value: z.string().nullish(), selected_option: z.object({ value: z.string() }).nullish() });

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const submitSchema = z.object({
  user,
  view: z.object({
    id: z.string().min(1),
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), field)) }),
  }),
});
export type Submit = z.infer<typeof submitSchema>;

export function placeOf({ response_url, container }: Click, at: number): Place {
  const { message_ts, channel_id: channel, is_ephemeral } = container;
  const thread = container.thread_ts ?? null;
  const card = is_ephemeral ? null : message_ts;
  // The first message of a thread stands in the channel.
  return { url: response_url, at, channel, card, thread: thread === message_ts ? null : thread };
}

/** The thread for everybody: that of the message, or the one below it. */
export function threadOf({ thread, card }: Place): string | null {
  return thread ?? card;
}

/** What was written, by the names of the options, which are the names of the form's blocks. */
export function writtenIn({ view }: Submit): Readonly<Record<string, string>> {
  const written = Object.entries(view.state.values).flatMap(([option, elements]) =>
    Object.values(elements).map(({ value, selected_option }) => [option, selected_option?.value ?? value ?? '']),
  );
  return Object.fromEntries(written);
}
