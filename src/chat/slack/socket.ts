import { channel } from 'node:diagnostics_channel';
import { z } from 'zod';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';

/** https://docs.slack.dev/apis/events-api/using-socket-mode */
const frameSchema = z.looseObject({
  type: z.string(),
  envelope_id: z.string().optional(),
  payload: z.unknown().optional(),
  reason: z.string().optional(),
});
export type Frame = z.infer<typeof frameSchema>;

export type SocketEvents = {
  readonly frame: (frame: Frame) => void;
  /** Called exactly once, and nothing after it. */
  readonly closed: (because: string) => void;
};

export type Socket = { send(message: object): void; close(because: string): void };

/** Sockets die without a word. Slack pings every few seconds: one that was silent for this long is dead. */
const longestSilenceMs = 60_000;
const lookEveryMs = 1_000;
/** Node's WebSocket says nothing of pings, except here. */
const pings = channel('undici:websocket:ping');
const normalClosure = 1_000;

/** One WebSocket of Socket Mode. What can't be read or handled is logged and passed over. */
export function openSocket(address: string, events: SocketEvents, log: Log, now: () => number): Socket {
  const target = URL.canParse(address) ? new URL(address) : null;
  if (target === null || !/^wss?:$/.test(target.protocol)) {
    queueMicrotask(() => events.closed('Slack named no Socket Mode address that can be reached'));
    return { send() {}, close() {} };
  }
  const socket = new WebSocket(target);
  let heardAt = now();
  let isOver = false;

  function hear(): void {
    heardAt = now();
  }

  function onPing(message: unknown): void {
    if (typeof message === 'object' && message !== null && 'websocket' in message && message.websocket === socket)
      hear();
  }

  function close(because: string): void {
    if (socket.readyState < WebSocket.CLOSING) socket.close(normalClosure);
    end(because);
  }

  function end(because: string): void {
    if (isOver) return;
    isOver = true;
    clearInterval(watch);
    pings.unsubscribe(onPing);
    socket.onmessage = null;
    events.closed(because);
  }

  const watch = setInterval(() => {
    // A clock that was set back must not make a dead socket live longer.
    if (now() < heardAt) hear();
    else if (now() - heardAt >= longestSilenceMs) close('Slack fell silent');
  }, lookEveryMs);
  pings.subscribe(onPing);
  socket.onmessage = ({ data }) => {
    hear();
    try {
      events.frame(frameSchema.parse(JSON.parse(String(data))));
    } catch (error) {
      log.warn('a frame of Slack was not understood and is passed over', { reason: messageOf(error) });
    }
  };
  // What an error event has to say comes again, with a code, in the close event behind it.
  socket.onerror = () => {};
  socket.onclose = ({ code, reason }) => end(closingWords(code, reason));
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    close,
  };
}

/** The code of a connection that never came to be, or broke. */
const abnormal = 1006;

function closingWords(code: number, reason: string): string {
  if (code === abnormal) return "Slack's Socket Mode could not be reached, or broke off";
  return `Slack closed the connection (${code}${reason === '' ? '' : ` ${reason}`})`;
}
