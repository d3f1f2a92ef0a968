// Many at once: what is checked and reserved in one transaction never goes over, and nobody waits in a circle.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import { prepareKeys } from '../../src/db/spend-keys.ts';
import { doubtKeysOf, spendKeyOf, type SpendKey } from '../../src/db/spend-match.ts';
import { addPayments, releasePayment, releasePayments, settlePayments } from '../../src/db/spend-payments.ts';
import { reservePayment } from '../../src/db/spend-reserve.ts';
import { sumsOf } from '../../src/db/spend-totals.ts';
import type { Payment, SpendCounter, SpendSum } from '../../src/domain/spend.ts';
import { connection, hourMs, noon } from '../builders.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { aPayment } from './spend-payment.ts';

let database: TestDatabase;
let opened: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  opened = connect(database.url, { max: 24, lockTimeoutMs: 30_000, statementTimeoutMs: 60_000 });
});

afterAll(async () => {
  await opened.close();
  await database.drop();
});

const nothing: SpendSum = { count: 0, base: '0', withoutAmount: 0, fiat: '0', withoutPrice: 0 };

function keyPer(per: SpendCounter['per'], payment: Payment): SpendKey {
  const values = Object.fromEntries(per.map((name) => [name, payment.dimensions[name][0]]));
  const key = spendKeyOf(payment.connection, { counter: { per, only: [] }, currency: 'USD' }, values);
  if (key === null) throw new Error('the payment lacks a value');
  return key;
}

async function sumUnder(key: SpendKey, start = noon - 24 * hourMs): Promise<SpendSum | null> {
  const [sum] = await sumsOf(opened.db, [{ digest: key.digest, start: { kind: 'after', at: start } }]);
  return sum ?? null;
}

/** As the flow does it: reserve, look, decide or take it back, all in one transaction. */
async function spendUpTo(limit: number, key: SpendKey, payment: Payment): Promise<boolean> {
  return opened.db.transaction(async (tx) => {
    const start = { kind: 'after', at: noon - 24 * hourMs } as const;
    const sums = [{ digest: key.digest, start }];
    const reserved = await reservePayment(tx, { payment, approvalId: randomUUID(), held: [key], sums });
    const isWithin = (reserved.sums[0]?.count ?? Number.POSITIVE_INFINITY) <= limit;
    if (!isWithin && reserved.paymentId !== null) await releasePayment(tx, reserved.paymentId);
    return isWithin;
  });
}

it('of two that fit a budget one by one and not together, exactly one passes: 200 budgets, two at once', async () => {
  const wallets = Array.from({ length: 200 }, (_, index) => `wa-budget-${index}`);

  for (const wallet of wallets) {
    await prepareKeys(opened.db, connection, [keyPer(['wallet'], aPayment({ dimensions: { wallet: [wallet] } }))]);
  }

  const passed = await Promise.all(
    wallets.flatMap((wallet) =>
      ['a', 'b'].map(async (which) => {
        const payment = aPayment({ reference: `${wallet}-${which}`, dimensions: { wallet: [wallet] } });
        return spendUpTo(1, keyPer(['wallet'], payment), payment);
      }),
    ),
  );

  expect(passed.filter(Boolean)).toHaveLength(200);
  const sums = await Promise.all(
    wallets.map(async (wallet) => sumUnder(keyPer(['wallet'], aPayment({ dimensions: { wallet: [wallet] } })))),
  );
  expect(sums.map((sum) => sum?.count)).toEqual(wallets.map(() => 1));
}, 120_000);

