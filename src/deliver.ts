import type { Address, MessageRef } from './core/address.ts';
import { backoffMs } from './core/backoff.ts';
import type { ChatPlatform } from './core/chat.ts';
import { UpstreamError } from './core/errors.ts';
import type { Log } from './core/log.ts';
import type { Notice, Told } from './core/notice.ts';
import type { IncidentStore, Remembered } from './core/store.ts';
import type { Telemetry } from './core/telemetry.ts';
import type { Parcel, Tell } from './tell.ts';

export type DeliveryOptions = {
  readonly incidents: IncidentStore;
  readonly platforms: ReadonlyMap<string, ChatPlatform>;
  readonly tell: Tell;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly log: Log;
};

/** A channel that did not take its last notice: how often in a row, from when until when it is left alone, and why. */
export type Trouble = {
  readonly audience: Address;
  readonly failures: number;
  readonly since: number;
  readonly until: number;
  /** Trying again does not mend it. */
  readonly isRefused: boolean;
  readonly because: string;
};

export type Delivery = {
  start(): void;
  /** Something may be owed: look now. */
  kick(): void;
  owed(): { readonly notices: number; readonly oldestMs: number | null };
  troubles(): readonly Trouble[];
  /** Ends after the sends that are under way, or soon without them: what is not recorded is looked for at the next start. */
  stop(): Promise<void>;
};

/** A failed channel is tried again after this long, doubling up to the longest. */
const firstRestMs = 1_000;
const longestRestMs = 60_000;
/** A refusal that trying again does not mend is tried again this rarely: somebody may have mended it. */
const refusedRestMs = 120_000;
const sendDeadlineMs = 20_000;
/** What is owed is looked at this often, kicked or not. */
const idleMs = 5_000;
const stopPatienceMs = 4_000;
/** A lane looks this often at what has come in meanwhile: a critical does not wait behind a long queue. */
const turnMs = 2_000;

/**
 * Brings every audience what it is owed. A channel's notices go one after another, criticals first; channels do not wait for
 * each other. A notice leaves the store only after its send succeeded, and a second try says when the first one began.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { incidents, platforms, telemetry, now, log } = options;
  const troubles = new Map<string, Trouble>();
  const lanes = new Map<string, Promise<void>>();
  const sentAt = new Map<string, number>();
  const stopping = new AbortController();
  let owed: readonly Notice[] = [];
  let wake: () => void = () => {};
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await drain();
      await Promise.race([woken, pause(nextLook())]);
    }
    await Promise.all(lanes.values());
  }

  /** Starts a lane for every channel that is owed something, is not resting and has no lane under way. */
  async function drain(): Promise<void> {
    try {
      const state = await incidents.remember();
      owed = state.owed;
      for (const [channel, notices] of byChannel(state, now())) {
        const trouble = troubles.get(channel);
        if (lanes.has(channel) || (trouble !== undefined && rests(trouble, now()))) continue;
        lanes.set(
          channel,
          work(channel, notices, state).finally(() => {
            lanes.delete(channel);
            wake();
          }),
        );
      }
    } catch (error) {
      log.error('what is owed could not be read', { error });
    }
  }

  /** What may pass holds up the channel; a notice that is refused may be refused for what it says, and the next one is tried. */
  async function work(channel: string, notices: readonly Notice[], state: Remembered): Promise<void> {
    const turnEnds = performance.now() + turnMs;
    for (const parcel of parcelsOf(notices)) {
      const isTurnOver = performance.now() > turnEnds && !troubles.has(channel);
      if (stopping.signal.aborted || isTurnOver) return;
      const [{ key, kind, audience }] = parcel;
      const platform = platforms.get(audience.platform);
      if (platform === undefined) continue;
      const owedSince = Math.min(...parcel.map((notice) => notice.owedSince));
      try {
        await incidents.attempt(
          parcel.flatMap((notice) => (notice.attemptedAt === null ? [notice.key] : [])),
          now(),
        );
        await paced(channel, platform.paceMs);
        const card = await options
          .tell(platform, parcel, state, AbortSignal.timeout(sendDeadlineMs))
          .finally(() => sentAt.set(channel, performance.now()));
        if (card === null) continue;
        await incidents.told(parcel.map((notice) => ({ key: notice.key, told: toldOf(notice, card, now()) })));
        telemetry.notice(platform.name, 'told', now() - owedSince);
        troubles.delete(channel);
        owed = owed.filter((other) => !parcel.includes(other));
      } catch (error) {
        telemetry.notice(platform.name, 'failed', now() - owedSince);
        troubles.set(channel, troubleAfter(troubles.get(channel), audience, error, now()));
        log.warn('a notice was not delivered and is still owed', { notice: key, kind, error });
        if (error instanceof UpstreamError && error.retryable) return;
      }
    }
  }

  /** As fast as a channel takes messages, and no faster: whoever is refused waits longer. */
  async function paced(channel: string, paceMs: number): Promise<void> {
    const waitMs = (sentAt.get(channel) ?? Number.NEGATIVE_INFINITY) + paceMs - performance.now();
    if (waitMs > 0) await pause(waitMs);
  }

  function nextLook(): number {
    const ends = [...troubles.values()].map((trouble) => trouble.until - now()).filter((ms) => ms > 0);
    return Math.min(idleMs, ...ends);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        stopping.signal.removeEventListener('abort', done);
        resolve();
      }
      stopping.signal.addEventListener('abort', done, { once: true });
    });
  }

  return {
    start() {
      running ??= run();
    },
    kick: () => wake(),
    owed() {
      // What waits for the end of quiet hours is not late.
      const due = owed.filter(({ notBefore }) => (notBefore ?? 0) <= now());
      const since = due.map(({ owedSince, notBefore }) => Math.max(owedSince, notBefore ?? 0));
      return { notices: due.length, oldestMs: since.length === 0 ? null : now() - Math.min(...since) };
    },
    troubles: () => [...troubles.values()],
    async stop() {
      stopping.abort();
      const patience = new Promise((resolve) => setTimeout(resolve, stopPatienceMs).unref());
      await Promise.race([running, patience]);
    },
  };
}

