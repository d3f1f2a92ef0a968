import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import { payments } from '../../src/db/schema-spend.ts';
import { tagsOf } from '../../src/db/spend-match.ts';
import type { Approval } from '../../src/domain/approval.ts';
import { questionKey, type SpendQuestion } from '../../src/domain/spend.ts';
import { backtest } from '../../src/flow/backtest.ts';
import { paymentOf } from '../../src/flow/read-spend.ts';
import { readSpentBefore } from '../../src/flow/spent-before.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { anActivity, anApproval, connection, hourMs, minuteMs, noon } from '../builders.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { seedPast } from './past.ts';

let database: TestDatabase;
let opened: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  opened = connect(database.url, { max: 4 });
});

afterAll(async () => {
  await opened.close();
  await database.drop();
});

beforeEach(async () => {
  await opened.sql`truncate approvals, payments cascade`;
});

type Paid = {
  readonly reference: string;
  readonly at: number;
  readonly approval?: Partial<Approval>;
  readonly isOpen?: boolean;
};

async function paid({ reference, at, approval = {}, isOpen = false }: Paid): Promise<void> {
  const payment = paymentOf(anApproval(approval), connection, at);
  if (payment === null) throw new Error('failed to make a payment');
  await opened.db.insert(payments).values({
    connection,
    reference,
    dimensions: payment.dimensions,
    tags: [...tagsOf(payment.dimensions)],
    amountBase: payment.amountBase,
    value: payment.fiat?.value ?? null,
    currency: payment.fiat?.currency ?? null,
    isOpen,
    source: 'import',
    at: new Date(at),
  });
}

function question(change: Partial<SpendQuestion> = {}): SpendQuestion {
  return {
    counter: { per: ['wallet'], only: [] },
    window: { kind: 'rolling', seconds: 86_400 },
    currency: null,
    ...change,
  };
}

async function sumOf(asked: SpendQuestion, approval: Partial<Approval> = {}) {
  const input = { connection, approval: anApproval(approval), approvalId: null, questions: [asked], at: noon };
  return (await readSpentBefore(opened.db, input))[questionKey(asked)];
}

const otherWallet = { activity: anActivity({ wallet: { id: 'wa-other', name: null } }) };

describe('what was spent before an instant of the past', () => {
  it('is exact: count, base units and values, later and older payments left out', async () => {
    await paid({ reference: 'a', at: noon - hourMs });
    await paid({ reference: 'b', at: noon - 23 * hourMs });
    await paid({ reference: 'too-old', at: noon - 24 * hourMs });
    await paid({ reference: 'later', at: noon + minuteMs });

    const sum = await sumOf(question({ currency: 'USD' }));

    expect(sum).toEqual({ count: 2, base: '500000000000', withoutAmount: 0, fiat: '499950', withoutPrice: 0 });
  });

  it('counts what has no price in the currency, and nothing as such when none is asked for', async () => {
    await paid({ reference: 'a', at: noon - hourMs });

    const [inEuro, inNone] = [await sumOf(question({ currency: 'EUR' })), await sumOf(question())];

    expect(inEuro).toMatchObject({ fiat: '0', withoutPrice: 1 });
    expect(inNone).toMatchObject({ fiat: '0', withoutPrice: 0 });
  });

  it('is per what the counter is per, and only of what it lists', async () => {
    await paid({ reference: 'a', at: noon - hourMs });
    await paid({ reference: 'b', at: noon - hourMs, approval: otherWallet });
    const only = [{ dimension: 'wallet', values: ['wa-other', 'wa-none'] }] as const;

    const [mine, listed] = [await sumOf(question()), await sumOf(question({ counter: { per: [], only } }))];

    expect([mine?.count, listed?.count]).toEqual([1, 1]);
  });

  it('counts what is still on its way however old it is, and never the payment itself', async () => {
    await paid({ reference: 'open', at: noon - 72 * hourMs, isOpen: true });
    await paid({ reference: anActivity().subjectId ?? '', at: noon - hourMs });

    expect((await sumOf(question()))?.count).toBe(1);
  });

  it('says how many payments may belong to it, of which too little is known', async () => {
    const noAsset = { activity: anActivity({ asset: null }) };
    await paid({ reference: 'a', at: noon - hourMs });
    await paid({ reference: 'b', at: noon - hourMs, approval: noAsset });
    await paid({ reference: 'old', at: noon - 30 * hourMs, approval: noAsset });
    await paid({
      reference: 'other',
      at: noon - hourMs,
      approval: { activity: { ...noAsset.activity, ...otherWallet.activity, asset: null } },
    });
    const perAsset = { per: ['wallet', 'asset'], only: [] } as const;

    const [asset, wallet] = [await sumOf(question({ counter: perAsset })), await sumOf(question())];

    expect(asset).toMatchObject({ count: 1, inDoubt: 1 });
    expect(wallet).toMatchObject({ count: 2 });
    expect(wallet).not.toHaveProperty('inDoubt');
  });

  it('is unknown where a value that it is per is unknown', async () => {
    expect(await sumOf(question(), { activity: anActivity({ wallet: null }) })).toBeUndefined();
  });
});

describe('a backtest of limits over time', () => {
  const reading = parseRulebook(`
version: 1
rules:
  - id: routine
    title: Routine payouts
    stage: live
    when: [{ kind: activity, in: [transfer] }, { kind: amount, atMost: 1000000 USD }]
    must: [{ kind: spent, window: 24h, per: wallet, count: 2 }]
`);
  if (reading.kind !== 'ok') throw new Error(JSON.stringify(reading));
  const draft = reading.rulebook;

  it.each([
    ['below the limit', [-hourMs], 1],
    ['at the limit', [-hourMs, -2 * hourMs], 0],
    ['with payments after it, which it could not know', [-hourMs, minuteMs], 1],
    ['with payments before the window', [-hourMs, -25 * hourMs], 1],
  ])('sums up what was spent before it: %s', async (_name, offsets, approved) => {
    for (const [index, offset] of offsets.entries()) await paid({ reference: `xfr-${index}`, at: noon + offset });
    await seedPast(opened.db, { id: 'ap-1' });
    const ctx = { db: opened.db, now: () => noon + hourMs, platforms: new Map() };

    const { totals } = await backtest(ctx, { draft, inForce: null, days: 30, connection: null, keep: 10 });

    expect(totals['approved-elsewhere'].draft).toBe(approved);
  });
});
