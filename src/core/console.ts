import type { Picture } from './chart.ts';
import type { FormField } from './chat.ts';
import type { Person } from './person.ts';
import type { Reply } from './reply.ts';

/** One thing said in the console, by a person or by the bot; the same `id` again is the same entry, changed. */
export type ConsoleEntry = {
  readonly id: number;
  readonly from: 'person' | 'bot';
  /** The entry that this one answers or follows up, or null. */
  readonly under: number | null;
  /** Epoch ms. */
  readonly at: number;
  readonly editedAt: number | null;
  readonly reply: Reply;
};

/** A file of the console's page, held in memory. `etag` is quoted, as the header wants it. */
export type ConsoleAsset = { readonly body: Buffer; readonly type: string; readonly etag: string };

/** Something a person typed. `id` is made by the page: the same one again is the same question and asks nothing twice. */
export type ConsoleQuestion = { readonly id: string; readonly text: string; readonly person: Person };

/** A button of an entry that was clicked, and what was written into its form. `id` as of a question. */
export type ConsoleClick = {
  readonly id: string;
  readonly entry: number;
  /** As `encodeAction` wrote it. */
  readonly action: string;
  readonly written: Readonly<Record<string, string>>;
  readonly person: Person;
};

/** What a click leads to: a form that is to be filled in first, or what the bot says. */
export type ConsoleClicked =
  | { readonly kind: 'form'; readonly fields: readonly FormField[] }
  | { readonly kind: 'answer'; readonly reply: Reply };

/** The console as its pages reach it. All but `listen` throw `UpstreamError('database')` when the store fails. */
export type ConsoleDoor = {
  /** By file name; `index.html` is the page. */
  readonly assets: ReadonlyMap<string, ConsoleAsset>;
  /** Records the question and gives its entry at once; the answer is an entry under it that listeners are told of. */
  ask(question: ConsoleQuestion): Promise<ConsoleEntry>;
  /** Does what a button does and gives the answer to whoever clicked; the same click twice is done once. */
  click(click: ConsoleClick): Promise<ConsoleClicked>;
  /** The picture of a block of an entry; null when there is none. Throws `UpstreamError('pictures')`. */
  picture(entry: number, block: number, signal: AbortSignal): Promise<Picture | null>;
  /** What `Conversation.complete` says; nothing before the bot is ready. */
  complete(path: readonly string[], option: string, typed: string, signal: AbortSignal): Promise<readonly string[]>;
  /** The last entries, oldest first. */
  recent(limit: number): Promise<readonly ConsoleEntry[]>;
  /** Tells of every entry that is new or changed; what it gives ends the telling. */
  listen(listener: (entry: ConsoleEntry) => void): () => void;
};
