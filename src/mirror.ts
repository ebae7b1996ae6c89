import { messageOf } from './core/errors.ts';
import type { Log } from './core/log.ts';
import type { Silence, SilenceMirror } from './core/silence.ts';
import { endOf } from './incidents/silence.ts';
import type { Silences } from './silences.ts';

export type MirrorOptions = {
  readonly silences: Pick<Silences, 'all' | 'update'>;
  readonly mirror: SilenceMirror;
  readonly now: () => number;
  readonly log: Log;
};

export type Mirroring = {
  /** Copies what is new and ends what was ended early, one after another; what fails is tried at the next call. Never throws. */
  run(signal: AbortSignal): Promise<void>;
  /** Why a silence has no copy yet. */
  trouble(): readonly string[];
};

/** Keeps silences in another system as well. What was done there is kept with the silence, so that nothing is copied twice. */
export function createMirroring({ silences, mirror, now, log }: MirrorOptions): Mirroring {
  let trouble: string | null = null;
  let running: Promise<void> | null = null;

  async function settle(silence: Silence, signal: AbortSignal): Promise<void> {
    const keep = (copies: readonly string[]) => silences.update(silence.id, (one) => ({ ...one, copies }));
    if (silence.ended === null && silence.copies === null && endOf(silence) > now())
      await keep(await mirror.copy(silence, signal));
    if (silence.ended === null || silence.copies === null || silence.copies.length === 0) return;
    await mirror.end(silence.copies, signal);
    await keep([]);
  }

  async function settleAll(signal: AbortSignal): Promise<void> {
    let failed: string | null = null;
    for (const silence of silences.all()) {
      try {
        await settle(silence, signal);
      } catch (error) {
        if (signal.aborted) return;
        failed = messageOf(error);
        log.warn('a silence could not be kept in Alertmanager, and is tried again', { silence: silence.id, error });
        break;
      }
    }
    trouble = failed;
  }

  return {
    run(signal) {
      running ??= settleAll(signal).finally(() => {
        running = null;
      });
      return running;
    },
    trouble: () => (trouble === null ? [] : [trouble]),
  };
}
