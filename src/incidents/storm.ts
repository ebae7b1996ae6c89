import type { Address } from '../core/address.ts';
import type { Incident } from '../core/incident.ts';
import type { Notice, Told } from '../core/notice.ts';

export type StormInput = {
  readonly incidents: readonly Incident[];
  readonly told: readonly Told[];
  readonly digestAbove: number;
  readonly now: number;
};

/** What breaks within this long after the last that broke in a storm belongs to it. */
const calmMs = 15 * 60_000;
const prefix = 'storm-';

const channelOf = ({ platform, channel }: Address): string => `${platform}:${channel}`;

/**
 * Storms: when more than `digestAbove` new incidents wait for one audience, they share a card, and so does what follows. Which
 * ones do is told by their notices and by what was told, so that it is the same after a restart.
 */
export function createStorms({ incidents, told, digestAbove, now }: StormInput) {
  const begun = new Map(incidents.map((incident) => [incident.id, incident.story[0]?.at ?? incident.openedAt]));

  /** The storm that goes on in a channel. */
  function current(channel: string, notices: readonly Notice[]): string | null {
    const heard = told.filter(({ audience }) => channelOf(audience) === channel);
    const last = [...notices, ...heard]
      .filter(({ digest }) => digest?.startsWith(prefix))
      .map(({ digest, incident }) => ({ digest, at: begun.get(incident) ?? 0 }))
      .toSorted((a, b) => b.at - a.at)[0];
    return last !== undefined && now - last.at <= calmMs ? last.digest : null;
  }

  function sharedIn(channel: string, notices: readonly Notice[]): readonly Notice[] {
    const isFresh = (one: Notice): boolean =>
      one.kind === 'opened' && one.digest === null && one.notBefore === null && one.attemptedAt === null;
    const fresh = notices.filter(isFresh).toSorted((a, b) => a.owedSince - b.owedSince);
    const [first] = fresh;
    if (first === undefined) return notices;
    const storm = current(channel, notices) ?? (fresh.length > digestAbove ? `${prefix}${first.incident}` : null);
    return storm === null ? notices : notices.map((one) => (isFresh(one) ? { ...one, digest: storm } : one));
  }

  return {
    /** The notices, those of a storm on its card. */
    shared: (notices: readonly Notice[]): readonly Notice[] =>
      [...Map.groupBy(notices, ({ audience }) => channelOf(audience))].flatMap(([channel, own]) =>
        sharedIn(channel, own),
      ),
  };
}
