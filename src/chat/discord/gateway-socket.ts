import { z } from 'zod';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';

/** https://discord.com/developers/docs/events/gateway-events#payload-structure */
const frameSchema = z.object({
  op: z.number(),
  d: z.unknown(),
  s: z.number().nullish(),
  t: z.string().nullish(),
});
export type Frame = z.infer<typeof frameSchema>;

export type SocketEvents = {
  readonly frame: (frame: Frame) => void;
  /** Called exactly once, and nothing after it. */
  readonly closed: (code: number, because: string) => void;
};

export type GatewaySocket = {
  send(op: number, d: unknown): void;
  close(code: number, because: string): void;
};

/** The code of a connection that never came to be, as browsers say it. */
const abnormal = 1006;

/** One WebSocket to Discord's gateway. What can't be read or handled is logged and passed over. */
export function openSocket(address: string, events: SocketEvents, log: Log): GatewaySocket {
  const target = URL.canParse(address) ? new URL(address) : null;
  if (target === null || !/^wss?:$/.test(target.protocol)) {
    queueMicrotask(() => events.closed(abnormal, 'Discord named no gateway that can be reached'));
    return { send() {}, close() {} };
  }
  target.search = 'v=10&encoding=json';
  const socket = new WebSocket(target);
  let isOver = false;

  function end(code: number, because: string): void {
    if (isOver) return;
    isOver = true;
    socket.onmessage = null;
    events.closed(code, because);
  }

  socket.onmessage = ({ data }) => {
    try {
      events.frame(frameSchema.parse(JSON.parse(String(data))));
    } catch (error) {
      log.warn('a gateway event of Discord was not understood and is passed over', { reason: messageOf(error) });
    }
  };
  // What an error event has to say comes again, with a code, in the close event behind it.
  socket.onerror = () => {};
  socket.onclose = ({ code, reason }) => end(code, closingWords(code, reason));
  return {
    send(op, d) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ op, d }));
    },
    close(code, because) {
      if (socket.readyState < WebSocket.CLOSING) socket.close(code);
      end(code, because);
    },
  };
}

function closingWords(code: number, reason: string): string {
  if (code === abnormal) return "Discord's gateway could not be reached, or broke off";
  return `Discord's gateway closed the connection (${code}${reason === '' ? '' : ` ${reason}`})`;
}
