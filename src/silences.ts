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
  /** Changes one as it is when its turn comes: who changes it meanwhile is not undone. Gives what it is then; null when there is none, or `change` gives null. */
  update(id: string, change: (silence: Silence) => Silence | null): Promise<Silence | null>;
  all(): readonly Silence[];
};

/** What has ended is remembered this long, so that what it kept quiet is told of. */
const rememberedMs = 7 * 86_400_000;

export function createSilences({ store, now }: SilencesOptions): Silences {
  let known: Map<string, Silence> | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  async function keep(silence: Silence): Promise<Silence> {
    await store.put(silence);
    known?.set(silence.id, silence);
    for (const [id, one] of known ?? []) if (endOf(one) < now() - rememberedMs) known?.delete(id);
    return silence;
  }

  function inTurn<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  }

  return {
    async load() {
      known ??= new Map((await store.since(now() - rememberedMs)).map((one) => [one.id, one]));
    },
    of: (incident) => silenceOf(incident, [...(known?.values() ?? [])], now()),
    put: (silence) => inTurn(async () => void (await keep(silence))),
    update: (id, change) =>
      inTurn(async () => {
        const silence = known?.get(id);
        const next = silence === undefined ? null : change(silence);
        return next === null ? null : keep(next);
      }),
    all: () => [...(known?.values() ?? [])],
  };
}

/** What people do about silences. What is silenced says so in its story, and that somebody ended it. */
export function createSilenceControl(desk: Desk, silences: Silences, now: () => number): SilenceControl {
  const active = (): readonly Silence[] => silences.all().filter((one) => isOn(one, now()));

  return {
    async add({ match, until, by, reason }) {
      await silences.load();
      const silence: Silence = {
        id: randomUUID().slice(0, 8),
        match,
        from: now(),
        until,
        by,
        reason,
        ended: null,
        copies: null,
      };
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
      const ended = await silences.update(id, (one) =>
        isOn(one, now()) ? { ...one, ended: { at: now(), by } } : null,
      );
      if (ended === null) return null;
      await desk.change(({ incidents }) => ({ changed: afterSilence(incidents, [ended], now()), outcome: undefined }));
      return ended;
    },
    async active() {
      await silences.load();
      return active().toSorted((a, b) => endOf(a) - endOf(b));
    },
  };
}
