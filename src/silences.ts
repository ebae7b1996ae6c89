import { randomUUID } from 'node:crypto';
import { type Incident, isOpen } from './core/incident.ts';
import type { Silence, SilenceControl, SilenceStore } from './core/silence.ts';
import type { Desk } from './desk.ts';
import { afterSilence, endOf, isMeant, isOn, silencedText, silenceOf } from './incidents/silence.ts';
import { done, withChapter } from './incidents/story.ts';

export type SilencesOptions = { readonly store: SilenceStore; readonly now: () => number };

/** Which silences there are, as the desk and the cards have to know it at once. */
export type Silences = {
  /** Reads them once; throws `UpstreamError('database')`. */
  load(): Promise<void>;
  of(incident: Incident): Silence | null;
  put(silence: Silence): Promise<void>;
  all(): readonly Silence[];
};

/** What has ended is remembered this long, so that what it kept quiet is told of. */
const rememberedMs = 7 * 86_400_000;

export function createSilences({ store, now }: SilencesOptions): Silences {
  let known: Map<string, Silence> | null = null;
  return {
    async load() {
      known ??= new Map((await store.since(now() - rememberedMs)).map((one) => [one.id, one]));
    },
    of: (incident) => silenceOf(incident, [...(known?.values() ?? [])], now()),
    async put(silence) {
      await store.put(silence);
      known?.set(silence.id, silence);
      for (const [id, one] of known ?? []) if (endOf(one) < now() - rememberedMs) known?.delete(id);
    },
    all: () => [...(known?.values() ?? [])],
  };
}

/** What people do about silences. What is silenced says so in its story, and that somebody ended it. */
export function createSilenceControl(desk: Desk, silences: Silences, now: () => number): SilenceControl {
  const active = (): readonly Silence[] => silences.all().filter((one) => isOn(one, now()));

  return {
    async add({ match, until, by, reason }) {
      await silences.load();
      const silence: Silence = { id: randomUUID().slice(0, 8), match, from: now(), until, by, reason, ended: null };
      await silences.put(silence);
      await desk.change(({ incidents }) => ({
        changed: incidents
          .filter((incident) => isOpen(incident) && isMeant(match, incident))
          .map((incident) => withChapter(incident, done(now(), by, silencedText(silence)))),
        outcome: undefined,
      }));
      return silence;
    },
    async end(id, by) {
      await silences.load();
      const silence = active().find((one) => one.id === id);
      if (silence === undefined) return null;
      const ended = { ...silence, ended: { at: now(), by } };
      await silences.put(ended);
      await desk.change(({ incidents }) => ({ changed: afterSilence(incidents, [ended], now()), outcome: undefined }));
      return ended;
    },
    async active() {
      await silences.load();
      return active().toSorted((a, b) => endOf(a) - endOf(b));
    },
  };
}