it('200 transactions that want several keys in every order all end', async () => {
  const payments = Array.from({ length: 200 }, (_, index) =>
    aPayment({
      reference: `order-${index}`,
      dimensions: {
        wallet: [`wa-order-${index % 3}`],
        recipient: index % 2 === 0 ? ['Ethereum/0x1', 'Ethereum/0x2'] : ['Ethereum/0x2', 'Ethereum/0x1'],
      },
    }),
  );

  for (const payment of payments.slice(0, 6)) {
    await prepareKeys(opened.db, connection, [
      keyPer(['wallet'], payment),
      keyPer(['recipient'], payment),
      keyPer([], payment),
    ]);
  }

  const results = await Promise.allSettled(
    payments.map(async (payment, index) => {
      // Keys that it does not count under are wanted too: of another wallet.
      const other = payments[(index + 1) % payments.length] ?? payment;
      const keys = [keyPer(['wallet'], other), keyPer(['recipient'], payment), keyPer([], payment)];
      return opened.db.transaction(async (tx) => {
        const held = index % 2 === 0 ? keys : keys.toReversed();
        await reservePayment(tx, { payment, approvalId: randomUUID(), held });
      });
    }),
  );

  expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
  const [first] = payments;
  expect(first && (await sumUnder(keyPer(['recipient'], first)))?.count).toBe(200);
}, 120_000);

it('a key that is made while payments come in misses none of them, and counts none twice', async () => {
  const wallet = 'wa-made-meanwhile';
  const payment = (index: number): Payment =>
    aPayment({ reference: `${wallet}-${index}`, dimensions: { wallet: [wallet] }, amountBase: String(index) });
  const key = keyPer(['wallet', 'activity'], payment(0));

  await Promise.all(
    Array.from({ length: 120 }, async (_, index) => {
      if (index % 40 === 20) await prepareKeys(opened.db, connection, [key]);
      await opened.db.transaction(async (tx) => addPayments(tx, { payments: [payment(index)], source: 'transfer' }));
    }),
  );

  expect(await sumUnder(key)).toMatchObject({ count: 120, base: String((119 * 120) / 2) });
}, 60_000);

it('whoever waited for a key is told what was counted meanwhile, and where in time', async () => {
  const payment = aPayment({ reference: 'meanwhile', dimensions: { wallet: ['wa-meanwhile'] } });
  const key = keyPer(['wallet'], payment);
  await prepareKeys(opened.db, connection, [key]);
  const sumsAfter = async (at: number): Promise<readonly (SpendSum | null)[]> =>
    opened.db.transaction(async (tx) => {
      const other = aPayment({ reference: `meanwhile-${at}`, dimensions: { wallet: ['wa-another'] } });
      const sums = [{ digest: key.digest, start: { kind: 'after', at } as const }];
      return (await reservePayment(tx, { payment: other, approvalId: randomUUID(), held: [key], sums })).sums;
    });

  const asked = await opened.db.transaction(async (tx) => {
    await addPayments(tx, { payments: [payment], source: 'transfer' });
    const waiting = [sumsAfter(noon - 1), sumsAfter(noon)];
    await vi.waitFor(async () => expect(await waitingForLocks()).toBe(2), { timeout: 10_000 });
    return { waiting };
  });

  const [[before] = [], [after] = []] = await Promise.all(asked.waiting);
  expect(before).toMatchObject({ count: 1, base: payment.amountBase });
  expect(after).toEqual(nothing);
});

