import type { Address } from '../core/address.ts';
import { type Incident, isOpen } from '../core/incident.ts';
import type { Notice, NoticeKind, Told } from '../core/notice.ts';
import { isNoiseDigest } from './digest.ts';
import { createStorms } from './storm.ts';

/** How an incident is told to those who have not heard of it: at once, when quiet hours are over, or not while something keeps it quiet. */
export type Telling = 'now' | 'not' | { readonly at: number; readonly digest: string };

export type DueInput = {
  /** Every incident that is open, was just resolved, or of which somebody is still owed a word. */
  readonly incidents: readonly Incident[];
  readonly told: readonly Told[];
  readonly owed: readonly Notice[];
  audiencesOf(incident: Incident): readonly Address[];
  tellingOf(incident: Incident): Telling;
  /** More new incidents than this at once for one audience share a card. */
  readonly digestAbove: number;
  readonly now: number;
};

export type Due = { readonly owed: readonly Notice[]; readonly dropped: readonly string[] };

/**
 * What each audience is owed: what is true now, compared with what it was last told. One notice per incident and
 * audience; a newer one takes the place of an older one that was not delivered, keeping its key and its first try. Whoever was
 * told once is told what becomes of it, wherever it would go now. `owed` holds new and changed notices only; `dropped` the keys of
 * those that nobody listens for any more.
 */
export function due({ incidents, told, owed, audiencesOf, tellingOf, digestAbove, now }: DueInput): Due {
  const toldBy = new Map(told.map((entry) => [noticeKey(entry.incident, entry.audience), entry]));
  const toldOf = Map.groupBy(told, (entry) => entry.incident);
  const owedBy = new Map(owed.map((notice) => [notice.key, notice]));
  const all: Notice[] = [];
  for (const incident of incidents) {
    const telling = tellingOf(incident);
    const audiences = [...audiencesOf(incident), ...(toldOf.get(incident.id) ?? []).map(({ audience }) => audience)];
    for (const [key, audience] of new Map(audiences.map((one) => [noticeKey(incident.id, one), one]))) {
      const last = stillHolds(toldBy.get(key), telling);
      const kind = kindDue(incident, last);
      if (kind === null || (last === undefined && telling === 'not')) continue;
      const before = owedBy.get(key);
      all.push({
        ...{ key, incident: incident.id, revision: incident.revision, kind, audience },
        owedSince: before?.owedSince ?? now,
        attemptedAt: before?.attemptedAt ?? null,
        ...(last === undefined ? planOf(telling, before, now) : { notBefore: null, digest: last.digest }),
      });
    }
  }
  const next = createStorms({ incidents, told, digestAbove, now }).shared(all);
  const wanted = new Set(next.map(({ key }) => key));
  return {
    owed: next.filter((notice) => isNews(notice, owedBy.get(notice.key))),
    dropped: owed.filter((notice) => !wanted.has(notice.key)).map((notice) => notice.key),
  };
}

function kindDue(incident: Incident, told: Told | undefined): NoticeKind | null {
  if (told !== undefined && told.revision >= incident.revision) return null;
  if (!isOpen(incident)) return 'resolved';
  return told === undefined ? 'opened' : 'changed';
}

/** Who was told of likely noise has not heard of what turned out to be none. */
function stillHolds(told: Told | undefined, telling: Telling): Told | undefined {
  const isNoise = typeof telling === 'object' && isNoiseDigest(telling.digest);
  return told !== undefined && isNoiseDigest(told.digest) && telling === 'now' && !isNoise ? undefined : told;
}

/**
 * When, and on which card, somebody hears of it for the first time. A card that was tried stays what it is; what waited for the
 * end of quiet hours and got urgent meanwhile waits no longer.
 */
function planOf(telling: Telling, before: Notice | undefined, now: number): Pick<Notice, 'notBefore' | 'digest'> {
  const { notBefore = null, digest = null, attemptedAt = null } = before ?? {};
  if (attemptedAt !== null) return { notBefore, digest };
  if (typeof telling === 'object') return { notBefore: telling.at, digest: telling.digest };
  return notBefore !== null && notBefore > now ? { notBefore: null, digest: null } : { notBefore, digest };
}

function isNews(notice: Notice, before: Notice | undefined): boolean {
  return (
    before === undefined ||
    before.revision !== notice.revision ||
    before.notBefore !== notice.notBefore ||
    before.digest !== notice.digest
  );
}

/** The name of what one audience is told of one incident; the same for ever. */
export function noticeKey(incident: string, audience: Address): string {
  return [incident, audience.platform, audience.channel].join('@');
}
