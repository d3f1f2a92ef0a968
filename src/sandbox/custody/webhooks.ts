// The webhook API: registering, changing and testing addresses, and reading what was sent to them.
import { z } from 'zod';
import { ok, refused } from './answer.ts';
import type { Answer } from './answer.ts';
import { sendSigned } from './deliveries.ts';
import { newId, newSecret } from './ids.ts';
import { printJson } from './json.ts';
import { listed } from './pages.ts';
import { isoNow } from './world.ts';
import type { Webhook, World } from './world.ts';

const webhooksPerOrganisation = 5;
const retentionMs = 31 * 24 * 60 * 60_000;

const eventKinds = [
  '*',
  'policy.triggered',
  'policy.approval.pending',
  'policy.approval.resolved',
  'key.created',
  'key.deleted',
  'key.delegated',
  'key.exported',
  'wallet.blockchainevent.detected',
  'wallet.created',
  'wallet.activated',
  'wallet.delegated',
  'wallet.exported',
  ...['failed', 'rejected', 'requested', 'signed'].map((step) => `wallet.signature.${step}`),
  ...['broadcasted', 'confirmed', 'failed', 'rejected', 'requested'].flatMap((step) => [
    `wallet.transaction.${step}`,
    `wallet.transfer.${step}`,
  ]),
  'wallet.offer.received',
  'wallet.offer.accepted',
  'wallet.offer.rejected',
  'wallet.offer.withdrawn',
  'wallet.tags.modified',
  'payout.action.required',
];

const createSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  events: z.array(z.enum(eventKinds)).min(1),
  status: z.enum(['Enabled', 'Disabled']).optional(),
  description: z.string().max(256).optional(),
});
const updateSchema = createSchema.partial();

// The secret is shown once, in the answer that creates it.
function shown(webhook: Webhook) {
  const { secret: _, ...rest } = webhook;
  return rest;
}

const notFound = (world: World, webhookId: string): Answer =>
  refused(404, 'webhook not found', { webhookId, orgId: world.org.id });

export function createWebhook(world: World, body: unknown): Answer {
  const input = createSchema.safeParse(body);
  if (!input.success) return refused(400, 'invalid webhook');
  if (world.webhooks.size >= webhooksPerOrganisation) return refused(400, 'maximum number of webhooks reached');
  const { url, events, status, description } = input.data;
  return ok(
    addWebhook(world, {
      url,
      events,
      ...(status === undefined ? {} : { status }),
      ...(description === undefined ? {} : { description }),
    }),
  );
}

export function addWebhook(
  world: World,
  input: Pick<Webhook, 'url'> & Partial<Pick<Webhook, 'events' | 'status' | 'description' | 'secret'>>,
): Webhook {
  const now = isoNow(world);
  const webhook: Webhook = {
    id: newId('wh'),
    url: input.url,
    events: input.events ?? ['*'],
    status: input.status ?? 'Enabled',
    ...(input.description === undefined ? {} : { description: input.description }),
    dateCreated: now,
    dateUpdated: now,
    secret: input.secret ?? newSecret(),
  };
  world.webhooks.set(webhook.id, webhook);
  return webhook;
}

export function listWebhooks(world: World, query: URLSearchParams): Answer {
  const all = [...world.webhooks.values()].map((webhook, index) => ({ sequence: index + 1, item: shown(webhook) }));
  return listed(all, query, world.org.maxPageSize);
}

export function getWebhook(world: World, webhookId: string): Answer {
  const webhook = world.webhooks.get(webhookId);
  return webhook ? ok(shown(webhook)) : notFound(world, webhookId);
}

export function updateWebhook(world: World, webhookId: string, body: unknown): Answer {
  const before = world.webhooks.get(webhookId);
  if (before === undefined) return notFound(world, webhookId);
  const input = updateSchema.safeParse(body);
  if (!input.success) return refused(400, 'invalid webhook');
  const { url, events, status, description } = input.data;
  const after: Webhook = {
    ...before,
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events }),
    ...(status === undefined ? {} : { status }),
    ...(description === undefined ? {} : { description }),
    dateUpdated: isoNow(world),
  };
  world.webhooks.set(webhookId, after);
  return ok(shown(after));
}

export function deleteWebhook(world: World, webhookId: string): Answer {
  return world.webhooks.delete(webhookId) ? ok({ deleted: true }) : notFound(world, webhookId);
}

/** Sends a fake event that is kept nowhere; its shape is not documented. */
export async function pingWebhook(world: World, webhookId: string): Promise<Answer> {
  const webhook = world.webhooks.get(webhookId);
  if (webhook === undefined) return notFound(world, webhookId);
  const body = printJson({
    id: newId('whe'),
    date: isoNow(world),
    kind: 'webhook.ping',
    data: {},
    deliveryAttempt: 1,
    timestampSent: Math.floor(world.webhookClock() / 1000),
  });
  const { receipt } = await sendSigned(world, webhook, body);
  return receipt.kind === 'answered'
    ? ok({ status: String(receipt.status), ...(receipt.status === 200 ? {} : { error: 'not 200' }) })
    : ok({ status: receipt.code, error: receipt.message });
}

export function listWebhookEvents(world: World, webhookId: string, query: URLSearchParams): Answer {
  if (!world.webhooks.has(webhookId)) return notFound(world, webhookId);
  const kind = query.get('kind');
  const failed = query.get('deliveryFailed');
  if (failed !== null && failed !== 'true' && failed !== 'false') return refused(400, 'deliveryFailed is not valid');
  const all = eventsOf(world, webhookId)
    .filter(({ shown: event }) => kind === null || event.kind === kind)
    .filter(({ shown: event }) => failed === null || event.deliveryFailed === (failed === 'true'))
    .map((event) => ({ sequence: event.sequence, item: event.shown }));
  return listed(all, query, world.org.maxPageSize);
}

export function getWebhookEvent(world: World, webhookId: string, eventId: string): Answer {
  const event = eventsOf(world, webhookId).find(({ shown: each }) => each.id === eventId);
  return event ? ok(event.shown) : refused(404, 'webhook event not found', { webhookId, webhookEventId: eventId });
}

const eventsOf = (world: World, webhookId: string) =>
  world.webhookEvents.filter(
    (event) => event.webhookId === webhookId && world.clock.now() - event.raisedAt < retentionMs,
  );
