// Signed webhooks as a Dfns-shaped platform sends them.
import { createHmac } from 'node:crypto';

export const secret = 'whs-TESTONLY00000000000000000000000';

export type SignedDelivery = { body: Buffer; headers: Record<string, string> };

export type DeliveryParts = {
  approvalId?: string | null;
  eventId?: string;
  retryOf?: string;
  memo?: string;
  kind?: string;
  /** Unix seconds. */
  sentAt?: number;
  secret?: string;
};

export function aDelivery(parts: DeliveryParts = {}): SignedDelivery {
  const { approvalId = 'ap-4bbqu-o5317-mc5avdju67fmt058', eventId = 'whe-1', kind = 'policy.approval.pending' } = parts;
  const event = {
    id: eventId,
    kind,
    date: '2026-11-20T12:00:00.000Z',
    data: {
      ...(approvalId === null ? {} : { approval: { id: approvalId, status: 'Pending' } }),
      memo: parts.memo ?? '',
    },
    deliveryAttempt: parts.retryOf === undefined ? 1 : 2,
    timestampSent: parts.sentAt ?? Math.floor(Date.now() / 1000),
    ...(parts.retryOf === undefined ? {} : { retryOf: parts.retryOf }),
  };
  const body = Buffer.from(JSON.stringify(event));
  return { body, headers: signed(body, parts.secret) };
}

export function signed(body: Buffer, key: string = secret): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-dfns-webhook-signature': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
  };
}

export function distinctDeliveries(count: number, prefix = 'ap'): SignedDelivery[] {
  return Array.from({ length: count }, (_, index) =>
    aDelivery({ approvalId: `${prefix}-${index}`, eventId: `whe-${index}` }),
  );
}
