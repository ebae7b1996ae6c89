import type { Address, MessageRef } from './address.ts';

export type NoticeKind = 'opened' | 'changed' | 'resolved';

/**
 * Something an audience is owed: derived from an incident and what that audience was last told, kept until it is told.
 * `key` names it for ever, so that a platform can recognise a second try.
 */
export type Notice = {
  readonly key: string;
  readonly incident: string;
  readonly revision: number;
  readonly kind: NoticeKind;
  readonly audience: Address;
  readonly owedSince: number;
  /** It is told no earlier than this, epoch ms, because of quiet hours; null is at once. */
  readonly notBefore: number | null;
  /** The name of the card that it shares with others; null when it has one of its own. */
  readonly digest: string | null;
  /** When a send was last begun; not null means an earlier try may have arrived. */
  readonly attemptedAt: number | null;
};

/** What an audience was last told of an incident: written only after a successful send. */
export type Told = {
  readonly incident: string;
  readonly audience: Address;
  readonly revision: number;
  readonly kind: NoticeKind;
  readonly card: MessageRef;
  /** The name of the card, when others are on it too. */
  readonly digest: string | null;
  readonly at: number;
};
