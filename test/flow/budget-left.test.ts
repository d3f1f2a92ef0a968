import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import { reserve } from '../../src/db/spend.ts';
import type { Budget } from '../../src/domain/budget.ts';
import { budgetLeft } from '../../src/flow/budget-left.ts';
import { anActivity, anApproval, connection, hourMs, newRecipient, noon } from '../builders.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { aConfig } from './lab.ts';
import { byVerdict, seedPast } from './past.ts';

let database: TestDatabase;
let opened: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  opened = connect(database.url, { max: 2 });
});

afterAll(async () => {
  await opened.close();
  await database.drop();
});

const budget = (change: Partial<Budget>): Budget => ({
  connection,
  per: 'connection',
  windowMs: 24 * hourMs,
  count: 2,
  amount: { value: '300000', currency: 'USD' },
  ...change,
});

const ctx = {
  config: aConfig({
    budgets: [
      budget({}),
      budget({ per: 'recipient', count: 1, amount: { value: '200000', currency: 'USD' } }),
      budget({ connection: 'other' }),
    ],
  }),
  now: () => noon + hourMs,
};

describe('what automation may still approve', () => {
  it('is each budget that it would spend from, less what was reserved, and never below zero', async () => {
    const approval = anApproval();
    const approvalId = await seedPast(opened.db, { id: approval.id, basis: byVerdict });
    const [decision] = await opened.sql<{ id: string }[]>`select id from decisions`;
    const keys = [
      `budget/${connection}/connection/`,
      `budget/${connection}/recipient/Ethereum/${newRecipient.toLowerCase()}`,
    ];
    const value = { value: '249975', currency: 'USD' };
    const reservation = { keys, approvalId, decisionId: decision?.id ?? randomUUID(), value, now: noon };
    await opened.db.transaction((tx) => reserve(tx, reservation));

    const left = await budgetLeft(ctx, opened.db, { connection, approval });

    expect(left).toEqual([
      { per: 'connection', windowMs: 24 * hourMs, count: 1, amount: { value: '50025', currency: 'USD' } },
      { per: 'recipient', windowMs: 24 * hourMs, count: 0, amount: { value: '0', currency: 'USD' } },
    ]);
  });

  it('is nothing for what is no plain transfer', async () => {
    const approval = anApproval({ activity: anActivity({ kind: 'contract-call' }) });

    expect(await budgetLeft(ctx, opened.db, { connection, approval })).toEqual([]);
  });
});
