export type Payload = Readonly<Record<string, unknown>>;

/** A message as it stands, and everything that was sent to make it so, oldest first. */
export type EmulatedMessage = {
  readonly ts: string;
  readonly channel: string;
  /** Who wrote it: the bot's user id, or a person's. */
  readonly user: string;
  readonly thread: string | null;
  /** Who alone sees it; null when everybody does. */
  readonly onlyFor: string | null;
  /** The bodies of the post and of every edit. */
  readonly history: readonly Payload[];
  text: string;
  blocks: readonly Payload[];
  metadata: Payload | null;
  deleted: boolean;
};

export type EmulatedChannel = {
  readonly id: string;
  readonly name: string;
  readonly isMember: boolean;
  isArchived: boolean;
};

/** A command or a click: where its answers may go, how often they went there, and what became of them. */
export type EmulatedCommand = {
  readonly id: string;
  readonly channel: string;
  readonly user: string;
  /** Below the emulator's URL; the secret in it is the permission. */
  readonly responsePath: string;
  /** The message with the button that was clicked; null for a command. */
  readonly card: EmulatedMessage | null;
  /** By `performance.now()`. */
  readonly askedAt: number;
  uses: number;
  isExpired: boolean;
  answer: EmulatedMessage | null;
  /** The form that the bot opened for it. */
  modal: EmulatedModal | null;
};

/** A form in front of somebody. */
export type EmulatedModal = { readonly id: string; readonly user: string; readonly view: Payload; isOpen: boolean };

let serial = 0;

/** A message's name: the time in seconds, and a number that tells apart what came in one of them. */
export function timestamp(at = Date.now()): string {
  serial = (serial + 1) % 1_000;
  return `${Math.floor(at / 1_000)}.${String(at % 1_000).padStart(3, '0')}${String(serial).padStart(3, '0')}`;
}

export function newId(prefix: string): string {
  serial += 1;
  return `${prefix}${Math.floor(Math.random() * 36 ** 6)
    .toString(36)
    .toUpperCase()
    .padStart(6, '0')}${serial.toString(36).toUpperCase()}`;
}

export function objectOf(value: unknown): Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Payload) : {};
}

export function listOf(value: unknown): readonly Payload[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

/** All words of a message as a person reads them, from the first block to the last. */
export function wordsOf({ text, blocks }: Pick<EmulatedMessage, 'text' | 'blocks'>): string {
  return blocks.length === 0 ? text : blocks.map(wordsIn).filter(Boolean).join('\n').trim();
}

function wordsIn(part: Payload): string {
  const { type, text, elements, fields } = part;
  const own = typeof text === 'string' ? text : text === undefined ? '' : wordsIn(objectOf(text));
  const separator = type === 'rich_text_section' || type === 'rich_text_preformatted' ? '' : '\n';
  return [own, ...[...listOf(fields), ...listOf(elements)].map(wordsIn)].filter(Boolean).join(separator);
}
