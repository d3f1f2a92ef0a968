// The Express app: probes and metrics, the guarded door for Slack, and 404 for the rest.
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Context } from '../context.ts';
import { answerLive, answerReady, type Probes } from './health.ts';
import { guardSlack } from './slack-guard.ts';

export type AppDeps = Pick<Context, 'log' | 'now'> & {
  readonly probes: Probes;
  readonly metrics: { readonly contentType: string; read(): Promise<string> };
  /** Null in Socket Mode and without Slack: then the route does not exist. */
  readonly slack: {
    readonly signingSecret: string;
    /** Puts Bolt's receiver into the app, behind the guard. */
    mount(app: Express): void;
  } | null;
};

const slackPath = '/slack/events';

export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/livez', answerLive());
  app.get('/readyz', answerReady(deps.probes));
  app.get('/metrics', answerMetrics(deps.metrics));
  if (deps.slack !== null) {
    app.use(slackPath, guardSlack({ signingSecret: deps.slack.signingSecret, now: deps.now, log: deps.log }));
    deps.slack.mount(app);
  }
  app.use(answerNotFound);
  app.use(answerFault(deps.log));
  return app;
}

function answerMetrics(metrics: AppDeps['metrics']): RequestHandler {
  return async (_request, response) => {
    const text = await metrics.read();
    response.set('content-type', metrics.contentType).send(text);
  };
}

const answerNotFound: RequestHandler = (_request, response) => {
  response.status(404).type('text/plain').send('not found');
};

/** Express would print the stack to whoever asked. */
function answerFault(log: AppDeps['log']): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    log.error({ err: error, method: request.method }, 'request failed');
    if (response.headersSent) return next(error);
    response.status(500).type('text/plain').send('internal error');
  };
}
