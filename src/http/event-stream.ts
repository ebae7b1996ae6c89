import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ConsoleDoor, ConsoleEntry } from '../core/console.ts';

export type EventStream = {
  /** False when no more pages are taken. */
  hasRoom(): boolean;
  /**
   * Tells this page everything from now on, after what it missed since `lastEventId` or, when that is too long ago, after
   * a snapshot. Throws what `ConsoleDoor.recent` throws, before anything was written.
   */
  open(response: ServerResponse, lastEventId: string | null, headers: Readonly<Record<string, string>>): Promise<void>;
  close(): void;
};

export type EventStreamOptions = {
  readonly door: Pick<ConsoleDoor, 'recent' | 'listen'>;
  /** Comments keep the connection open through proxies and show a dead one. */
  readonly heartbeatMs: number;
};

const maxPages = 50;
const snapshotEntries = 200;
/** Events kept for pages that come back. */
const keptEvents = 500;
/** A page that reads so slowly that this much waits for it is dropped; it comes back and catches up. */
const maxBacklogBytes = 1_024 * 1_024;

/** `held` keeps the events that happen while the page's first event is being made. */
type Page = { readonly response: ServerResponse; held: string[] | null };

/** Server-sent events for the console's pages. */
export function createEventStream({ door, heartbeatMs }: EventStreamOptions): EventStream {
  // Numbers of another process mean nothing here, so they carry its name.
  const process = randomUUID().slice(0, 8);
  const pages = new Set<Page>();
  const past: string[] = [];
  let sent = 0;

  const stopListening = door.listen((entry) => {
    sent += 1;
    const event = frame('entry', entry, sent);
    past.push(event);
    if (past.length > keptEvents) past.shift();
    for (const page of pages) write(page, event);
  });
  const heartbeat = setInterval(() => {
    for (const page of pages) write(page, ': still here\n\n');
  }, heartbeatMs);
  heartbeat.unref();

  function frame(event: 'entry' | 'snapshot', data: ConsoleEntry | readonly ConsoleEntry[], number: number): string {
    return `id: ${process}-${number}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  function write(page: Page, text: string): void {
    if (page.held !== null) {
      page.held.push(text);
      return;
    }
    if (page.response.destroyed) return;
    page.response.write(text);
    if (page.response.writableLength <= maxBacklogBytes) return;
    pages.delete(page);
    page.response.destroy();
  }

  /** The events after the one that the page saw last; null when they are not all here any more. */
  function missedSince(lastEventId: string | null): readonly string[] | null {
    const match = /^(\w+)-(\d+)$/.exec(lastEventId ?? '');
    if (match?.[1] !== process) return null;
    const missed = sent - Number(match[2]);
    if (missed < 0 || missed > past.length) return null;
    return missed === 0 ? [] : past.slice(-missed);
  }

  return {
    hasRoom: () => pages.size < maxPages,
    async open(response, lastEventId, headers) {
      const page: Page = { response, held: [] };
      const missed = missedSince(lastEventId);
      const number = sent;
      pages.add(page);
      response.once('close', () => pages.delete(page));
      try {
        const first = missed ?? [frame('snapshot', await door.recent(snapshotEntries), number)];
        if (!pages.has(page)) return;
        response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
        response.flushHeaders();
        const held = page.held ?? [];
        page.held = null;
        for (const text of [...first, ...held]) write(page, text);
      } catch (error) {
        pages.delete(page);
        throw error;
      }
    },
    close() {
      stopListening();
      clearInterval(heartbeat);
      for (const { response } of pages) response.end();
      pages.clear();
    },
  };
}
