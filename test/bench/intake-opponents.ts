// The opponents of the intake: the ways in which such a server is usually written.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { Queue } from 'bullmq';
import express, { type Express, type Request, type RequestHandler } from 'express';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import { z } from 'zod';
import { secret } from './webhooks.ts';

const eventSchema = z.object({
  id: z.string(),
  kind: z.string(),
  data: z.object({ approval: z.object({ id: z.string() }) }),
});

/** (a) Express and the signature, and no storage at all: what is acknowledged is lost with the process. */
export async function startExpressOnly(): Promise<{ port: number }> {
  const app = express();
  app.post('/webhooks/:connection', express.raw({ type: () => true, limit: '256kb' }), (request, response) => {
    if (!isSigned(request)) return void response.status(401).send('unauthorized');
    eventSchema.parse(JSON.parse(bodyOf(request).toString()));
    response.status(200).send('ok');
  });
  return listen(app);
}

/** (b) The dual write: a row in PostgreSQL, then a job in Redis, then the answer. Between the two, jobs can be lost. */
export async function startDualWrite(order: {
  databaseUrl: string;
  redisUrl: string | null;
}): Promise<{ port: number }> {
  if (order.redisUrl === null) throw new Error('the dual write needs a Redis');
  const sql = postgres(order.databaseUrl, { max: 10, onnotice: () => {} });
  const queue = new Queue('dual-write', { connection: new Redis(order.redisUrl, { maxRetriesPerRequest: null }) });
  const app = express();
  const receive: RequestHandler = async (request, response) => {
    if (!isSigned(request)) return void response.status(401).send('unauthorized');
    const body = bodyOf(request);
    const event = eventSchema.parse(JSON.parse(body.toString()));
    const approvalId = event.data.approval.id;
    const headers = JSON.stringify({ 'content-type': request.headers['content-type'] });
    const stored = await sql`
      insert into deliveries (connection, dedupe_key, event_kind, platform_id, headers, body)
      values ('treasury', ${event.id}, ${event.kind}, ${approvalId}, ${headers}::text::jsonb, ${body})
      on conflict do nothing returning id`;
    if (stored.length > 0) await queue.add('refresh', { approvalId });
    response.status(200).send('ok');
  };
  app.post('/webhooks/:connection', express.raw({ type: () => true, limit: '256kb' }), receive);
  return listen(app);
}

/**
 * (c) The handler of the vendor's guide: it asks and decides before it answers, and checks no signature. Its client is
 * played by two plain requests, which is less than the real one needs.
 */
export async function startGuideHandler(order: { apiUrl: string }): Promise<{ port: number }> {
  const app = express();
  const receive: RequestHandler = async (request, response) => {
    const event = eventSchema.parse(request.body);
    const approval = await fetch(`${order.apiUrl}/policy-approvals/${event.data.approval.id}`);
    await approval.json();
    const decision = await fetch(`${order.apiUrl}/policy-approvals/${event.data.approval.id}/decisions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ value: 'Approved', reason: 'within limits' }),
    });
    await decision.json();
    response.status(200).send('OK');
  };
  app.post('/webhooks/:connection', express.json({ limit: '256kb' }), receive);
  return listen(app);
}

function bodyOf(request: Request): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function isSigned(request: Request): boolean {
  const claimed = Buffer.from(request.get('x-dfns-webhook-signature')?.slice('sha256='.length) ?? '', 'hex');
  const expected = createHmac('sha256', secret).update(bodyOf(request)).digest();
  return claimed.length === expected.length && timingSafeEqual(claimed, expected);
}

async function listen(app: Express): Promise<{ port: number }> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port };
}
