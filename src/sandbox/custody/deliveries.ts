// Sending events: exactly 200 acknowledges, five attempts over a day, and every attempt is a new event.
import { createHmac } from 'node:crypto';
import type { EpochMs } from './clock.ts';
import type { Receipt } from './courier.ts';
import { strikeOf } from './faults.ts';
import { newId } from './ids.ts';
import { copyObject, printJson } from './json.ts';
import type { JsonObject } from './json.ts';
import { iso, isoNow } from './world.ts';
import type { Webhook, WebhookEvent, World } from './world.ts';

const minuteMs = 60_000;
const attemptDelaysMs = [0, minuteMs, 12 * minuteMs, 120 * minuteMs, 24 * 60 * minuteMs] as const;

// Long enough for another event to come along, short enough that nothing waits for ever.
const holdBackMs = 1_000;

/** One event on its way to one webhook, through all its attempts. */
interface Lineage {
  webhookId: string;
  kind: string;
  data: JsonObject;
  approvalId: string | null;
  date: string;
  raisedAt: EpochMs;
  attempt: number;
  firstAttemptAt: EpochMs;
  previousEventId: string | undefined;
}

/** Tells every enabled webhook that subscribed; returns at once, `world.courier.settled()` waits. */
export function raise(world: World, event: { kind: string; data: unknown; approvalId: string | null }): void {
  const data = copyObject(event.data);
  for (const webhook of world.webhooks.values()) {
    if (webhook.status !== 'Enabled') continue;
    if (!webhook.events.includes('*') && !webhook.events.includes(event.kind)) continue;
    const now = world.clock.now();
    const lineage: Lineage = {
      webhookId: webhook.id,
      kind: event.kind,
      data,
      approvalId: event.approvalId,
      date: isoNow(world),
      raisedAt: now,
      attempt: 1,
      firstAttemptAt: now,
      previousEventId: undefined,
    };
    world.courier.track(dispatch(world, lineage));
  }
}

/** Lets a fault change the order of first attempts. */
async function dispatch(world: World, lineage: Lineage): Promise<void> {
  if (world.heldBack === undefined && strikeOf(world, 'webhook-reorder', lineage.approvalId ?? undefined)) {
    const release = (): Promise<void> => {
      cancel();
      return attempt(world, lineage);
    };
    const held = { release };
    const cancel = world.clock.at(world.clock.now() + holdBackMs, async () => {
      if (world.heldBack !== held) return;
      world.heldBack = undefined;
      await attempt(world, lineage);
    });
    world.heldBack = held;
    return;
  }
  await attempt(world, lineage);
  const heldBack = world.heldBack;
  world.heldBack = undefined;
  await heldBack?.release();
}

async function attempt(world: World, lineage: Lineage): Promise<void> {
  const webhook = world.webhooks.get(lineage.webhookId);
  // Disabled or deleted meanwhile: the retries end here.
  if (webhook?.status !== 'Enabled') return;
  const eventId = newId('whe');
  const isDropped = world.droppingWebhooks || strikeOf(world, 'webhook-drop', lineage.approvalId ?? undefined);
  if (isDropped) {
    // Lost altogether: not listed, not tried again. The worst that a webhook can do.
    writeLine(world, lineage, { eventId, status: 'dropped', acknowledged: false, tookMs: 0 });
    return;
  }
  const timestampSent = Math.floor(world.webhookClock() / 1000);
  const body = printJson({
    id: eventId,
    date: lineage.date,
    kind: lineage.kind,
    data: lineage.data,
    deliveryAttempt: lineage.attempt,
    timestampSent,
    ...(lineage.previousEventId === undefined ? {} : { retryOf: lineage.previousEventId }),
  });
  const copies = strikeOf(world, 'webhook-duplicate', lineage.approvalId ?? undefined)?.n ?? 0;
  const receipts = [await sendSigned(world, webhook, body)];
  for (let copy = 0; copy < copies; copy += 1) {
    // A duplicate comes after the original, never beside it.
    receipts.push(await sendSigned(world, webhook, body));
  }
  for (const { receipt, tookMs } of receipts) {
    writeLine(world, lineage, { eventId, status: statusOf(receipt), acknowledged: isAcknowledged(receipt), tookMs });
  }
  const [first] = receipts;
  if (first) finish(world, lineage, { eventId, timestampSent, receipt: first.receipt });
}

function finish(
  world: World,
  lineage: Lineage,
  sent: { eventId: string; timestampSent: number; receipt: Receipt },
): void {
  const failed = !isAcknowledged(sent.receipt);
  const delayMs = failed ? attemptDelaysMs[lineage.attempt] : undefined;
  const nextAt = delayMs === undefined ? undefined : lineage.firstAttemptAt + delayMs;
  const event: WebhookEvent = {
    webhookId: lineage.webhookId,
    sequence: world.webhookEvents.length + 1,
    raisedAt: lineage.raisedAt,
    approvalId: lineage.approvalId,
    shown: {
      id: sent.eventId,
      date: lineage.date,
      kind: lineage.kind,
      data: lineage.data,
      deliveryAttempt: lineage.attempt,
      timestampSent: sent.timestampSent,
      ...(lineage.previousEventId === undefined ? {} : { retryOf: lineage.previousEventId }),
      status: statusOf(sent.receipt),
      ...(failed ? { error: sent.receipt.kind === 'failed' ? sent.receipt.message : 'not 200' } : {}),
      deliveryFailed: failed,
      ...(nextAt === undefined ? {} : { nextAttemptDate: iso(nextAt) }),
    },
  };
  world.webhookEvents.push(event);
  if (nextAt === undefined) return;
  const next: Lineage = { ...lineage, attempt: lineage.attempt + 1, previousEventId: sent.eventId };
  world.clock.at(nextAt, () => {
    const work = attempt(world, next);
    world.courier.track(work);
    return work;
  });
}

const isAcknowledged = (receipt: Receipt): boolean => receipt.kind === 'answered' && receipt.status === 200;

const statusOf = (receipt: Receipt): string => (receipt.kind === 'answered' ? String(receipt.status) : receipt.code);

/** One signed POST, outside any lineage. */
export async function sendSigned(
  world: World,
  webhook: Webhook,
  body: string,
): Promise<{ receipt: Receipt; tookMs: number }> {
  const startedAt = performance.now();
  const signature = createHmac('sha256', webhook.secret).update(body, 'utf8').digest('hex');
  const receipt = await world.courier.carry(webhook.url, body, { 'x-dfns-webhook-signature': `sha256=${signature}` });
  const tookMs = Math.round(performance.now() - startedAt);
  world.log(`webhook ${webhook.id} -> ${statusOf(receipt)} in ${tookMs} ms`);
  return { receipt, tookMs };
}

function writeLine(
  world: World,
  lineage: Lineage,
  line: { eventId: string; status: string; acknowledged: boolean; tookMs: number },
): void {
  world.deliveries.push({
    at: world.clock.now(),
    webhookId: lineage.webhookId,
    retryOf: lineage.previousEventId ?? null,
    kind: lineage.kind,
    attempt: lineage.attempt,
    approvalId: lineage.approvalId,
    ...line,
  });
}
