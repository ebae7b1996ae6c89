import type { Address } from './address.ts';
import type { AuditStore } from './audit.ts';
import type { Incident } from './incident.ts';
import type { Notice, Told } from './notice.ts';
import type { Reply } from './reply.ts';
import type { SilenceStore } from './silence.ts';

/** Everything a tick or an action changed, committed as one or not at all. `notices` replaces what was owed before. */
export type Commit = {
  readonly incidents: readonly Incident[];
  readonly owed: readonly Notice[];
  /** Keys of notices that are owed no longer, because a newer one stands in their place. */
  readonly dropped: readonly string[];
};

/** What happened before and still matters. */
export type Remembered = {
  /** Beside those that are open: those that linger, and those of which somebody is still owed a word. */
  readonly open: readonly Incident[];
  readonly told: readonly Told[];
  readonly owed: readonly Notice[];
};

export type Delivered = { readonly key: string; readonly told: Told };
export type OnDigest = { readonly on: readonly Incident[]; readonly told: readonly Told[] };

/** The alert's life, kept. All throw `UpstreamError('database')`. */
export type IncidentStore = {
  /** Incidents that are open, linger, or of which somebody is still owed a word, and the `also` named ones, with what was told and is owed of them. */
  remember(also?: readonly string[]): Promise<Remembered>;
  commit(commit: Commit): Promise<void>;
  /** Marks that a send of these notices begins now. */
  attempt(keys: readonly string[], at: number): Promise<void>;
  /** The notices were delivered: writes what was told and takes the notices off, in one transaction. */
  told(delivered: readonly Delivered[]): Promise<void>;
  /** The incidents that share a card for an audience, and the `also` named ones, with what that audience was told of them. */
  ofDigest(digest: string, audience: Address, also: readonly string[]): Promise<OnDigest>;
  /** Null when there is no such incident. */
  find(id: string): Promise<Incident | null>;
  /** The last ones, and every one that is still open; newest first. */
  recent(limit: number): Promise<readonly Incident[]>;
};

/** Choices of people that survive a restart. */
export type SettingsStore = {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
};

/** What a chat service has delivered: it may deliver the same again for a day, also to the next process. */
export type DeliveryStore = {
  /** Takes note of the names of a delivery; true when none of them was known. */
  claim(ids: readonly string[], at: number): Promise<boolean>;
};

/** What the console has shown; `key` makes a second post of the same message no post at all. */
export type ConsoleMessage = {
  readonly id: number;
  readonly key: string;
  readonly at: number;
  readonly editedAt: number | null;
  readonly address: Address;
  readonly reply: Reply;
};

export type ConsoleStore = {
  /** Appends and gives the message; with a key that is known, gives the known one and appends nothing. */
  append(message: Omit<ConsoleMessage, 'id' | 'editedAt'>): Promise<ConsoleMessage>;
  /** Null when there is no such message. */
  replace(id: number, reply: Reply, at: number): Promise<ConsoleMessage | null>;
  /** Null when there is no such message. */
  find(id: number): Promise<ConsoleMessage | null>;
  /** The last ones, oldest first. */
  recent(limit: number): Promise<readonly ConsoleMessage[]>;
};

export type Store = {
  readonly name: string;
  readonly incidents: IncidentStore;
  readonly silences: SilenceStore;
  readonly settings: SettingsStore;
  readonly deliveries: DeliveryStore;
  readonly console: ConsoleStore;
  readonly audit: AuditStore;
  close(): Promise<void>;
};
