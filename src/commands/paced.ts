import type { Show } from '../core/chat.ts';
import type { Reply } from '../core/reply.ts';

export type Paced = {
  /** Shows a reply that others will follow, unless the last one was just now or is still on its way: then it is left out. */
  offer(reply: () => Reply): void;
  /** Nothing is shown any more when it resolves. */
  end(): Promise<void>;
};

/** Slack takes about one edit a second of a channel, Discord five in five seconds, and there are others who talk. */
const everyMs = 3_000;

/** Shows progress no faster than chat platforms take it. What of it can't be shown is missed by nobody: the end will be. */
export function createPaced(show: Show, now: () => number): Paced {
  let shownAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | null = null;
  let isOver = false;
  return {
    offer(reply) {
      if (isOver || underWay !== null || now() - shownAt < everyMs) return;
      shownAt = now();
      underWay = show(reply(), { more: true })
        .catch(() => {})
        .finally(() => {
          underWay = null;
        });
    },
    async end() {
      isOver = true;
      await underWay;
    },
  };
}
