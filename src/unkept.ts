import type { Address, MessageRef } from './core/address.ts';
import type { ChatPlatform } from './core/chat.ts';
import { UpstreamError } from './core/errors.ts';
import { formatTime } from './core/format.ts';
import type { Log } from './core/log.ts';
import type { Reply } from './core/reply.ts';
import type { Situation } from './core/situation.ts';
import type { TickReport } from './core/status.ts';

export type UnkeptOptions = {
  readonly platforms: () => ReadonlyMap<string, Pick<ChatPlatform, 'post' | 'edit'>>;
  readonly channels: readonly Address[];
  readonly lastTick: () => TickReport | null;
  readonly situation: () => Situation;
  readonly now: () => number;
  readonly log: Log;
};

export type UnkeptNotice = {
  /** Says it when it is due, and that it is over; what can't be said is tried at the next call. Never throws. */
  look(signal: AbortSignal): Promise<void>;
};

type Trouble = {
  readonly since: number;
  readonly because: string;
  /** When each channel was first tried. */
  readonly tried: Map<Address, number>;
  readonly said: Map<Address, MessageRef>;
};

/** A store that is back sooner is hardly missed. */
const patienceMs = 15_000;
const mostNamed = 10;

/**
 * Alerts are told from what the store keeps: while it takes nothing, nothing would be said. So people are told that, and what is
 * wrong just then, once in each channel and from memory alone; the same message says afterwards that it is over.
 */
export function createUnkeptNotice({
  platforms,
  channels,
  lastTick,
  situation,
  now,
  log,
}: UnkeptOptions): UnkeptNotice {
  let trouble: Trouble | null = null;
  let over: readonly (Trouble & { readonly until: number })[] = [];
  let looking: Promise<void> | null = null;

  function note(): void {
    const tick = lastTick();
    const because = tick?.unkept ?? null;
    if (tick === null) return;
    if (because !== null) {
      const begun = trouble ?? { since: tick.at + tick.tookMs, tried: new Map(), said: new Map() };
      trouble = { ...begun, because };
    } else if (trouble !== null) {
      if (trouble.said.size > 0) over = [...over, { ...trouble, until: tick.at }];
      trouble = null;
    }
  }

  async function tryTo(what: string, act: () => Promise<void> | undefined): Promise<void> {
    try {
      await act();
    } catch (error) {
      log.warn(`${what}; it is tried again`, { error });
    }
  }

  async function tell({ since, because, tried, said }: Trouble, signal: AbortSignal): Promise<void> {
    const reply = unkeptReply(since, because, wrongIn(situation()));
    for (const to of channels.filter((one) => !said.has(one)))
      await tryTo('nobody could be told that nothing can be kept', async () => {
        const options = { key: `unkept-${since}-${to.channel}`, attemptedAt: tried.get(to) ?? null, isLoud: true };
        if (!tried.has(to)) tried.set(to, now());
        const message = await platforms().get(to.platform)?.post(to, reply, options, signal);
        if (message !== undefined) said.set(to, message);
      });
  }

  async function end({ since, until, because, said }: (typeof over)[number], signal: AbortSignal): Promise<void> {
    const reply = keptReply(since, until, because);
    for (const [to, message] of said)
      await tryTo('nobody could be told that things are kept again', async () => {
        await platforms().get(to.platform)?.edit(message, reply, signal).catch(unlessGone);
        said.delete(to);
      });
  }

  async function lookOnce(signal: AbortSignal): Promise<void> {
    note();
    for (const one of over) await end(one, signal);
    over = over.filter(({ said }) => said.size > 0);
    if (trouble !== null && now() - trouble.since >= patienceMs) await tell(trouble, signal);
  }

  return {
    look(signal) {
      looking ??= lookOnce(signal).finally(() => {
        looking = null;
      });
      return looking;
    },
  };
}

/** A message that can't be edited any more has nobody left to tell. */
function unlessGone(error: unknown): void {
  if (!(error instanceof UpstreamError) || error.retryable) throw error;
}

function wrongIn({ watches }: Situation): readonly string[] {
  return watches.flatMap(({ watch, entities }) =>
    entities
      .filter(({ state }) => state === 'anomalous' || state === 'silent')
      .map(({ entity, state }) => `${entity} (${watch}${state === 'silent' ? ', silent' : ''})`),
  );
}

function unkeptReply(since: number, because: string, wrong: readonly string[]): Reply {
  const summary = 'Nothing can be kept: no new alert is announced';
  const more = wrong.length > mostNamed ? ` and ${wrong.length - mostNamed} more` : '';
  const value = wrong.length === 0 ? 'nothing that is known' : `${wrong.slice(0, mostNamed).join(', ')}${more}`;
  return {
    summary,
    blocks: [
      { kind: 'heading', text: summary, tone: 'critical' },
      { kind: 'text', text: `Since ${formatTime(since)}: ${because}.` },
      { kind: 'facts', facts: [{ name: 'wrong when this was written', value }] },
      { kind: 'note', text: 'What is still true when the store takes something again is announced then.' },
    ],
    onlyYou: false,
  };
}

function keptReply(since: number, until: number, because: string): Reply {
  const summary = 'Alerts are announced again';
  const text = `Nothing could be kept from ${formatTime(since)} to ${formatTime(until)}: ${because}.`;
  return {
    summary,
    blocks: [
      { kind: 'heading', text: summary, tone: 'good' },
      { kind: 'text', text },
    ],
    onlyYou: false,
  };
}
