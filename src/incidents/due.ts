import type { Address } from '../core/address.ts';
import { type Incident, isOpen } from '../core/incident.ts';
import type { Notice, NoticeKind, Told } from '../core/notice.ts';

export type DueInput = {
  /** Every incident that is open, was just resolved, or of which somebody is still owed a word. */
  readonly incidents: readonly Incident[];
  readonly told: readonly Told[];
  readonly owed: readonly Notice[];
  audiencesOf(incident: Incident): readonly Address[];
  /** Whether nobody is to hear of it for the first time. */
  isQuiet(incident: Incident): boolean;
  readonly now: number;
};

export type Due = { readonly owed: readonly Notice[]; readonly dropped: readonly string[] };

/**
 * What each audience is owed: what is true now, compared with what it was last told. One notice per incident and
 * audience; a newer one takes the place of an older one that was not delivered, keeping its key and its first try.
 * `owed` holds new and changed notices only; `dropped` the keys of those that nobody listens for any more.
 */
export function due({ incidents, told, owed, audiencesOf, isQuiet, now }: DueInput): Due {
  const toldBy = new Map(told.map((entry) => [noticeKey(entry.incident, entry.audience), entry]));
  const owedBy = new Map(owed.map((notice) => [notice.key, notice]));
  const wanted = new Set<string>();
  const next: Notice[] = [];
  for (const incident of incidents) {
    for (const audience of audiencesOf(incident)) {
      const key = noticeKey(incident.id, audience);
      const before = owedBy.get(key);
      const kind = kindDue(incident, toldBy.get(key));
      if (kind === null || (!toldBy.has(key) && isQuiet(incident))) continue;
      wanted.add(key);
      if (before?.revision === incident.revision) continue;
      next.push({
        key,
        incident: incident.id,
        revision: incident.revision,
        kind,
        audience,
        owedSince: before?.owedSince ?? now,
        attemptedAt: before?.attemptedAt ?? null,
      });
    }
  }
  return { owed: next, dropped: owed.filter((notice) => !wanted.has(notice.key)).map((notice) => notice.key) };
}

function kindDue(incident: Incident, told: Told | undefined): NoticeKind | null {
  if (told !== undefined && told.revision >= incident.revision) return null;
  if (!isOpen(incident)) return 'resolved';
  return told === undefined ? 'opened' : 'changed';
}

/** The name of what one audience is told of one incident; the same for ever. */
export function noticeKey(incident: string, audience: Address): string {
  return [incident, audience.platform, audience.channel].join('@');
}
