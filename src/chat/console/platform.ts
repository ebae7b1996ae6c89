import type { Address } from '../../core/address.ts';
import { requestOf as actionRequest, decodeAction } from '../../core/button.ts';
import type { Painter } from '../../core/chart.ts';
import type { ChatPlatform, Connection, Conversation, Request } from '../../core/chat.ts';
import type { ConsoleClick, ConsoleClicked, ConsoleDoor, ConsoleEntry, ConsoleQuestion } from '../../core/console.ts';
import { UpstreamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { noStanding } from '../../core/person.ts';
import { type Reply, say } from '../../core/reply.ts';
import type { ConsoleMessage, ConsoleStore } from '../../core/store.ts';
import { unknownButton } from '../kept-buttons.ts';
import { readAssets } from './assets.ts';
import { answerKey, entryOf, questionKey } from './entry.ts';

export type ConsoleOptions = {
  readonly store: ConsoleStore;
  readonly painter: Painter;
  readonly now: () => number;
  readonly log: Log;
};

/** A chat platform inside this process; the sidecar serves its door. */
export type ConsolePlatform = ChatPlatform & ConsoleDoor;

const name = 'console';
/** The console has one channel, which every page shows. */
const channel = 'main';
const stopPatienceMs = 4_000;

/**
 * Everything said here goes through the store: what people type, answers and alerts alike. So a reload, a second page and a
 * restart all show the same conversation.
 */
export function createConsolePlatform({ store, painter, now, log }: ConsoleOptions): ConsolePlatform {
  const listeners = new Set<(entry: ConsoleEntry) => void>();
  const asked = new Map<string, Promise<ConsoleEntry>>();
  const clicked = new Map<string, Promise<ConsoleClicked>>();
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const ready = Promise.withResolvers<Conversation>();
  let conversation: Conversation | null = null;
  let connection: Connection = { kind: 'starting' };

  function tell(message: ConsoleMessage): ConsoleEntry {
    const entry = entryOf(message);
    for (const listener of listeners) listener(entry);
    return entry;
  }

  async function append(key: string, thread: number | null, reply: Reply): Promise<ConsoleMessage> {
    const address = { platform: name, channel, thread: thread === null ? null : String(thread) };
    const message = await store.append({ key, at: now(), address, reply: withoutData(reply) });
    tell(message);
    return message;
  }

  async function replace(id: number, reply: Reply): Promise<void> {
    const message = await store.replace(id, withoutData(reply), now());
    if (message === null)
      throw new UpstreamError('database', `the console has no message ${id} any more`, { retryable: false });
    tell(message);
  }

  async function record(question: ConsoleQuestion): Promise<ConsoleEntry> {
    const at = now();
    const address = { platform: name, channel, thread: null };
    const message = await store.append({ key: questionKey(question.id), at, address, reply: say(question.text) });
    // The store knows a question that was asked before this process began: it had its answer, or its time is over.
    if (message.at !== at) return entryOf(message);
    const work = answer(message.id, question)
      .catch((error: unknown) => log.error('an answer could not be shown in the console', { error }))
      .finally(() => running.delete(work));
    running.add(work);
    return tell(message);
  }

  /** A question that is asked while the bot starts waits until it is ready. */
  async function answer(under: number, { id, text, person }: ConsoleQuestion): Promise<void> {
    const at: Address = { platform: name, channel, thread: null };
    let shown: Promise<number | null> = Promise.resolve(null);
    const show = async (reply: Reply): Promise<void> => {
      shown = shown.then(async (message) => {
        if (message === null) return (await append(answerKey(id), under, reply)).id;
        await replace(message, reply);
        return message;
      });
      await shown;
    };
    const speaker = await untilAborted(ready.promise, stopping.signal);
    await speaker?.handle(
      { id, person, standing: noStanding, at, via: 'console', request: requestOf(text) },
      show,
      stopping.signal,
    );
  }

  /** The last thing that is said of a click is its answer; whoever clicked alone sees it, for the card tells everybody. */
  async function click({ id, entry, action, written, person }: ConsoleClick): Promise<ConsoleClicked> {
    const speaker = await untilAborted(ready.promise, stopping.signal);
    const read = decodeAction(action);
    if (read === null || speaker === null) return { kind: 'answer', reply: unknownButton };
    const fields = speaker.formOf(read.path, read.asks);
    if (fields.length > 0 && Object.keys(written).length === 0) return { kind: 'form', fields };
    let reply: Reply = say('Done.', { onlyYou: true });
    const show = async (said: Reply): Promise<void> => {
      reply = withoutData(said);
    };
    const at: Address = { platform: name, channel, thread: String(entry) };
    const event = {
      id,
      person,
      at,
      standing: noStanding,
      via: 'button',
      request: actionRequest(read, written),
    } as const;
    await speaker.handle(event, show, stopping.signal);
    return { kind: 'answer', reply };
  }

  return {
    name,
    paceMs: 0,
    assets: readAssets(),
    click(one) {
      const key = JSON.stringify([one.id, one.written]);
      const known = clicked.get(key) ?? click(one);
      clicked.set(key, known);
      known.catch(() => clicked.delete(key));
      forgetOldest(clicked);
      return known;
    },
    async picture(entry, place, signal) {
      const block = (await store.find(entry))?.reply.blocks[place];
      return block?.kind === 'chart' ? painter.paint(block.chart, signal) : null;
    },
    async start(speaker) {
      conversation = speaker;
      connection = { kind: 'connected', since: now() };
      ready.resolve(speaker);
    },
    connection: () => connection,
    async post(to, reply, { key }) {
      const { id } = await append(key, to.thread === null ? null : Number(to.thread), reply);
      return { platform: name, channel, message: String(id) };
    },
    edit: ({ message }, reply) => replace(Number(message), reply),
    ask(question) {
      const known = asked.get(question.id);
      if (known !== undefined) return known;
      const entry = record(question);
      asked.set(question.id, entry);
      entry.catch(() => asked.delete(question.id));
      forgetOldest(asked);
      return entry;
    },
    complete: async (path, option, typed, signal) => (await conversation?.complete(path, option, typed, signal)) ?? [],
    recent: async (limit) => (await store.recent(limit)).map(entryOf),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      stopping.abort();
      listeners.clear();
      await untilAborted(Promise.allSettled(running), AbortSignal.timeout(stopPatienceMs));
      connection = { kind: 'disconnected', since: now(), because: 'it was stopped' };
    },
  };
}

/** Here every word is for the bot, so what is no command is a question; people used to Slack may still write `/ops`. */
function requestOf(text: string): Request {
  const line = text.trim();
  return /^\/ops\b/.test(line)
    ? { kind: 'line', text: line.slice('/ops'.length).trim() }
    : { kind: 'mention', text: line };
}

/** The part for machines is shown by no page, so it is not kept. */
function withoutData({ summary, blocks, onlyYou }: Reply): Reply {
  return { summary, blocks, onlyYou };
}

/** A retry comes within seconds; more than this many questions ago nobody retries. */
function forgetOldest(asked: Map<string, unknown>): void {
  const [oldest] = asked.keys();
  if (asked.size > 500 && oldest !== undefined) asked.delete(oldest);
}

/** What the promise gives, or null when the signal comes first. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  const aborted = Promise.withResolvers<null>();
  const abort = (): void => aborted.resolve(null);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
