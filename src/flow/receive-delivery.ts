// 1. receive-delivery: verify the raw bytes, store them (deduplicated), COMMIT; only then may the sender hear 200.
import type { Context } from '../context.ts';
import type { Inbox } from '../db/deliveries.ts';
import type { RawDelivery, Verification } from '../platforms/platform.ts';
import { crashPoint } from './crash-points.ts';

export type ReceiveContext = Pick<Context, 'platforms' | 'now' | 'log'> & { readonly inbox: Inbox };

type Rejection = Extract<Verification, { kind: 'rejected' }>['reason'];

export type Receipt =
  | { readonly kind: 'stored' }
  | { readonly kind: 'duplicate' }
  /** The reason is for the log and the metrics; the sender hears the same whatever it is. */
  | { readonly kind: 'refused'; readonly reason: Rejection | 'unknown-connection' }
  /** Not stored, or not known to be: the sender must try again. */
  | { readonly kind: 'unavailable' };

export async function receiveDelivery(
  ctx: ReceiveContext,
  input: { readonly connection: string; readonly delivery: RawDelivery },
): Promise<Receipt> {
  const { connection, delivery } = input;
  const verification = verify(ctx, connection, delivery);
  if (verification.kind === 'rejected') {
    ctx.log.info({ connection, reason: verification.reason }, 'delivery refused');
    return { kind: 'refused', reason: verification.reason };
  }
  const { hint } = verification;
  try {
    const outcome = await ctx.inbox.store({
      connection,
      ...hint,
      headers: kept(delivery.headers),
      body: delivery.body,
    });
    crashPoint('delivery-stored');
    return { kind: outcome };
  } catch (error) {
    ctx.log.error({ err: error, connection, eventKind: hint.eventKind }, 'delivery not stored');
    return { kind: 'unavailable' };
  }
}

type Verified = Extract<Verification, { kind: 'verified' }>;

function verify(
  ctx: ReceiveContext,
  connection: string,
  delivery: RawDelivery,
): Verified | { kind: 'rejected'; reason: Rejection | 'unknown-connection' } {
  const platform = ctx.platforms.get(connection);
  if (platform !== undefined) return platform.verify(delivery, ctx.now());
  // The same work for a name that does not exist, so that the time it takes does not tell which names do.
  const [decoy] = ctx.platforms.values();
  decoy?.verify(delivery, ctx.now());
  return { kind: 'rejected', reason: 'unknown-connection' };
}

/** An allow-list: headers that are a password by themselves (authorization, cookies, tokens) never reach the table. */
const keptHeaders = /^(?:content-type|user-agent|date|(?:svix|webhook)-.+|.*(?:signature|timestamp|event|delivery).*)$/;

function kept(headers: RawDelivery['headers']): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && keptHeaders.test(name)) result[name] = value;
  }
  return result;
}
