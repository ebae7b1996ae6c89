import { messageOf, UpstreamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Api } from './api.ts';
import { socketModeIsOff } from './failure.ts';
import { type Connect, createLink, type Deliver, type Ended, type Link, type LinkState } from './link.ts';
import { type Frame, openSocket, type Socket } from './socket.ts';

/** From opening a socket to Slack's hello. */
const letInDeadlineMs = 20_000;
/** A socket that was replaced may still bring what Slack had already sent into it. */
const leaveAfterMs = 2_000;

export type SocketModeOptions = {
  readonly api: Api;
  readonly hasAppToken: boolean;
  readonly deliver: Deliver;
  /** True the first time an envelope comes. */
  readonly isNew: (id: string) => boolean;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * Socket Mode: Slack calls through WebSockets that the bot opens, two of them, so that one that dies takes no more than half of
 * what is said with it until it is replaced. Every envelope is acknowledged before anything else is done with it. When Slack
 * announces the end of a connection the next one is opened first, so that none is missing in between; the client that comes with
 * Bolt is away for five seconds then, and ends the process on a frame it does not expect.
 */
export function createSocketMode(options: SocketModeOptions): Link {
  const { log, now } = options;
  return createLink({ log, now, connects: [createConnection(options), createConnection(options)] });
}

/** One of the connections, with the socket that takes over from the one before. */
function createConnection(options: SocketModeOptions): Connect {
  const { api, hasAppToken, deliver, isNew, log, now } = options;
  /** Sockets that Slack has said hello on. */
  const open = new Set<Socket>();

  async function connect(state: LinkState, signal: AbortSignal): Promise<Ended> {
    if (!hasAppToken) throw refused('SLACK_APP_TOKEN is missing: Socket Mode needs it');
    try {
      await api.whoAmI(signal);
      const ended = await run(await api.openSocket(signal), state, signal);
      if (ended.because === socketModeIsOff) throw refused(socketModeIsOff);
      return ended;
    } catch (error) {
      // As long as the one before is open nothing is missing: its end is told by itself.
      if (open.size > 0) return { heldMs: 0, because: messageOf(error), isPlanned: true };
      throw error;
    }
  }

  /** One socket, until it is closed or to be replaced. */
  function run(url: string, state: LinkState, signal: AbortSignal): Promise<Ended> {
    return new Promise((resolve) => {
      let upSince: number | null = null;
      const heldMs = (): number => (upSince === null ? 0 : performance.now() - upSince);
      const socket = openSocket(url, { frame: receive, closed }, log, now);
      const late = setTimeout(() => socket.close('Slack did not let the bot in in time'), letInDeadlineMs);
      const onStop = (): void => socket.close('stopped');
      signal.addEventListener('abort', onStop, { once: true });
      if (signal.aborted) onStop();

      function closed(because: string): void {
        clearTimeout(late);
        signal.removeEventListener('abort', onStop);
        open.delete(socket);
        const isAnotherOpen = open.size > 0;
        if (!isAnotherOpen) state.down(because);
        resolve({ heldMs: heldMs(), because, isPlanned: isAnotherOpen });
      }

      function receive(frame: Frame): void {
        if (frame.type === 'hello') {
          clearTimeout(late);
          upSince ??= performance.now();
          for (const old of open) leave(old, signal);
          open.add(socket);
          state.up();
        } else if (frame.type === 'disconnect') onDisconnect(frame.reason ?? '');
        else onEnvelope(frame, socket);
      }

      function onDisconnect(reason: string): void {
        if (reason === 'link_disabled') socket.close(socketModeIsOff);
        else resolve({ heldMs: heldMs(), because: `Slack asked to connect anew (${reason})`, isPlanned: true });
      }
    });
  }

  function onEnvelope({ envelope_id: id, payload }: Frame, socket: Socket): void {
    if (id === undefined) return;
    socket.send({ envelope_id: id });
    if (isNew(`envelope ${id}`)) void deliver(payload);
  }

  return connect;
}

function leave(socket: Socket, signal: AbortSignal): void {
  if (signal.aborted) return;
  const timer = setTimeout(() => socket.close('replaced'), leaveAfterMs);
  timer.unref();
}

function refused(because: string): UpstreamError {
  return new UpstreamError('slack', because, { retryable: false });
}