async function waitingForLocks(): Promise<number> {
  const [row] = await opened.sql<{ count: number }[]>`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  return row?.count ?? 0;
}

it('the same transfer told by several at once is counted once', async () => {
  const payment = aPayment({ reference: 'told-often', dimensions: { wallet: ['wa-told'] } });
  const key = keyPer(['wallet'], payment);
  await prepareKeys(opened.db, connection, [key]);
  const approvalId = randomUUID();

  await Promise.all([
    ...Array.from({ length: 10 }, async () =>
      opened.db.transaction(async (tx) => addPayments(tx, { payments: [payment], source: 'transfer' })),
    ),
    opened.db.transaction(async (tx) => reservePayment(tx, { payment, approvalId })),
  ]);
  await opened.db.transaction(async (tx) => settlePayments(tx, approvalId, noon));

  expect(await sumUnder(key)).toMatchObject({ count: 1, fiat: '1' });
});

it('what a webhook told of stays counted when the approval that it belongs to is released', async () => {
  const payment = aPayment({ reference: 'told-first', dimensions: { wallet: ['wa-told-first'] } });
  const key = keyPer(['wallet'], payment);
  await prepareKeys(opened.db, connection, [key]);
  const approvalId = randomUUID();
  await opened.db.transaction(async (tx) => addPayments(tx, { payments: [payment], source: 'transfer' }));
  await opened.db.transaction(async (tx) => reservePayment(tx, { payment, approvalId }));

  await opened.db.transaction(async (tx) => releasePayments(tx, approvalId));

  expect((await sumUnder(key))?.count).toBe(1);
});

it('a process with a slow clock adds after what was counted before, never into the past', async () => {
  const [early, late] = ['early', 'late'].map((reference) =>
    aPayment({ reference, dimensions: { wallet: ['wa-clock'] } }),
  );
  if (early === undefined || late === undefined) throw new Error('two payments');
  const key = keyPer(['wallet'], early);
  await prepareKeys(opened.db, connection, [key]);
  await opened.db.transaction(async (tx) => addPayments(tx, { payments: [early], source: 'transfer' }));

  const slow = { ...late, at: noon - hourMs };
  await opened.db.transaction(async (tx) => addPayments(tx, { payments: [slow], source: 'transfer' }));

  expect((await sumUnder(key, noon - 1))?.count).toBe(2);
});

function withoutAsset(reference: string): Payment {
  return aPayment({ reference, dimensions: { wallet: ['wa-doubt'], asset: [] } });
}

describe('a payment of which too little is known', () => {
  const key = keyPer(['wallet', 'asset'], aPayment({ dimensions: { wallet: ['wa-doubt'] } }));
  const start = { kind: 'always' } as const;
  const queries = [key, ...doubtKeysOf(key)].map(({ digest }) => ({ digest, start }));

  it('is seen by whoever looked at sums meanwhile: one of the two waits for the other', async () => {
    await prepareKeys(opened.db, connection, [key, ...doubtKeysOf(key)]);
    const payment = aPayment({ reference: 'clear', dimensions: { wallet: ['wa-doubt'] } });

    const waiting = await opened.db.transaction(async (tx) => {
      const first = await reservePayment(tx, { payment, approvalId: randomUUID(), held: [key], sums: queries });
      expect(first.sums.map((sum) => sum?.count)).toEqual([1, 0, 0, 0]);
      const added = opened.db.transaction(async (other) =>
        addPayments(other, { payments: [withoutAsset('unclear')], source: 'transfer' }),
      );
      await vi.waitFor(async () => expect(await waitingForLocks()).toBe(1), { timeout: 10_000 });
      return { added };
    });
    await waiting.added;

    const sums = await sumsOf(opened.db, queries);
    expect(sums.map((sum) => sum?.count)).toEqual([1, 0, 1, 0]);
  });

  it('is in no other sum: of another wallet, say', async () => {
    const other = keyPer(['wallet', 'asset'], aPayment({ dimensions: { wallet: ['wa-clear'] } }));
    await prepareKeys(opened.db, connection, [other, ...doubtKeysOf(other)]);
    await opened.db.transaction(async (tx) =>
      addPayments(tx, { payments: [withoutAsset('of-wa-doubt')], source: 'transfer' }),
    );

    const sums = await sumsOf(
      opened.db,
      [other, ...doubtKeysOf(other)].map(({ digest }) => ({ digest, start })),
    );
    expect(sums.map((sum) => sum?.count)).toEqual([0, 0, 0, 0]);
  });
});

it('a new kind of sums makes nobody wait in a circle, in doubt or not', async () => {
  const at = 'shapes';
  const key = keyPer(['wallet'], aPayment({ connection: at }));
  await prepareKeys(opened.db, at, [key, ...doubtKeysOf(key)]);
  const add = async (reference: string, wallet: string): Promise<number> =>
    opened.db.transaction(async (tx) =>
      addPayments(tx, {
        payments: [aPayment({ connection: at, reference, dimensions: { wallet: [wallet] } })],
        source: 'transfer',
      }),
    );
  await add('before', 'wa-before');
  // As another process does that makes a key: no payment here has a credential, so all are in doubt from now on.
  await opened.sql`update spend_connections set shapes = shapes || ' credential/' where connection = ${at}`;

  const results = await Promise.allSettled(
    Array.from({ length: 16 }, async (_, index) => add(`after-${index}`, `wa-${index}`)),
  );

  expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
});
