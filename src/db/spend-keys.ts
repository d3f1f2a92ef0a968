// Keys of spend: made when first asked for, out of all payments; then locked by whoever relies on them or adds to them.
import { inArray, sql } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import { isCounted, type Payment, type SpendCounter, type SpendValues } from '../domain/spend.ts';
import type { Db } from './connect.ts';
import { spendAnchors, spendKeys } from './schema.ts';
import { anchorsOfKey, anchorsOfPayment, isInDoubt, listedTagsOf, shapeOf, type SpendKey } from './spend-match.ts';
import { callPrepared } from './spend-prepared.ts';
import { addShape, askWithShapes } from './spend-shapes.ts';
import { rebuildTotals } from './spend-totals.ts';
import { storable } from './storable.ts';

/** A key whose head row is locked until the transaction ends. */
export type LockedKey = {
  readonly id: number;
  readonly counter: SpendCounter;
  readonly values: SpendValues;
  /** When a payment was last counted under it. */
  readonly lastAt: EpochMs | null;
};

export type LockedSpend = {
  readonly keys: readonly LockedKey[];
  /** The locked keys under which a payment counts: all that there are, if it was named when they were locked. */
  readonly of: (payment: Pick<Payment, 'connection' | 'dimensions'>) => readonly LockedKey[];
};

/**
 * Locks all keys that some payments count under, in one order for everybody.
 *
 * A transaction locks all that it needs with one call, before it changes any of it, and after the audit chain's lock
 * if it takes that one. To name the same payments again later is harmless.
 */
export async function lockSpend(
  tx: Db,
  input: { readonly connection: string; readonly payments: readonly Pick<Payment, 'connection' | 'dimensions'>[] },
): Promise<LockedSpend> {
  const { connection, payments } = input;
  const { keys } = await askWithShapes<LockAnswer>(tx, connection, async ({ text, shapes }) => {
    const anchors = new Set(payments.flatMap((payment) => anchorsOfPayment(payment, shapes)));
    return callPrepared(tx, `spend_lock($1, $2, $3, string_to_array($4, ','))`, [
      connection,
      payments.some((payment) => isInDoubt(payment, shapes)),
      text,
      [...anchors].join(','),
    ]);
  });
  const locked = keys ?? [];
  return {
    keys: locked,
    of: ({ dimensions }) => locked.filter(({ counter, values }) => isCounted(counter, values, dimensions)),
  };
}

type LockAnswer = { readonly state: 'locked'; readonly keys: readonly LockedKey[] | null };

/** Makes keys ahead of time, in a transaction of its own: the first time may have to sum up years. */
export async function prepareKeys(db: Db, connection: string, keys: readonly SpendKey[]): Promise<void> {
  if ((await missingKeys(db, keys)).length === 0) return;
  await db.transaction(async (tx) => makeKeys(tx, connection, keys));
}

async function missingKeys(db: Db, keys: readonly SpendKey[]): Promise<readonly SpendKey[]> {
  if (keys.length === 0) return [];
  const digests = keys.map((key) => key.digest);
  const rows = await db.select({ digest: spendKeys.digest }).from(spendKeys).where(inArray(spendKeys.digest, digests));
  const there = new Set(rows.map((row) => row.digest));
  return keys.filter((key) => !there.has(key.digest));
}

/** One lock per connection: shared by those who add payments, alone for who makes a key and so must see them all. */
const lockOf = (connection: string) => sql`hashtextextended(${`spend/${connection}`}, 0)`;

/** How long the sums of a key may take to make, where payments are many. */
const makingTimeout = '10min';

async function makeKeys(tx: Db, connection: string, keys: readonly SpendKey[]): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${lockOf(connection)})`);
  const unique = new Map((await missingKeys(tx, keys)).map((key) => [key.digest, key]));
  if (unique.size === 0) return;
  const [before] = await tx.execute<{ timeout: string }>(
    sql`select current_setting('statement_timeout') as timeout, set_config('statement_timeout', ${makingTimeout}, true)`,
  );
  for (const key of unique.values()) {
    const [row] = await tx
      .insert(spendKeys)
      .values(storable({ ...key, listedTags: listedTagsOf(key.counter) }))
      .returning({ id: spendKeys.id });
    if (row === undefined) throw new Error('failed to make a spend key', { cause: key.digest });
    const shape = shapeOf(key.counter);
    const anchors = anchorsOfKey(key).map((anchor) => ({ anchor, keyId: row.id }));
    if (anchors.length > 0) await tx.insert(spendAnchors).values(anchors);
    await addShape(tx, connection, shape);
    await rebuildTotals(tx, { ...key, id: row.id }, null);
  }
  await tx.execute(sql`select set_config('statement_timeout', ${before?.timeout ?? '0'}, true)`);
}

/** For whoever adds payments without locking their keys: none is made meanwhile that would not see them. */
export async function shareConnection(tx: Db, connection: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${lockOf(connection)})`);
}

export async function keysAnchoredAt(
  db: Db,
  anchors: readonly string[],
): Promise<readonly (SpendKey & { readonly id: number })[]> {
  return db
    .select(keyColumns)
    .from(spendKeys)
    .where(
      sql`${spendKeys.id} = any(array(
        select key_id from spend_anchors where anchor = any(string_to_array(${anchors.join(',')}, ','))))`,
    );
}

const keyColumns = {
  id: spendKeys.id,
  digest: spendKeys.digest,
  connection: spendKeys.connection,
  counter: spendKeys.counter,
  values: spendKeys.values,
  currency: spendKeys.currency,
};
