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

/** The console as its pages reach it. All but `listen` throw `UpstreamError('database')` when the store fails. */
export type ConsoleDoor = {
  /** By file name; `index.html` is the page. */
  readonly assets: ReadonlyMap<string, ConsoleAsset>;
  /** Records the question and gives its entry at once; the answer is an entry under it that listeners are told of. */
  ask(question: ConsoleQuestion): Promise<ConsoleEntry>;
  /** What `Conversation.complete` says; nothing before the bot is ready. */
  complete(path: readonly string[], option: string, typed: string, signal: AbortSignal): Promise<readonly string[]>;
  /** The last entries, oldest first. */
  recent(limit: number): Promise<readonly ConsoleEntry[]>;
  /** Tells of every entry that is new or changed; what it gives ends the telling. */
  listen(listener: (entry: ConsoleEntry) => void): () => void;
};
