// Stays connected in Socket Mode: reconnects at once when Slack recycles a connection, and with pauses when it can't.
import type { SocketModeReceiver } from '@slack/bolt';
import type { Logger } from '../log.ts';

type SocketClient = SocketModeReceiver['client'];

export type Connection = {
  isOpen(): boolean;
  close(): Promise<void>;
};

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A connection that says nothing for this long while it is made is not going to be one. */
const helloMs = 15_000;
const goodbyeMs = 2000;

/**
 * The client's own way of reconnecting rejects where nobody listens when Slack refuses the token, which ends the
 * process; and it waits five seconds where Slack only wants a new connection.
 */
export function keepConnected(client: SocketClient, log: Logger): Connection {
  const stopping = new AbortController();
  const state = { isOpen: false };
  const loop = run(client, log, stopping.signal, state);
  return {
    isOpen: () => state.isOpen,
    close: async () => {
      stopping.abort();
      await Promise.race([client.disconnect(), pause(goodbyeMs)]);
      await loop;
    },
  };
}

async function run(client: SocketClient, log: Logger, signal: AbortSignal, state: { isOpen: boolean }): Promise<void> {
  let pauseMs = 0;
  while (!signal.aborted) {
    const ended = untilDisconnected(client, signal);
    try {
      await connect(client, signal);
      state.isOpen = true;
      pauseMs = 0;
      log.info('socket open');
      await ended.promise;
      log.info('socket closed');
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'socket not open');
      pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, pauseMs * 2));
    }
    ended.forget();
    state.isOpen = false;
    if (pauseMs > 0) await pause(pauseMs, signal);
  }
}

/** Listens from before the start, so that a connection which ends at once is not waited for. */
function untilDisconnected(client: SocketClient, signal: AbortSignal): { promise: Promise<void>; forget(): void } {
  const { promise, resolve: end } = deferred();
  client.once('disconnected', end);
  signal.addEventListener('abort', end, { once: true });
  return {
    promise,
    forget: () => {
      client.off('disconnected', end);
      signal.removeEventListener('abort', end);
    },
  };
}

async function connect(client: SocketClient, signal: AbortSignal): Promise<void> {
  const soon = new AbortController();
  const opened = client.start().then(() => 'open' as const);
  const timedOut = pause(helloMs, AbortSignal.any([signal, soon.signal])).then(() => 'late' as const);
  try {
    if ((await Promise.race([opened, timedOut])) === 'open') return;
  } finally {
    soon.abort();
  }
  // What comes of it later is nobody's business any more.
  opened.catch(() => {});
  await Promise.race([client.disconnect(), pause(goodbyeMs)]);
  throw new Error('failed to open a socket: no hello');
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  const resolvers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => resolvers.push(resolve));
  return { promise, resolve: () => resolvers.forEach((resolve) => resolve()) };
}

/** Ends early, and quietly, when it is called off. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal?.aborted === true) return resolve();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
