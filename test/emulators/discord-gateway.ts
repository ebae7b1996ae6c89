import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { objectOf } from './discord-checks.ts';

type Session = { readonly id: string; readonly events: { readonly s: number; readonly frame: string }[] };

export type EmulatedGateway = {
  /** Sends an event to every connected bot; one that is away gets it when it resumes. */
  dispatch(t: string, d: object): void;
  sendRaw(frame: unknown): void;
  /** Closes every connection with this code, or breaks it off without one. */
  cut(code: number | null): void;
  mute(isMute: boolean): void;
  identifies(): readonly { readonly at: number; readonly intents: number }[];
  resumes(): number;
  connections(): number;
  stop(): void;
};

export type GatewayOptions = {
  readonly server: Server;
  readonly heartbeatMs: number;
  readonly accepts: (token: string) => boolean;
  readonly ready: () => object;
  readonly guilds: () => readonly object[];
};

/** Discord's gateway: hello, heartbeats, identify, resume, events with their numbers. */
export function createEmulatedGateway({
  server,
  heartbeatMs,
  accepts,
  ready,
  guilds,
}: GatewayOptions): EmulatedGateway {
  const sockets = new WebSocketServer({ server });
  const sessions = new Map<string, Session>();
  const open = new Map<WebSocket, Session>();
  const identified: { at: number; intents: number }[] = [];
  let resumed = 0;
  let isMute = false;

  function send(session: Session, t: string, d: object): void {
    const s = session.events.length + 1;
    const frame = JSON.stringify({ op: 0, t, s, d });
    session.events.push({ s, frame });
    for (const [socket, owner] of open) if (owner === session) socket.send(frame);
  }

  function identify(socket: WebSocket, d: unknown): void {
    const { intents } = objectOf(d);
    identified.push({ at: Date.now(), intents: Number(intents) });
    const session: Session = { id: randomUUID(), events: [] };
    sessions.set(session.id, session);
    open.set(socket, session);
    const { port } = server.address() as AddressInfo;
    const session_id = session.id;
    send(session, 'READY', { ...ready(), session_id, resume_gateway_url: `ws://127.0.0.1:${port}/gateway/` });
    for (const guild of guilds()) send(session, 'GUILD_CREATE', guild);
  }

  function resume(socket: WebSocket, d: unknown): void {
    const { session_id, seq } = objectOf(d);
    const session = sessions.get(String(session_id));
    if (session === undefined) {
      socket.send(JSON.stringify({ op: 9, d: false }));
      return;
    }
    resumed += 1;
    for (const event of session.events) if (event.s > Number(seq)) socket.send(event.frame);
    open.set(socket, session);
    send(session, 'RESUMED', {});
  }

  sockets.on('connection', (socket) => {
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: heartbeatMs } }));
    socket.on('message', (data) => {
      const { op, d } = objectOf(JSON.parse(String(data)));
      if (op === 1 && !isMute) socket.send(JSON.stringify({ op: 11 }));
      if (op !== 2 && op !== 6) return;
      if (!accepts(String(objectOf(d).token))) socket.close(4004, 'Authentication failed.');
      else if (op === 2) identify(socket, d);
      else resume(socket, d);
    });
    socket.on('close', (code) => {
      const session = open.get(socket);
      open.delete(socket);
      // A bot that says good-bye is gone for good.
      if (session !== undefined && (code === 1000 || code === 1001)) sessions.delete(session.id);
    });
    socket.on('error', () => {});
  });

  return {
    dispatch(t, d) {
      for (const session of sessions.values()) send(session, t, d);
    },
    sendRaw(frame) {
      for (const socket of open.keys()) socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    },
    cut(code) {
      for (const socket of sockets.clients) code === null ? socket.terminate() : socket.close(code);
    },
    mute(next) {
      isMute = next;
    },
    identifies: () => identified,
    resumes: () => resumed,
    connections: () => open.size,
    stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
