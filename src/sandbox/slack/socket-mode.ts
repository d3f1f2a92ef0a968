// Socket Mode: hands out one-time addresses, keeps the app's sockets, and sends envelopes that must be acknowledged.
// https://docs.slack.dev/apis/events-api/using-socket-mode
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Ack, EnvelopeType, Retry, Socket } from './delivery.ts';
import { isObject, parseJson, textAt, type Json, type JsonObject } from './json.ts';
import { changed, type Workspace } from './workspace.ts';

const MOST_CONNECTIONS = 10;
const TICKET_LIFETIME_MS = 30_000;
/** The client gives up after 30 s without a ping. */
const PING_EVERY_MS = 10_000;

export type SocketMode = Socket & {
  /** Undefined when ten connections are open. */
  issueUrl(): string | undefined;
  connections(): number;
  /** As Slack does when it recycles a host; the client should come back by itself. */
  disconnect(reason: string): void;
  stop(): Promise<void>;
};

type Envelope = { type: EnvelopeType; payload: JsonObject; retry?: Retry };

type Waiting = { connection: WebSocket; answer: (body: Json) => void; lose: () => void };

type Envelopes = {
  post(connection: WebSocket, envelope: Envelope, timeoutMs: number): Promise<Ack>;
  onMessage(data: string): void;
  onClose(connection: WebSocket): void;
};

function wire(id: string, { type, payload, retry }: Envelope): string {
  const attempt = { retry_attempt: retry?.num ?? 0, retry_reason: retry?.reason ?? '' };
  return JSON.stringify({
    envelope_id: id,
    type,
    payload,
    accepts_response_payload: type !== 'events_api',
    ...(type === 'events_api' ? attempt : {}),
  });
}

/** Who waits for which acknowledgement. */
function createEnvelopes(): Envelopes {
  const waiting = new Map<string, Waiting>();
  return {
    post(connection, envelope, timeoutMs) {
      const id = randomUUID();
      const startedAt = performance.now();
      return new Promise((resolve) => {
        const end = (outcome: Omit<Ack, 'ackMs' | 'noRetry'>): void => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve({ ...outcome, ackMs: Math.round(performance.now() - startedAt), noRetry: false });
        };
        const timer = setTimeout(() => end({ status: 0, body: null, error: 'operation_timeout' }), timeoutMs);
        waiting.set(id, {
          connection,
          answer: (body) => end({ status: 200, body }),
          lose: () => end({ status: 0, body: null, error: 'connection_failed' }),
        });
        connection.send(wire(id, envelope));
      });
    },
    onMessage(data) {
      const message = parseJson(data);
      if (!isObject(message)) return;
      const { payload } = message;
      // An empty acknowledgement arrives as an empty object, or as none.
      const isEmpty = payload === undefined || (isObject(payload) && Object.keys(payload).length === 0);
      waiting.get(textAt(message, 'envelope_id') ?? '')?.answer(isEmpty ? null : payload);
    },
    onClose(connection) {
      for (const envelope of waiting.values()) if (envelope.connection === connection) envelope.lose();
    },
  };
}

function hello(workspace: Workspace, connections: number): string {
  return JSON.stringify({
    type: 'hello',
    num_connections: connections,
    debug_info: { host: 'applink-sandbox', build_number: 1, approximate_connection_time: 18_060 },
    connection_info: { app_id: workspace.options.appId },
  });
}

type Gate = { issue(): string; open(ticket: string): boolean };

/** Each ticket opens one connection, soon. */
function createGate(): Gate {
  const tickets = new Map<string, number>();
  return {
    issue() {
      const ticket = randomUUID();
      tickets.set(ticket, Date.now() + TICKET_LIFETIME_MS);
      return ticket;
    },
    open(ticket) {
      const expiresAt = tickets.get(ticket);
      return tickets.delete(ticket) && expiresAt !== undefined && expiresAt > Date.now();
    },
  };
}

export function createSocketMode(workspace: Workspace, server: Server): SocketMode {
  const sockets = new WebSocketServer({ noServer: true });
  const envelopes = createEnvelopes();
  const gate = createGate();
  const open: WebSocket[] = [];
  let turn = 0;

  const accept = (connection: WebSocket): void => {
    open.push(connection);
    connection.on('message', (data: Buffer) => envelopes.onMessage(data.toString()));
    connection.on('error', () => connection.terminate());
    connection.on('close', () => {
      open.splice(open.indexOf(connection), 1);
      envelopes.onClose(connection);
      changed(workspace);
    });
    connection.send(hello(workspace, open.length));
    changed(workspace);
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/link/' && gate.open(url.searchParams.get('ticket') ?? '')) {
      sockets.handleUpgrade(request, socket, head, accept);
    } else {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    }
  });

  const pings = setInterval(() => {
    for (const connection of open) connection.ping();
  }, PING_EVERY_MS);
  pings.unref();

  return {
    isOpen: () => open.length > 0,
    connections: () => open.length,
    issueUrl() {
      if (open.length >= MOST_CONNECTIONS) return undefined;
      return `${workspace.origin.replace('http', 'ws')}/link/?ticket=${gate.issue()}&app_id=${workspace.options.appId}`;
    },
    send(envelope, timeoutMs) {
      const connection = open[turn % open.length];
      turn += 1;
      if (connection !== undefined) return envelopes.post(connection, envelope, timeoutMs);
      return Promise.resolve({ status: 0, ackMs: 0, body: null, noRetry: false, error: 'connection_failed' });
    },
    disconnect(reason) {
      for (const connection of open) connection.send(JSON.stringify({ type: 'disconnect', reason }));
    },
    stop() {
      clearInterval(pings);
      for (const connection of sockets.clients) connection.terminate();
      return new Promise((resolve) => {
        sockets.close(() => resolve());
      });
    },
  };
}
