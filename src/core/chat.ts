import type { Address, MessageRef } from './address.ts';
import type { CommandRequest } from './button.ts';
import type { Mention } from './mention.ts';
import type { Person, Standing } from './person.ts';
import type { Reply } from './reply.ts';

/** What a person wants: free text to be read, or a command. */
export type Request =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'mention'; readonly text: string }
  | CommandRequest;

/** How somebody came to ask. */
export type Door = 'slash' | 'mention' | 'button' | 'http' | 'console';

/** One thing that a form asks for: an option of a command. */
export type FormField = {
  readonly option: string;
  readonly label: string;
  readonly required: boolean;
  readonly choices: readonly string[];
};

export type ChatEvent = {
  /** The platform's own name for this delivery; the same one may come again. */
  readonly id: string;
  readonly person: Person;
  readonly standing: Standing;
  readonly at: Address;
  readonly via: Door;
  readonly request: Request;
};

/**
 * Shows a reply to the person who asked: the first call posts, later calls edit what was posted. With `more` others will
 * follow soon: a platform that takes few edits may leave this one out.
 */
export type Show = (reply: Reply, options?: { readonly more: boolean }) => Promise<void>;

/** What a platform talks to. Neither call rejects for a person's mistake; both answer in words. */
export type Conversation = {
  handle(event: ChatEvent, show: Show, signal: AbortSignal): Promise<void>;
  /** Suggestions for an option's value while it is typed, best first, at most 25. */
  complete(path: readonly string[], option: string, typed: string, signal: AbortSignal): Promise<readonly string[]>;
  /** The form of a button that asks for some of its command's options. */
  formOf(path: readonly string[], asks: readonly string[]): readonly FormField[];
};

/** How a platform is doing. */
export type Connection =
  | { readonly kind: 'starting' }
  | { readonly kind: 'connected'; readonly since: number }
  | { readonly kind: 'disconnected'; readonly since: number; readonly because: string };

export type PostOptions = {
  /** Names this message for ever. */
  readonly key: string;
  /** An earlier try with this key may have arrived (epoch ms of its start): then its message is looked for, and edited to what is said now. */
  readonly attemptedAt: number | null;
  /** In a thread: whether it should reach those who follow the channel, and not only the thread. */
  readonly isLoud: boolean;
  /** Who is called by name, of this platform: nothing else in a message ever pings. */
  readonly mentions?: readonly Mention[];
};

/**
 * A chat service. It acknowledges what it is asked within the service's own deadline whatever happens behind.
 * `start` does not throw when the service refuses or can't be reached: that is `connection()`'s to say, and it keeps trying
 * where trying can help. `post` and `edit` throw `UpstreamError`.
 */
export type ChatPlatform = {
  readonly name: string;
  /** A channel takes one message in so many ms, where the service says so in advance; 0 where it tells when it is asked. */
  readonly paceMs: number;
  start(conversation: Conversation): Promise<void>;
  connection(): Connection;
  post(to: Address, reply: Reply, options: PostOptions, signal: AbortSignal): Promise<MessageRef>;
  edit(message: MessageRef, reply: Reply, signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
};
