// Keys of spend: made when first asked for, out of all payments; then locked by whoever relies on them or adds to them.
import { eq, inArray, sql } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import {
  isCounted,
  spendDimensions,
  type Payment,
  type SpendCounter,
  type SpendDimension,
  type SpendSum,
  type SpendValues,
} from '../domain/spend.ts';
import type { Db } from './connect.ts';
import { spendAnchors, spendKeys, spendShapes } from './schema.ts';
import { anchorsOfKey, anchorsOfPayment, shapeOf, type Shape, type SpendKey } from './spend-match.ts';
import { callPrepared } from './spend-prepared.ts';
import { askedOf, rebuildTotals, sumsIn, type SumQuery, type SumRow } from './spend-totals.ts';
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
  /** One per question, in their order; null where the key does not exist. */
  readonly sums: readonly (SpendSum | null)[];
};

/**
 * Locks keys, and all those that some payments count under, in one order for everybody: two requests that are each
 * under a limit but together over it can't both pass. Keys that do not exist are made. What `sums` asks about the keys
 * is answered as it stays until the transaction ends.
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
    readonly sums?: readonly SumQuery[];
  },
): Promise<LockedSpend> {
  const { connection, keys, payments, sums = [] } = input;
  const digests = [...new Set(keys.map((key) => key.digest))];
  for (;;) {
    const known = knownShapes.get(connection) ?? '';
    const anchors = new Set(payments.flatMap((payment) => anchorsOfPayment(payment, shapesIn(known))));
    const answer = await callPrepared<LockAnswer>(
      tx,
      `spend_lock($1, string_to_array($2, ','), $3, string_to_array($4, ','), $5)`,
      [connection, digests.join(','), known, [...anchors].join(','), askedOf(sums)],
    );
    switch (answer.state) {
      case 'locked': {
        const locked = answer.keys ?? [];
        return {
          keys: locked,
          of: ({ dimensions }) => locked.filter(({ counter, values }) => isCounted(counter, values, dimensions)),
          sums: sumsIn(answer.sums, sums),
        };
      }
      case 'stale':
        knownShapes.set(connection, answer.shapes);
        break;
      case 'missing':
        await makeKeys(tx, connection, keys);
    }
  }
}

type LockAnswer =
  | { readonly state: 'locked'; readonly keys: readonly LockedKey[] | null; readonly sums: readonly SumRow[] | null }
  | { readonly state: 'stale'; readonly shapes: string }
  | { readonly state: 'missing' };

/**
 * By connection, as they were last seen: a guess, which the database checks and corrects. They change only when a
 * rulebook asks for something new, and to ask for them first would cost every decision a round trip.
 */
const knownShapes = new Map<string, string>();

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

export async function readShapes(db: Db, connection: string): Promise<readonly Shape[]> {
  const rows = await db.select().from(spendShapes).where(eq(spendShapes.connection, connection));
  return rows.map(shapeOfRow);
}

/** As `spend_lock` writes them; no dimension has a blank or a slash in its name. */
function shapesIn(text: string): readonly Shape[] {
  return text.split(' ').flatMap((shape) => {
    const [per, listed] = shape.split('/');
    return per === undefined || listed === undefined ? [] : [shapeOfRow({ per, listed })];
  });
}

function shapeOfRow({ per, listed }: { readonly per: string; readonly listed: string }): Shape {
  return { per: dimensionsIn(per), listed: dimensionsIn(listed)[0] ?? null };
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
