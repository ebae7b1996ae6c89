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
  /** Announces the end of the oldest connection, and closes it after a while. */
  refreshOldest(endsAfterMs: number): void;
  cutOldest(code: number | null): void;
  /** No frame goes out any more, and none is read: the line looks open and is dead. */
  mute(isMute: boolean): void;
  /** The oldest connection looks open and is dead. */
  muteOldest(): void;
  /** New connections get no hello. */
  holdHello(isHeld: boolean): void;
  connections(): number;
  /** Deliveries for which no connection was there when they came. */
  kept(): number;
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
  const dead = new WeakSet<WebSocket>();
  const refreshing = new WeakSet<WebSocket>();
  let isMute = false;
  let isHeld = false;
  let hellos = 0;
  let serial = 0;
  let kept = 0;
  let turn = 0;

  sockets.on('connection', (socket, request) => {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
    if (!tickets.delete(ticket)) return socket.close(4001, 'unknown ticket');
    socket.on('error', () => {});
    socket.on('message', (data) => {
      if (isMute || dead.has(socket)) return;
      const { envelope_id: id } = objectOf(JSON.parse(String(data)));
      acks.push({ id: String(id), ms: performance.now() - (sent.get(String(id)) ?? 0) });
    });
    if (isMute || isHeld) return;
    hellos += 1;
    write(socket, { type: 'hello', num_connections: sockets.clients.size, connection_info: { app_id: app } });
    for (const text of waiting.splice(0)) socket.send(text);
  });

  function write(socket: WebSocket, frame: object): void {
    if (!isMute && !dead.has(socket)) socket.send(JSON.stringify(frame));
  }

  /** Slack picks any of them; here it is their turn. */
  function next(): WebSocket | undefined {
    const ready = [...sockets.clients].filter((socket) => socket.readyState === socket.OPEN);
    turn += 1;
    return ready[turn % ready.length];
  }

  function oldest(): WebSocket | undefined {
    return [...sockets.clients].find((socket) => socket.readyState === socket.OPEN && !refreshing.has(socket));
  }

  function end(socket: WebSocket | undefined, code: number | null): void {
    if (code === null) socket?.terminate();
    else socket?.close(code);
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
      const socket = next();
      if (socket === undefined) {
        waiting.push(text);
        kept += 1;
      } else if (!isMute && !dead.has(socket)) socket.send(text);
    },
    sendRaw: (data) => next()?.send(data),
    ping() {
      for (const socket of sockets.clients) if (!isMute && !dead.has(socket)) socket.ping('Ping from slack');
    },
    announce(reason) {
      for (const socket of sockets.clients) write(socket, { type: 'disconnect', reason, debug_info: { host: 'here' } });
    },
    cut(code) {
      for (const socket of sockets.clients) end(socket, code);
    },
    refreshOldest(endsAfterMs) {
      const socket = oldest();
      if (socket === undefined) return;
      refreshing.add(socket);
      write(socket, { type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'here' } });
      setTimeout(() => end(socket, 1000), endsAfterMs).unref();
    },
    muteOldest() {
      const socket = oldest();
      if (socket !== undefined) dead.add(socket);
    },
    cutOldest: (code) => end(oldest(), code),
    mute(mute) {
      isMute = mute;
    },
    holdHello(hold) {
      isHeld = hold;
    },
    connections: () => [...sockets.clients].filter((socket) => socket.readyState === socket.OPEN).length,
    kept: () => kept,
    hellos: () => hellos,
    stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
