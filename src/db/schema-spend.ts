// What was paid, and running totals of it: one row per payment, and one per payment and key that anybody asks for.
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  index,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Payment, SpendCounter, SpendValues } from '../domain/spend.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);
/** Without precision: sums of many amounts of 256 bits are larger than 256 bits, and stay exact. */
const sum = (name: string) => numeric(name).notNull().default('0');

/** One row per payment, whoever approved it. A reservation that is released is deleted: it was no payment. */
export const payments = pgTable(
  'payments',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    connection: text('connection').notNull(),
    reference: text('reference').notNull(),
    /** Which approval of ours it belongs to, when it needed one that we know. */
    approvalId: uuid('approval_id'),
    dimensions: jsonb('dimensions').$type<Payment['dimensions']>().notNull(),
    /** A digest per value, so that a new key finds its payments by index. */
    tags: text('tags').array().notNull(),
    amountBase: numeric('amount_base'),
    value: numeric('value'),
    currency: text('currency'),
    /** Decided and not released by the platform yet: counts however old it is, and stands in no running total. */
    isOpen: boolean('is_open').notNull(),
    source: text('source', { enum: ['approval', 'transfer', 'import'] }).notNull(),
    /** In the order of our commits: never before what was counted under the same key. */
    at: instant('at').notNull(),
  },
  (t) => [
    uniqueIndex('payments_once').on(t.connection, t.reference),
    index('payments_by_tag').using('gin', t.tags),
    index('payments_by_approval')
      .on(t.approvalId)
      .where(sql`approval_id is not null`),
    index('payments_open')
      .on(t.connection)
      .where(sql`is_open`),
  ],
);

/** The head of each key that was ever asked for: its sums so far. Whoever changes or relies on them locks this row. */
export const spendKeys = pgTable(
  'spend_keys',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    digest: text('digest').notNull(),
    connection: text('connection').notNull(),
    counter: jsonb('counter').$type<SpendCounter>().notNull(),
    values: jsonb('values').$type<SpendValues>().notNull(),
    currency: text('currency'),
    /** For each list that its anchors do not answer for: tags of which a payment must have one. Null without such. */
    listedTags: jsonb('listed_tags').$type<readonly (readonly string[])[]>(),
    lastAt: instant('last_at'),
    counted: count('counted'),
    base: sum('base'),
    withoutAmount: count('without_amount'),
    value: sum('value'),
    withoutPrice: count('without_price'),
    openCounted: count('open_counted'),
    openBase: sum('open_base'),
    openWithoutAmount: count('open_without_amount'),
    openValue: sum('open_value'),
    openWithoutPrice: count('open_without_price'),
  },
  (t) => [uniqueIndex('spend_keys_once').on(t.digest)],
);

/** Sums of a key up to and including one payment; what lies between two instants is the difference of two rows. */
export const spendTotals = pgTable(
  'spend_totals',
  {
    keyId: bigint('key_id', { mode: 'number' }).notNull(),
    at: instant('at').notNull(),
    paymentId: bigint('payment_id', { mode: 'number' }).notNull(),
    counted: count('counted'),
    base: sum('base'),
    withoutAmount: count('without_amount'),
    value: sum('value'),
    withoutPrice: count('without_price'),
  },
  (t) => [primaryKey({ columns: [t.keyId, t.at, t.paymentId] })],
);

/** Where a payment finds the keys that it counts under; `spend-match.ts` says how. */
export const spendAnchors = pgTable(
  'spend_anchors',
  { anchor: text('anchor').notNull(), keyId: bigint('key_id', { mode: 'number' }).notNull() },
  (t) => [primaryKey({ columns: [t.anchor, t.keyId] })],
);

/**
 * Which kinds of anchors a connection has: `per/listed per/listed`, dimensions joined by commas. One text, because it is
 * compared at every payment.
 */
export const spendConnections = pgTable('spend_connections', {
  connection: text('connection').primaryKey(),
  shapes: text('shapes').notNull(),
});
