// A Slack workspace in one process: Web API, Socket Mode, signed requests to the app, and levers for tests and the demo.
import { createServer, type Server } from 'node:http';
import express, { type Response } from 'express';
import { createControls, type Controls } from './control.ts';
import { controlRoutes } from './control-routes.ts';
import { createEvents } from './events.ts';
import { createFaults } from './faults.ts';
import type { Desk } from './gestures/outcome.ts';
import { isObject, parseJson } from './json.ts';
import type { Context } from './methods/method.ts';
import type { SlackOptions } from './options.ts';
import { createRates } from './rates.ts';
import { createResponseUrls, type ResponseUrls } from './response-urls.ts';
import { createSocketMode } from './socket-mode.ts';
import { createTriggers } from './triggers.ts';
import { serveMethod } from './web-api.ts';
import { createWorkspace } from './workspace.ts';

export type SlackSandbox = Controls & {
  /** The base of the Web API, for `slackApiUrl`. */
  url: string;
  /** Where /_sandbox/ is. */
  origin: string;
  stop(): Promise<void>;
};

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

function useResponseUrl(responseUrls: ResponseUrls, secret: string, body: unknown): ReturnType<ResponseUrls['use']> {
  const parsed = Buffer.isBuffer(body) ? parseJson(body.toString('utf8')) : undefined;
  return isObject(parsed) ? responseUrls.use(secret, parsed) : { status: 400, body: 'invalid_payload' };
}

export async function startSlack(options: SlackOptions): Promise<SlackSandbox> {
  const workspace = createWorkspace(options);
  const web = express();
  const server = createServer(web);
  const socket = createSocketMode(workspace, server);
  const context: Context = { workspace, triggers: createTriggers(workspace), issueSocketUrl: () => socket.issueUrl() };
  const events = createEvents(workspace, socket);
  const responseUrls = createResponseUrls(context);
  const faults = createFaults();
  const rates = createRates(options.rates ?? {});
  const desk: Desk = { context, socket, events, responseUrls };
  const controls = createControls({ desk, faults, rates, socket, events });
  const streams = new Set<Response>();

  web.disable('x-powered-by');
  web.use('/_sandbox', controlRoutes(controls, streams));
  web.use(express.raw({ type: () => true, limit: '5mb' }));
  web.all('/api/:method', (request, response) => serveMethod({ context, faults, rates }, request, response));
  web.post('/actions/:team/:secret', (request, response) => {
    const outcome = useResponseUrl(responseUrls, request.params.secret, request.body);
    response.status(outcome.status).send(outcome.body);
  });

  workspace.origin = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  return {
    ...controls,
    url: `${workspace.origin}/api/`,
    origin: workspace.origin,
    async stop() {
      for (const response of streams) response.end();
      await events.stop();
      await socket.stop();
      await close(server);
    },
  };
}

export type { PersonInput, SlackOptions } from './options.ts';
export type { MessageState } from './state.ts';
