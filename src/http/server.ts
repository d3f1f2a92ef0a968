// One node:http server: /webhooks/* on a plain handler, everything else on the Express app that Bolt shares.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { handleWebhooks, webhookPrefix, type WebhookDeps } from './webhooks.ts';

export type HttpDeps = WebhookDeps & {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Sealed by the caller: routes that are added later come after the answer 404. */
  readonly app: RequestListener;
  readonly onRequest?: RequestObserver;
};

/** Called when a request is over, one way or the other. */
export type RequestObserver = (room: 'webhooks' | 'app', status: number, seconds: number) => void;

export type HttpServer = {
  readonly url: string;
  readonly port: number;
  /** Refuses new connections at once, finishes what runs, and cuts what has not ended after `graceMs`. */
  stop(): Promise<void>;
};

/** Limits before anybody is trusted; Node's own are a minute for headers and five for a request. */
const limits = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  /** How often the two above are looked at: 30 s unless told otherwise. */
  connectionsCheckingInterval: 1000,
  /** Longer than the idle time-out of common load balancers (60 s), or they reuse connections that just closed. */
  keepAliveTimeout: 65_000,
} as const;

const maxConnections = 4096;
const graceMs = 2000;

export async function startHttp(deps: HttpDeps): Promise<HttpServer> {
  const webhooks = handleWebhooks(deps);
  const { app, onRequest } = deps;
  const server = createServer(limits, (request, response) => {
    const isWebhook = request.url?.startsWith(webhookPrefix) === true;
    if (onRequest !== undefined) {
      const startedAt = performance.now();
      response.once('close', () => {
        const room = isWebhook ? 'webhooks' : 'app';
        onRequest(room, response.statusCode, (performance.now() - startedAt) / 1000);
      });
    }
    if (!isWebhook) return app(request, response);
    webhooks(request, response).catch((error: unknown) => {
      deps.log.error({ err: error }, 'request failed');
      response.destroy();
    });
  });
  server.maxConnections = maxConnections;
  server.listen(deps.port, deps.host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('failed to listen on a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    stop: async () => (stopped ??= stop(server)),
  };
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A connection that turns idle later would otherwise be kept alive, and the server with it.
  const sweeping = setInterval(() => server.closeIdleConnections(), 25);
  const cutting = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweeping);
  clearTimeout(cutting);
}
