// Random histories against a plain reading of them: every sum, after every step, to the last digit.
import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import { insertHistory, rebuildKeys } from '../../src/db/spend-import.ts';
import { prepareKeys } from '../../src/db/spend-keys.ts';
import { doubtKeysOf, spendKeyOf } from '../../src/db/spend-match.ts';
import { addPayments, releasePayments, settlePayments } from '../../src/db/spend-payments.ts';
import { reservePayment } from '../../src/db/spend-reserve.ts';
import { sumsOf } from '../../src/db/spend-totals.ts';
import {
  windowStart,
  type Payment,
  type SpendQuestion,
  type SpendSum,
  type SpendValues,
} from '../../src/domain/spend.ts';
import { noon } from '../builders.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { noDimensions } from './spend-payment.ts';
import { plainSum, type Told } from './spend-reference.ts';

let database: TestDatabase;
let opened: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  opened = connect(database.url);
});

afterAll(async () => {
  await opened.close();
  await database.drop();
});

const wallets = ['wa-1', 'wa-2'];
const assets = ['Ethereum/native', 'Ethereum/0xa0b8'];
const recipients = ['Ethereum/0x1', 'Ethereum/0x2', 'Ethereum/0x3'];

const dimensions = fc
  .record({
    wallet: fc.subarray(wallets, { maxLength: 1 }),
    asset: fc.subarray(assets, { maxLength: 1 }),
    recipient: fc.subarray(recipients, { maxLength: 2 }),
    activity: fc.constantFrom(['transfer'], ['contract-call']),
  })
  .map((some): Payment['dimensions'] => ({ ...noDimensions, ...some }));

const amount = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }).map(String),
  fc.constant((2n ** 256n - 1n).toString()),
);

const fiat = fc.oneof(
  fc.constant(null),
  fc
    .record({ cents: fc.bigInt({ min: 1n, max: 10n ** 40n }), currency: fc.constantFrom('USD', 'EUR') })
    .map(({ cents, currency }) => ({
      value: `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`,
      currency,
    })),
);

const content = fc.record({ dimensions, amountBase: amount, fiat });

const counter = fc.oneof(
  fc.constant({ per: [], only: [] }),
  fc.constant({ per: ['wallet'] as const, only: [] }),
  fc.constant({ per: ['wallet', 'asset'] as const, only: [] }),
  fc.constant({ per: ['recipient'] as const, only: [] }),
  fc.constant({ per: [], only: [{ dimension: 'wallet' as const, values: ['wa-2', 'wa-9'] }] }),
  fc.constant({
    per: ['asset'] as const,
    only: [
      { dimension: 'recipient' as const, values: ['Ethereum/0x1', 'Ethereum/0x3'] },
      { dimension: 'activity' as const, values: ['transfer'] },
    ],
  }),
);

const second = 1000;
const window = fc.oneof(
  fc.constantFrom(1, 2, 5, 60, 86_400).map((seconds) => ({ kind: 'rolling' as const, seconds })),
  fc.constant({ kind: 'lifetime' as const }),
);

const question: fc.Arbitrary<{ question: SpendQuestion; values: SpendValues }> = fc.record({
  question: fc.record({ counter, window, currency: fc.constantFrom('USD', 'EUR', null) }),
  values: fc.record({
    wallet: fc.constantFrom(...wallets),
    asset: fc.constantFrom(...assets),
    recipient: fc.constantFrom(...recipients),
  }),
});

/** Steps in whole and half seconds, so that payments fall exactly on the edges of windows. */
const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 500, 1000, 2000, 5000) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('reserve' as const), content }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), content }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const), which: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), which: fc.nat(9) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('import' as const),
        late: fc.array(fc.record({ content, ageMs: fc.constantFrom(0, 500, 1000, 2000, 5000, 60_000, 86_400_000) }), {
          minLength: 1,
          maxLength: 4,
        }),
      }),
    },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('ask' as const), asked: question }) },
  ),
  { maxLength: 40 },
);

type Step = NonNullable<typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never>;

type World = { readonly connection: string; readonly told: Told[]; now: number; next: number };

let histories = 0;

it('answers every question as if all payments were added up one by one', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      histories += 1;
      const world: World = { connection: `c${histories}`, told: [], now: noon, next: 0 };
      const asked: { question: SpendQuestion; values: SpendValues }[] = [];
      for (const step of list) {
        await take(world, step);
        if (step.kind === 'ask') asked.push(step.asked);
      }
      // What was asked early was kept up to date by every step that followed.
      for (const each of asked) await compare(world, each);
    }),
    { numRuns: Number(process.env['SPEND_RUNS'] ?? 150), endOnFailure: false },
  );
}, 600_000);