/** The notices of each channel that may be told by now, in the order in which they should be: criticals first, then the oldest. */
function byChannel(state: Remembered, now: number): ReadonlyMap<string, readonly Notice[]> {
  const severity = new Map(state.open.map((incident) => [incident.id, incident.severity]));
  const rank = (notice: Notice): number => (severity.get(notice.incident) === 'critical' ? 0 : 1);
  const sorted = state.owed
    .filter(({ notBefore }) => notBefore === null || notBefore <= now)
    .toSorted((a, b) => rank(a) - rank(b) || a.owedSince - b.owedSince);
  return Map.groupBy(sorted, (notice) => `${notice.audience.platform}:${notice.audience.channel}`);
}

/** What goes out as one: a notice by itself, or all that share a card, in the place of the first of them. */
function parcelsOf(notices: readonly Notice[]): readonly Parcel[] {
  const parcels = new Map<string, [Notice, ...Notice[]]>();
  for (const notice of notices) {
    const name = notice.digest === null ? notice.key : `digest ${notice.digest}`;
    const known = parcels.get(name);
    if (known === undefined) parcels.set(name, [notice]);
    else known.push(notice);
  }
  return [...parcels.values()];
}

function toldOf({ incident, audience, revision, kind, digest }: Notice, card: MessageRef, at: number): Told {
  return { incident, audience, revision, kind, card, digest, at };
}

/** What is wrong with a channel at the moment; null when nothing is known against it. */
export function troubleWith(troubles: readonly Trouble[], { platform, channel }: Address): Trouble | null {
  const own = troubles.find(({ audience }) => audience.platform === platform && audience.channel === channel);
  return own ?? null;
}

/** A clock that was put back must not make a pause of some seconds one of a day. */
function rests({ since, until }: Trouble, now: number): boolean {
  return since <= now && now < until;
}

/** How long a channel is left alone after a failure: as the service asked, or a growing pause of our own. */
export function troubleAfter(before: Trouble | undefined, audience: Address, error: unknown, now: number): Trouble {
  const failures = (before?.failures ?? 0) + 1;
  const because = error instanceof Error ? error.message : String(error);
  const growing = backoffMs(failures, firstRestMs, longestRestMs);
  const isRefusal = error instanceof UpstreamError && !error.retryable;
  const asked = error instanceof UpstreamError ? error.retryAfterMs : null;
  const until = now + (asked ?? (isRefusal ? refusedRestMs : growing));
  return { audience, failures, since: now, until, isRefused: isRefusal, because };
}
