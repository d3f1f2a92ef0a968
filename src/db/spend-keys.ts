// Keys of spend: made when first asked for, out of all payments; then locked by whoever relies on them or adds to them.
import { inArray, sql } from 'drizzle-orm';
import { isCounted, spendDimensions, type Payment, type SpendDimension } from '../domain/spend.ts';
import type { Db } from './connect.ts';
import { spendAnchors, spendKeys, spendShapes } from './schema.ts';
import { anchorsOfKey, anchorsOfPayment, shapeOf, type Shape, type SpendKey } from './spend-match.ts';
import { executePrepared } from './spend-prepared.ts';
import { rebuildTotals } from './spend-totals.ts';
import { storable } from './storable.ts';

/** A key whose head row is locked until the transaction ends. */
export type LockedKey = SpendKey & { readonly id: number; readonly lastAt: number | null };

export type LockedSpend = {
  readonly keys: readonly LockedKey[];
  /** The locked keys under which a payment counts: all that there are, if it was named when they were locked. */
  readonly of: (payment: Pick<Payment, 'connection' | 'dimensions'>) => readonly LockedKey[];
};

/**
 * Locks keys, and all those that some payments count under, in one order for everybody: two requests that are each
 * under a limit but together over it can't both pass. Keys that do not exist are made.
 *
 * A transaction locks all that it needs with one call, before it changes any of it, and after the audit chain's lock
 * if it takes that one. To name the same payments again later is harmless.
 */
export async function lockSpend(
  tx: Db,
  input: {
    readonly connection: string;
    readonly keys: readonly SpendKey[];
    readonly payments: readonly Pick<Payment, 'connection' | 'dimensions'>[];
  },
): Promise<LockedSpend> {
  const { connection, keys } = input;
  // Sent together, run one after the other: each sees what was committed before the one ahead of it got its lock.
  const [shared, shapes] = await Promise.all([shareKeys(tx, connection, keys), readShapes(tx, connection)]);
  if (!shared) await makeKeys(tx, connection, keys);
  const known = shared ? shapes : await readShapes(tx, connection);
  const anchors = input.payments.flatMap((payment) => anchorsOfPayment(payment, known));
  const locked = await lockRows(tx, keys, [...new Set(anchors)]);
  return {
    keys: locked,
    of: ({ dimensions }) => locked.filter(({ counter, values }) => isCounted(counter, values, dimensions)),
  };
}

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

/** True when all keys are there, and none is made until this transaction ends; otherwise nothing is locked. */
async function shareKeys(tx: Db, connection: string, keys: readonly SpendKey[]): Promise<boolean> {
  const digests = [...new Set(keys.map((key) => key.digest))];
  const rows = await executePrepared(
    tx,
    sql`select pg_advisory_xact_lock_shared(${lockOf(connection)})
      where (select count(*) from spend_keys where digest = any(string_to_array(${digests.join(',')}, ',')))
        = ${digests.length}::int`,
  );
  return rows.length > 0;
}

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
      .values(storable({ ...key }))
      .returning({ id: spendKeys.id });
    if (row === undefined) throw new Error('failed to make a spend key', { cause: key.digest });
    const shape = shapeOf(key.counter);
    const anchors = anchorsOfKey(key).map((anchor) => ({ anchor, keyId: row.id }));
    if (anchors.length > 0) await tx.insert(spendAnchors).values(anchors);
    await tx
      .insert(spendShapes)
      .values({ connection, per: shape.per.join(','), listed: shape.listed ?? '' })
      .onConflictDoNothing();
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

export async function readShapes(tx: Db, connection: string): Promise<readonly Shape[]> {
  const rows = await executePrepared<{ per: string; listed: string }>(
    tx,
    sql`select per, listed from spend_shapes where connection = ${connection}`,
  );
  return rows.map(({ per, listed }) => ({ per: dimensionsIn(per), listed: dimensionsIn(listed)[0] ?? null }));
}

function dimensionsIn(text: string): readonly SpendDimension[] {
  const names = new Set(text.split(','));
  return spendDimensions.filter((name) => names.has(name));
}

const keyColumns = {
  id: spendKeys.id,
  digest: spendKeys.digest,
  connection: spendKeys.connection,
  counter: spendKeys.counter,
  values: spendKeys.values,
  currency: spendKeys.currency,
};

async function lockRows(tx: Db, keys: readonly SpendKey[], anchors: readonly string[]): Promise<readonly LockedKey[]> {
  if (keys.length === 0 && anchors.length === 0) return [];
  const digests = keys.map((key) => key.digest).join(',');
  // As one array: with a condition for each, or a join, all keys would be read as long as they are not very many.
  const wanted = sql`array(
    select key_id from spend_anchors where anchor = any(string_to_array(${anchors.join(',')}, ','))
    union all
    select id from spend_keys where digest = any(string_to_array(${digests}, ',')))`;
  const statement = sql`
    select id, digest, connection, counter, values, currency,
      (extract(epoch from last_at) * 1000)::float8 as "lastAt"
    from spend_keys where id = any(${wanted})
    order by id
    for update`;
  return executePrepared<LockedKey>(tx, statement);
}
