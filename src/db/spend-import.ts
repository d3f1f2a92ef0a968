// History that comes late: payments are added first, then every key that they belong to is summed up anew.
import { eq, sql } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import { isCounted, type Payment } from '../domain/spend.ts';
import type { Db } from './connect.ts';
import { payments, spendKeys } from './schema.ts';
import { keysAnchoredAt, shareConnection } from './spend-keys.ts';
import { anchorsOfPayment, tagsOf } from './spend-match.ts';
import { readShapes } from './spend-shapes.ts';
import { rebuildTotals } from './spend-totals.ts';
import { storable } from './storable.ts';

const batchSize = 1000;

/**
 * Adds payments of one connection at the moments that they name; those whose reference is known are passed over, unless
 * we had only reserved them.
 * Their keys do not know of them until `rebuildKeys` has run, and running both again does what was left undone.
 */
export async function insertHistory(
  db: Db,
  input: {
    readonly connection: string;
    readonly payments: readonly Payment[];
    readonly onProgress: (done: number) => void;
  },
): Promise<number> {
  // In one order, so that two imports of the same file do not wait for each other in a circle.
  const sorted = input.payments.toSorted((a, b) => (a.reference < b.reference ? -1 : 1));
  let added = 0;
  for (let start = 0; start < sorted.length; start += batchSize) {
    const batch = sorted.slice(start, start + batchSize);
    const inserted = await db.transaction(async (tx) => {
      await shareConnection(tx, input.connection);
      return tx
        .insert(payments)
        .values(batch.map(toRow))
        .onConflictDoUpdate({
          target: [payments.connection, payments.reference],
          // It was released: whatever becomes of our decision, it is not forgotten with it.
          set: { isOpen: false, source: 'import', at: sql`excluded.at` },
          setWhere: eq(payments.isOpen, true),
        })
        .returning({ isNew: sql<boolean>`xmax = 0` });
    });
    added += inserted.filter(({ isNew }) => isNew).length;
    input.onProgress(start + batch.length);
  }
  return added;
}

/** Sums up anew whatever these payments belong to, one key after the other, each from the earliest of them on. */
export async function rebuildKeys(
  db: Db,
  input: {
    readonly connection: string;
    readonly payments: readonly Payment[];
    readonly onProgress: (done: number, of: number) => void;
  },
): Promise<number> {
  const affected = await affectedKeys(db, input.connection, input.payments);
  let done = 0;
  for (const [id, from] of affected) {
    await db.transaction(async (tx) => {
      await tx.execute(sql`set local statement_timeout = '10min'`);
      const [key] = await tx
        .select()
        .from(spendKeys)
        .where(sql`${spendKeys.id} = ${id}`)
        .for('update');
      if (key !== undefined) await rebuildTotals(tx, key, from);
    });
    done += 1;
    input.onProgress(done, affected.size);
  }
  return affected.size;
}

/** Each key with the earliest of its payments, in the order in which keys are locked everywhere. */
async function affectedKeys(
  db: Db,
  connection: string,
  list: readonly Payment[],
): Promise<ReadonlyMap<number, EpochMs>> {
  const shapes = await readShapes(db, connection);
  const earliest = new Map<number, EpochMs>();
  for (let start = 0; start < list.length; start += batchSize) {
    const batch = list.slice(start, start + batchSize);
    const keys = await keysAnchoredAt(db, [...new Set(batch.flatMap((payment) => anchorsOfPayment(payment, shapes)))]);
    for (const key of keys) {
      for (const payment of batch) {
        if (!isCounted(key.counter, key.values, payment.dimensions)) continue;
        earliest.set(key.id, Math.min(payment.at, earliest.get(key.id) ?? payment.at));
      }
    }
  }
  return new Map([...earliest].toSorted(([a], [b]) => a - b));
}

function toRow(payment: Payment): typeof payments.$inferInsert {
  const { connection, reference, dimensions, amountBase, fiat, at } = payment;
  return {
    connection,
    reference: storable(reference),
    dimensions: storable(dimensions),
    tags: [...tagsOf(dimensions)],
    amountBase,
    value: fiat?.value ?? null,
    currency: fiat?.currency ?? null,
    isOpen: false,
    source: 'import',
    at: new Date(at),
  };
}
