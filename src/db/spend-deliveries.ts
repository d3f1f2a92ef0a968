// Deliveries that name no approval: what is in them is looked for once, transfers that needed none among it.
import { and, asc, inArray, isNull } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Db } from './connect.ts';
import { deliveries } from './schema.ts';

export type UnsearchedDelivery = { readonly id: number; readonly connection: string; readonly body: Uint8Array };

/** Locks the oldest ones for the caller's transaction; another process takes others. */
export async function takeUnsearched(
  tx: Db,
  input: { readonly connections: readonly string[]; readonly limit: number },
): Promise<readonly UnsearchedDelivery[]> {
  if (input.connections.length === 0) return [];
  return tx
    .select({ id: deliveries.id, connection: deliveries.connection, body: deliveries.body })
    .from(deliveries)
    .where(
      and(
        isNull(deliveries.platformId),
        isNull(deliveries.searchedAt),
        inArray(deliveries.connection, [...input.connections]),
      ),
    )
    .orderBy(asc(deliveries.id))
    .limit(input.limit)
    .for('update', { skipLocked: true });
}

export async function markSearched(tx: Db, ids: readonly number[], now: EpochMs): Promise<void> {
  await tx
    .update(deliveries)
    .set({ searchedAt: new Date(now) })
    .where(inArray(deliveries.id, [...ids]));
}
