// The control API over HTTP, open to any page: everything under /_sandbox/.
import { Router, json, type Request, type Response } from 'express';
import { z } from 'zod';
import { channelPatch, personPatch, type Controls, type Done } from './control.ts';
import { faultShape } from './faults.ts';
import type { Outcome } from './gestures/outcome.ts';
import type { Json, JsonObject } from './json.ts';

const anything: z.ZodType<Json> = z.json();
const object: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const words = z.string().min(1);

const clickBody = z.strictObject({
  user: words,
  channel: words,
  ts: words,
  blockId: z.string().optional(),
  actionId: words,
  value: anything.optional(),
  selected: anything.optional(),
  raw: z.boolean().optional(),
  payload: object.optional(),
  forgery: z
    .strictObject({
      signature: z.string().optional(),
      timestamp: z.string().optional(),
      contentType: z.string().optional(),
      signingSecret: z.string().optional(),
    })
    .optional(),
});

const modalBody = z.strictObject({
  user: words,
  viewId: words,
  action: z.enum(['submit', 'close', 'click', 'fill']),
  state: object.optional(),
  blockId: z.string().optional(),
  actionId: z.string().optional(),
  value: anything.optional(),
  selected: anything.optional(),
  all: z.boolean().optional(),
});

const commandBody = z.strictObject({ user: words, channel: words, command: words, text: z.string().optional() });
const ratesBody = z.strictObject({
  enabled: z.boolean().optional(),
  postMessageBurst: z.int().min(1).optional(),
  tierFactor: z.number().positive().optional(),
});

type Handler = (request: Request, response: Response) => unknown;

function body<T extends z.ZodType>(schema: T, request: Request, response: Response): z.output<T> | undefined {
  const given: unknown = request.body ?? {};
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  response.status(400).json({ ok: false, error: 'bad_request', detail: z.prettifyError(parsed.error) });
  return undefined;
}

function answerOutcome(response: Response, outcome: Outcome): void {
  response.status(outcome.kind === 'impossible' ? 404 : 200).json(outcome);
}

function answerDone(response: Response, done: Done): void {
  response.status(done.ok ? 200 : 404).json(done);
}

/** A handler for a body of one shape: parsed first, or answered with 400. */
function withBody<T extends z.ZodType>(
  schema: T,
  act: (given: z.output<T>, response: Response, request: Request) => unknown,
): Handler {
  return async (request, response) => {
    const given = body(schema, request, response);
    if (given !== undefined) await act(given, response, request);
  };
}

function gestures(router: Router, controls: Controls): void {
  router.post(
    '/click',
    withBody(clickBody, async (given, response) => answerOutcome(response, await controls.click(given))),
  );
  router.post(
    '/modal',
    withBody(modalBody, async (given, response) => answerOutcome(response, await controls.modal(given))),
  );
  router.post(
    '/command',
    withBody(commandBody, async (given, response) => answerOutcome(response, await controls.command(given))),
  );
  router.post(
    '/shortcut',
    withBody(z.strictObject({ user: words, callbackId: words }), async (given, response) =>
      answerOutcome(response, await controls.shortcut(given)),
    ),
  );
  router.post(
    '/home',
    withBody(z.strictObject({ user: words }), async (given, response) =>
      answerOutcome(response, await controls.home(given)),
    ),
  );
}

function levers(router: Router, controls: Controls): void {
  router.post(
    '/event',
    withBody(object, async (given, response) => answerDone(response, await controls.event(given))),
  );
  router.post(
    '/faults',
    withBody(faultShape, (given, response) => answerDone(response, controls.fault(given))),
  );
  router.get('/faults', (_request, response) => response.json(controls.faults()));
  router.delete('/faults', (_request, response) => {
    controls.clearFaults();
    response.json({ ok: true });
  });
  router.post(
    '/users/:id',
    withBody(personPatch, async (given, response, request) =>
      answerDone(response, await controls.changeUser(String(request.params['id']), given)),
    ),
  );
  router.post(
    '/channel',
    withBody(channelPatch, async (given, response) => answerDone(response, await controls.changeChannel(given))),
  );
  router.post(
    '/delete-message',
    withBody(z.strictObject({ channel: words, ts: words }), (given, response) =>
      answerDone(response, controls.deleteMessage(given)),
    ),
  );
  router.post(
    '/token',
    withBody(z.strictObject({ revoked: z.boolean(), error: z.string().optional() }), async (given, response) =>
      answerDone(response, await controls.token(given)),
    ),
  );
}

function settings(router: Router, controls: Controls): void {
  const set = <T extends z.ZodType>(path: string, schema: T, apply: (given: z.output<T>) => void): void => {
    router.post(
      path,
      withBody(schema, (given, response) => {
        apply(given);
        response.json({ ok: true });
      }),
    );
  };
  set('/request-url', z.strictObject({ url: z.url().nullable() }), ({ url }) =>
    controls.setRequestUrl(url ?? undefined),
  );
  set('/scopes', z.strictObject({ scopes: z.array(z.string()) }), ({ scopes }) => controls.scopes(scopes));
  set('/rates', ratesBody, (given) => controls.rates(given));
  set('/clock', z.strictObject({ advanceMs: z.number() }), ({ advanceMs }) => controls.advanceClock(advanceMs));
  set('/socket', z.strictObject({ disconnect: z.string() }), ({ disconnect }) =>
    controls.disconnectSockets(disconnect),
  );
  router.delete('/records', (_request, response) => {
    controls.clearRecords();
    response.json({ ok: true });
  });
}

/** Server-sent events: one line for every change, starting with where things stand. */
function stream(controls: Controls, streams: Set<Response>): Handler {
  return (_request, response) => {
    response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
    const tell = (revision: number): void => {
      response.write(`data: ${JSON.stringify({ revision })}\n\n`);
    };
    const unsubscribe = controls.subscribe(tell);
    streams.add(response);
    response.on('close', () => {
      unsubscribe();
      streams.delete(response);
    });
    tell(controls.state('').revision);
  };
}

export function controlRoutes(controls: Controls, streams: Set<Response>): Router {
  const router = Router();
  router.use((request, response, next) => {
    response.set({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      'access-control-allow-headers': 'content-type',
    });
    if (request.method === 'OPTIONS') response.sendStatus(204);
    else next();
  });
  router.use(json({ limit: '2mb' }));
  router.get('/state', (request, response) => {
    const { as } = request.query;
    response.json(controls.state(typeof as === 'string' && as !== '' ? as : undefined));
  });
  router.get('/calls', (request, response) => {
    const { method } = request.query;
    response.json(controls.calls(typeof method === 'string' && method !== '' ? method : undefined));
  });
  router.get('/events', stream(controls, streams));
  gestures(router, controls);
  levers(router, controls);
  settings(router, controls);
  return router;
}
