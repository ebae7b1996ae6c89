import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { objectOf } from './slack-state.ts';

export type SlackSocket = {
  /** Sends an envelope into one open connection, or keeps it for the next one. */
  deliver(id: string, type: string, payload: object): void;
  /** A new address for a connection; good for one. */
  newTicket(): string;
  sendRaw(data: string): void;
  ping(): void;
  /** Announces the end of every connection; the old ones stay open until `cut`. */
  announce(reason: string): void;
  /** Ends connections: with a closing code, or without a word when it is null. */
  cut(code: number | null): void;
  /** No frame goes out any more, and none is read: the line looks open and is dead. */
  mute(isMute: boolean): void;
  /** New connections get no hello. */
  holdHello(isHeld: boolean): void;
  connections(): number;
  /** How many were ever let in. */
  hellos(): number;
  readonly acks: { readonly id: string; readonly ms: number }[];
  stop(): void;
};

/** Slack's side of Socket Mode. */
export function createSlackSocket(server: Server, app: string): SlackSocket {
  const sockets = new WebSocketServer({ server, path: '/link' });
  const tickets = new Set<string>();
  const sent = new Map<string, number>();
  const acks: { id: string; ms: number }[] = [];
  const waiting: string[] = [];
  let isMute = false;
  let isHeld = false;
  let hellos = 0;
  let serial = 0;

  sockets.on('connection', (socket, request) => {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
    if (!tickets.delete(ticket)) return socket.close(4001, 'unknown ticket');
    socket.on('error', () => {});
    socket.on('message', (data) => {
      if (isMute) return;
      const { envelope_id: id } = objectOf(JSON.parse(String(data)));
      acks.push({ id: String(id), ms: performance.now() - (sent.get(String(id)) ?? 0) });
    });
    if (isMute || isHeld) return;
    hellos += 1;
    write(socket, { type: 'hello', num_connections: sockets.clients.size, connection_info: { app_id: app } });
    for (const text of waiting.splice(0)) socket.send(text);
  });

  function write(socket: WebSocket, frame: object): void {
    if (!isMute) socket.send(JSON.stringify(frame));
  }

  function newest(): WebSocket | undefined {
    return [...sockets.clients].filter((socket) => socket.readyState === socket.OPEN).at(-1);
  }

  return {
    acks,
    newTicket() {
      serial += 1;
      tickets.add(`ticket-${serial}`);
      return `ticket-${serial}`;
    },
    deliver(id, type, payload) {
      sent.set(id, performance.now());
      const text = JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api' });
      const socket = newest();
      if (socket === undefined) waiting.push(text);
      else if (!isMute) socket.send(text);
    },
    sendRaw: (data) => newest()?.send(data),
    ping() {
      for (const socket of sockets.clients) if (!isMute) socket.ping('Ping from slack');
    },
    announce(reason) {
      for (const socket of sockets.clients) write(socket, { type: 'disconnect', reason, debug_info: { host: 'here' } });
    },
    cut(code) {
      for (const socket of sockets.clients) {
        if (code === null) socket.terminate();
        else socket.close(code);
      }
    },
    mute(mute) {
      isMute = mute;
    },
    holdHello(hold) {
      isHeld = hold;
    },
    connections: () => [...sockets.clients].filter((socket) => socket.readyState === socket.OPEN).length,
    hellos: () => hellos,
    stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