async function take(world: World, step: Step): Promise<void> {
  const { db } = opened;
  switch (step.kind) {
    case 'wait':
      world.now += step.ms;
      return;
    case 'ask':
      return compare(world, step.asked);
    case 'reserve': {
      const payment = newPayment(world, step.content, world.now);
      const approvalId = randomUUID();
      await db.transaction(async (tx) => reservePayment(tx, { payment, approvalId }));
      world.told.push({ ...payment, isOpen: true, approvalId });
      return;
    }
    case 'add': {
      const payment = newPayment(world, step.content, world.now);
      await db.transaction(async (tx) => addPayments(tx, { payments: [payment], source: 'transfer' }));
      world.told.push({ ...payment, isOpen: false, approvalId: null });
      return;
    }
    case 'settle':
    case 'release': {
      const open = world.told.filter((payment) => payment.isOpen);
      const chosen = open[step.which % Math.max(1, open.length)];
      if (chosen === undefined || chosen.approvalId === null) return;
      const { approvalId } = chosen;
      if (step.kind === 'release') {
        await db.transaction(async (tx) => releasePayments(tx, approvalId));
        world.told.splice(world.told.indexOf(chosen), 1);
        return;
      }
      await db.transaction(async (tx) => settlePayments(tx, approvalId, world.now));
      world.told.splice(world.told.indexOf(chosen), 1, { ...chosen, isOpen: false, at: world.now });
      return;
    }
    case 'import': {
      const late = step.late.map(({ content: each, ageMs }) => newPayment(world, each, world.now - ageMs));
      // The file names one transfer that is known already, which is counted once, and was released if it had not been.
      const [known] = world.told;
      const payments = known === undefined ? late : [...late, { ...known, at: world.now - second }];
      const quiet = { connection: world.connection, payments, onProgress: () => {} };
      const added = await insertHistory(db, quiet);
      if (added !== late.length) throw new Error(`${added} payments were added, ${late.length} were new`);
      await rebuildKeys(db, quiet);
      if (known?.isOpen === true) world.told.splice(0, 1, { ...known, isOpen: false, at: world.now - second });
      world.told.push(...late.map((payment) => ({ ...payment, isOpen: false, approvalId: null })));
    }
  }
}

async function compare(
  { connection, told, now }: World,
  { question: asked, values }: { question: SpendQuestion; values: SpendValues },
): Promise<void> {
  const key = spendKeyOf(connection, asked, values);
  const start = windowStart(asked.window, now);
  if (key === null || start.kind === 'unknown') throw new Error('every value is given');
  const keys = [key, ...doubtKeysOf(key)];
  await prepareKeys(opened.db, connection, keys);
  const queries = keys.map(({ digest }) => ({ digest, start }));
  expect(answerIn(await sumsOf(opened.db, queries))).toEqual(plainSum(told, { question: asked, values, now }));

  const some = { wallet: ['wa-1'], asset: ['Ethereum/native'], recipient: ['Ethereum/0x1'], activity: ['transfer'] };
  const payment: Payment = {
    connection,
    reference: 'looked-at',
    dimensions: { ...noDimensions, ...some },
    amountBase: '5',
    fiat: { value: '0.5', currency: 'USD' },
    at: now,
  };
  const held = await opened.db.transaction(async (tx) => {
    const approvalId = randomUUID();
    const { sums, isOnly } = await reservePayment(tx, { payment, approvalId, held: [key], sums: queries });
    expect(isOnly).toBe(true);
    await releasePayments(tx, approvalId);
    return sums;
  });
  const with5 = [...told, { ...payment, isOpen: true, approvalId: null }];
  expect(answerIn(held)).toEqual(plainSum(with5, { question: asked, values, now }));
}

/** The first sum is the one that was asked for, the others are of payments that may belong to it. */
function answerIn([sum, ...doubts]: readonly (SpendSum | null)[]): (SpendSum & { inDoubt: number }) | null {
  if (sum === undefined || sum === null) return null;
  return { ...sum, inDoubt: doubts.reduce((total, doubt) => total + (doubt?.count ?? Number.NaN), 0) };
}

function newPayment(world: World, some: Pick<Payment, 'dimensions' | 'amountBase' | 'fiat'>, at: number): Payment {
  world.next += 1;
  return { ...some, connection: world.connection, reference: `xfr-${world.next}`, at };
}
