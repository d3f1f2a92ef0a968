// A payment finds its keys, and a key its payments, without looking at the others: what PostgreSQL itself counted.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import { prepareKeys } from '../../src/db/spend-keys.ts';
import { spendKeyOf, type SpendKey } from '../../src/db/spend-match.ts';
import { addPayments, settlePayments } from '../../src/db/spend-payments.ts';
import { reservePayment } from '../../src/db/spend-reserve.ts';
import type { SpendCounter } from '../../src/domain/spend.ts';
import { connection } from '../builders.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { aPayment } from './spend-payment.ts';

let database: TestDatabase;
let opened: Connection;

const others = 10_000;

beforeAll(async () => {
  database = await createTestDatabase();
  // One session, so that what it read is what is counted.
  opened = connect(database.url, { max: 1 });
  const { sql } = opened;
  await sql`
    insert into payments (connection, reference, dimensions, tags, is_open, source, at)
    select ${connection}, 'other-' || n, '{}', array[md5(n::text)], false, 'import', now()
    from generate_series(1, ${others}::int) as n`;
  await sql`
    insert into spend_keys (digest, connection, counter, values)
    select 'other-' || n, ${connection}, '{"per":[],"only":[]}', '{}' from generate_series(1, ${others}::int) as n`;
  await sql`insert into spend_anchors (anchor, key_id) select digest, id from spend_keys`;
  await sql`vacuum analyze`;
});

afterAll(async () => {
  await opened.close();
  await database.drop();
});

const payment = aPayment({ reference: 'xfr-mine', dimensions: { wallet: ['wa-mine'], recipient: ['Ethereum/0x1'] } });

function keyOf(counter: SpendCounter): SpendKey {
  const values = { wallet: 'wa-mine', recipient: 'Ethereum/0x1' };
  const key = spendKeyOf(connection, { counter, currency: null }, values);
  if (key === null) throw new Error('every value is given');
  return key;
}

const keys = [
  keyOf({ per: ['wallet'], only: [] }),
  keyOf({ per: ['wallet', 'recipient'], only: [] }),
  keyOf({ per: [], only: [{ dimension: 'wallet', values: ['wa-mine', 'wa-other'] }] }),
];

it('a new key is summed up out of its own payments', async () => {
  const before = await rowsRead();

  await prepareKeys(opened.db, connection, keys);

  expect((await rowsRead()) - before).toBeLessThan(others / 10);
});

it('a payment is added to its own keys', async () => {
  const before = await rowsRead();

  await opened.db.transaction(async (tx) => addPayments(tx, { payments: [payment], source: 'transfer' }));

  expect((await rowsRead()) - before).toBeLessThan(others / 10);
});

it('a reservation, and what becomes of it, too', async () => {
  const before = await rowsRead();
  const approvalId = randomUUID();

  await opened.db.transaction(async (tx) =>
    reservePayment(tx, { payment: { ...payment, reference: 'xfr-reserved' }, approvalId }),
  );
  await opened.db.transaction(async (tx) => settlePayments(tx, approvalId, payment.at));

  expect((await rowsRead()) - before).toBeLessThan(others / 10);
});

async function rowsRead(): Promise<number> {
  await opened.sql`select pg_stat_force_next_flush()`;
  const [row] = await opened.sql<{ reads: number }[]>`
    select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as reads from pg_stat_user_tables
    where relname in ('payments', 'spend_keys', 'spend_anchors', 'spend_totals')`;
  return row?.reads ?? Number.NaN;
}
