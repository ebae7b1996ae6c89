/** A message as it stands, and everything that was sent to make it so, oldest first. */
/** A picture as people see it, and the words for those who don't. */
export type EmulatedPicture = { readonly alt: string; readonly bytes: Buffer };

export type EmulatedMessage = {
  readonly id: string;
  readonly channel: string;
  readonly author: { readonly id: string; readonly username: string; readonly bot: boolean };
  readonly replyTo: string | null;
  /** Who alone sees it; null when everybody does. */
  readonly onlyFor: string | null;
  nonce: string | null;
  /** The bodies of the post and of every edit. */
  readonly history: readonly Payload[];
  content: string;
  embeds: readonly Embed[];
  pictures: readonly EmulatedPicture[];
  components: readonly Payload[];
  deleted: boolean;
  /** Whom its words pinged. */
  pings: readonly string[];
};

export type Payload = Readonly<Record<string, unknown>>;
export type Embed = {
  readonly title?: string;
  readonly description?: string;
  readonly color?: number;
  readonly fields?: readonly { readonly name: string; readonly value: string; readonly inline?: boolean }[];
  readonly footer?: { readonly text: string };
};

export type EmulatedChannel = { readonly id: string; readonly name: string; readonly parent: string | null };

/** A command, a keystroke, a click or a form that was sent to the bot, and what has come of it. */
export type EmulatedInteraction = {
  readonly id: string;
  readonly kind: 'command' | 'typing' | 'click' | 'form';
  /** The message with the button. */
  readonly card: EmulatedMessage | null;
  readonly token: string;
  readonly channel: string;
  readonly user: string;
  readonly sentAt: number;
  callback: { readonly type: number; readonly data: Payload; readonly ms: number } | null;
  /** The message that answers it: its text is empty while the bot "is thinking…". */
  original: EmulatedMessage | null;
};

const discordEpochMs = 1_420_070_400_000;
let serial = 0n;

/** Ids as Discord makes them: the time, and a number that tells apart what came in one millisecond. */
export function snowflake(at = Date.now()): string {
  serial = (serial + 1n) % (1n << 22n);
  return String((BigInt(at - discordEpochMs) << 22n) + serial);
}

/** All words of a message as a person reads them, title to footer. */
export function wordsOf(message: EmulatedMessage): string {
  const embeds = message.embeds.flatMap((embed) => [
    embed.title ?? '',
    embed.description ?? '',
    ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
    embed.footer?.text ?? '',
  ]);
  return [message.content, ...embeds].filter(Boolean).join('\n');
}
