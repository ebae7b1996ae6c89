import type { Address, MessageRef } from './core/address.ts';
import type { ChatPlatform } from './core/chat.ts';
import { UpstreamError } from './core/errors.ts';
import type { Chapter, Incident } from './core/incident.ts';
import type { Mention } from './core/mention.ts';
import type { Notice } from './core/notice.ts';
import { type Reply, say } from './core/reply.ts';
import type { IncidentStore, Remembered } from './core/store.ts';
import { newsOf } from './incidents/card.ts';
import { digestCard, digestNews, isNoiseDigest, type LoudNews } from './incidents/digest.ts';
import type { Quiet, QuietAmong } from './incidents/quiet.ts';
import { newsSince } from './incidents/story.ts';

/** What goes out as one message: a notice, or all those that share a card. */
export type Parcel = readonly [Notice, ...(readonly Notice[])];

/** Tells one audience; gives the card, or null when the incident is not known any more. Throws `UpstreamError`. */
export type Tell = (
  platform: ChatPlatform,
  parcel: Parcel,
  state: Remembered,
  signal: AbortSignal,
) => Promise<MessageRef | null>;

export type TellOptions = {
  readonly incidents: Pick<IncidentStore, 'ofDigest'>;
  /** Never throws; what it can't draw in time is left out. */
  readonly cardOf: (incident: Incident, quiet: Quiet | null, signal: AbortSignal) => Promise<Reply>;
  /** Why nobody is to hear of an incident now, among what is known: its card changes without a sound. */
  readonly quietAmong: QuietAmong;
  readonly simulated: boolean;
};

/** A card, what is new under it, and how it is sent. `revision` names the news. */
type Letter = {
  readonly key: string;
  readonly revision: number;
  readonly attemptedAt: number | null;
  readonly audience: Address;
  /** The card as it was posted before; null the first time. */
  readonly before: MessageRef | null;
  readonly card: Reply;
  readonly news: Reply | null;
  readonly isLoud: boolean;
  readonly mentions: readonly Mention[];
};

/** Makes letters of what is owed: one card per incident, or one for all of a storm, edited in place, with its story under it. */
export function createTell({ incidents, cardOf, quietAmong, simulated }: TellOptions): Tell {
  async function letterOf(notice: Notice, { open, told }: Remembered, signal: AbortSignal): Promise<Letter | null> {
    const incident = open.find(({ id }) => id === notice.incident);
    if (incident === undefined) return null;
    // A card that it shared with others is theirs: it gets one of its own.
    const own = told.filter(({ digest }) => digest === null);
    const last = own.find((entry) => entry.incident === notice.incident && isSame(entry.audience, notice.audience));
    const chapters = last === undefined ? incident.story : newsSince(incident, last.revision);
    const quiet = quietAmong(open)(incident);
    const isLoud = quiet === null && (last === undefined || chapters.some((chapter) => chapter.isLoud));
    return {
      ...notice,
      before: last?.card ?? null,
      card: await cardOf(incident, quiet, signal),
      news: chapters.length === 0 ? null : newsOf(incident, chapters),
      ...{ isLoud, mentions: isLoud ? mentionsIn(chapters) : [] },
    };
  }

  async function letterOfDigest(parcel: Parcel, digest: string): Promise<Letter> {
    const [{ audience, attemptedAt }] = parcel;
    const { on, told } = await incidents.ofDigest(
      digest,
      audience,
      parcel.map(({ incident }) => incident),
    );
    const known = new Map(told.map(({ incident, revision }) => [incident, revision]));
    const quietOf = quietAmong(on);
    const loud = on.flatMap((incident): readonly LoudNews[] => {
      const revision = known.get(incident.id);
      const chapters =
        revision === undefined || quietOf(incident) !== null
          ? []
          : newsSince(incident, revision).filter(({ isLoud }) => isLoud);
      return chapters.length === 0 ? [] : [{ incident, chapters }];
    });
    const wasOver = told.length === on.length && told.every(({ kind }) => kind === 'resolved');
    return {
      key: [digest, audience.platform, audience.channel].join('@'),
      revision: on.reduce((sum, incident) => sum + incident.revision, 0),
      ...{ attemptedAt, audience },
      before: told.toSorted((a, b) => b.at - a.at)[0]?.card ?? null,
      card: digestCard(digest, on, simulated),
      news: digestNews(on, loud, wasOver),
      // Likely noise is there for those who look.
      isLoud: !isNoiseDigest(digest) && (told.length === 0 || loud.length > 0),
      mentions: mentionsIn(loud.flatMap(({ chapters }) => chapters)),
    };
  }

  return async (platform, parcel, state, signal) => {
    const [first] = parcel;
    const letter = await (first.digest === null
      ? letterOf(first, state, signal)
      : letterOfDigest(parcel, first.digest));
    return letter === null ? null : send(platform, letter, signal);
  };
}

/** Posts a card the first time and edits it later; what is new is a word under the card. */
async function send(platform: ChatPlatform, letter: Letter, signal: AbortSignal): Promise<MessageRef> {
  const { key, revision, attemptedAt, audience, before, card, news, isLoud } = letter;
  const mentions = letter.mentions.filter((mention) => mention.platform === platform.name);
  const post = (to: Address, reply: Reply, name: string): Promise<MessageRef> =>
    orPlainly(reply, (said) =>
      platform.post(to, said, { key: `${key}#${name}`, attemptedAt, isLoud, mentions }, signal),
    );
  if (before === null) return post(audience, card, 'card');
  let ref = before;
  try {
    await orPlainly(card, (said) => platform.edit(before, said, signal));
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.retryable) throw error;
    // The card was deleted or can't be edited any more: the audience gets a new one.
    ref = await post(audience, card, `card${revision}`);
  }
  if (news !== null) await post({ ...audience, thread: ref.message }, news, `news${revision}`);
  return ref;
}

/** What is refused may be refused for how it looks: it is said once more in plain words. Throws what refused those. */
async function orPlainly<Sent>(reply: Reply, send: (reply: Reply) => Promise<Sent>): Promise<Sent> {
  try {
    return await send(reply);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.retryable) throw error;
    return send(say(reply.summary));
  }
}

function mentionsIn(chapters: readonly Chapter[]): readonly Mention[] {
  const all = chapters.flatMap(({ mentions = [] }) => mentions);
  return [...new Map(all.map((mention) => [JSON.stringify(mention), mention])).values()];
}

function isSame(a: Address, b: Address): boolean {
  return a.platform === b.platform && a.channel === b.channel;
}
