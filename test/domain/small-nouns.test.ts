import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { activityKinds, isGovernance, readPlainTransfer } from '../../src/domain/activity.ts';
import type { Fiat } from '../../src/domain/amount.ts';
import { groupsOf, isListed, mayVoteOnPlatform } from '../../src/domain/approval.ts';
import { overBudget, type Budget } from '../../src/domain/budget.ts';
import { mayWithdraw, type DecisionBasis } from '../../src/domain/decision.ts';
import { allOf, anyOf, type Truth } from '../../src/domain/rulebook.ts';
import { taskKey, taskKinds, type Task } from '../../src/domain/task.ts';
import { aDecision, aGroup, anActivity, anApproval, aPolicy, newRecipient, noon } from '../builders.ts';

function usd(value: string): Fiat {
  return { value, currency: 'USD' };
}

describe('a budget', () => {
  const budget: Budget = {
    connection: 'treasury',
    per: 'recipient',
    windowMs: 86_400_000,
    count: 3,
    amount: { value: '1000', currency: 'USD' },
  };

  test.each([
    ['nothing spent', { count: 0, amount: '0' }, '1000', null],
    ['exactly what is left', { count: 2, amount: '999.99' }, '0.01', null],
    [
      'a cent more than is left',
      { count: 2, amount: '999.99' },
      '0.02',
      'with it, 24 h would exceed the budget of 1,000.00 USD per recipient',
    ],
    [
      'one item more than allowed',
      { count: 3, amount: '0' },
      '1',
      'the budget of 3 items in 24 h per recipient is used up',
    ],
    [
      'more than all of it',
      { count: 0, amount: '0' },
      '1000.000000000000000001',
      'with it, 24 h would exceed the budget of 1,000.00 USD per recipient',
    ],
  ])('%s', (_, spend, value, sentence) => {
    expect(overBudget(budget, spend, usd(value))).toBe(sentence);
  });

  test('in another currency fits nothing', () => {
    expect(overBudget(budget, { count: 0, amount: '0' }, { value: '1', currency: 'EUR' })).toBe(
      'the budget per recipient is in USD, the value in EUR',
    );
  });

  test('of zero items fits nothing', () => {
    expect(overBudget({ ...budget, count: 0 }, { count: 0, amount: '0' }, usd('1'))).toContain('used up');
  });

  test('never lets the sum of what fitted exceed it', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 60_000n }), { maxLength: 20 }), (cents) => {
        let [count, spent] = [0, 0n];
        for (const item of cents) {
          const fits = overBudget(budget, { count, amount: centsText(spent) }, usd(centsText(item))) === null;
          expect(fits).toBe(count < 3 && spent + item <= 100_000n);
          if (!fits) continue;
          count += 1;
          spent += item;
        }
      }),
    );
  });
});

function centsText(cents: bigint): string {
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
}

describe('a decision', () => {
  test.each([
    ['before its first attempt', {}, true],
    ['after its first attempt', { firstAttemptAt: noon }, false],
    ['when it was withdrawn', { withdrawnAt: noon }, false],
    ['when it was tried and withdrawn', { firstAttemptAt: noon, withdrawnAt: noon }, false],
  ])('%s may be withdrawn: %s', (_, change, expected) => {
    expect(mayWithdraw(aDecision(change))).toBe(expected);
  });

  test('has no form that denies without people', () => {
    // Compiles only while these are all the keys of a denial: none of them can hold a verdict.
    const keys: Record<keyof Extract<DecisionBasis, { value: 'denied' }>, true> = {
      value: true,
      people: true,
      reason: true,
      cancelledByInitiator: true,
    };

    expect(Object.keys(keys)).not.toContain('evaluationId');
  });
});

describe('three-valued logic', () => {
  const truths: readonly Truth[] = ['true', 'false', 'unknown'];

  test.each([
    [['true', 'true'], 'true', 'true'],
    [['true', 'false'], 'false', 'true'],
    [['true', 'unknown'], 'unknown', 'true'],
    [['false', 'false'], 'false', 'false'],
    [['false', 'unknown'], 'false', 'unknown'],
    [['unknown', 'unknown'], 'unknown', 'unknown'],
  ] as const)('%j: all is %s, any is %s, in either order', (pair, all, any) => {
    expect([allOf(pair), allOf(pair.toReversed())]).toEqual([all, all]);
    expect([anyOf(pair), anyOf(pair.toReversed())]).toEqual([any, any]);
  });

  test('learning more never takes back what was certain', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...truths), { maxLength: 6 }),
        fc.nat(5),
        fc.constantFrom(...truths),
        (given, at, learnt) => {
          const more = given.map((truth, index) => (index === at && truth === 'unknown' ? learnt : truth));

          for (const combine of [allOf, anyOf]) {
            const certain = combine(given);
            expect(certain === 'unknown' || combine(more) === certain).toBe(true);
          }
        },
      ),
    );
  });
});

describe('an activity', () => {
  test('of governance is never a plain transfer', () => {
    const plain = activityKinds.filter((kind) => readPlainTransfer(anActivity({ kind })).kind === 'plain');

    expect(plain).toEqual(['transfer']);
    expect(plain.some(isGovernance)).toBe(false);
  });

  test('that is a plain transfer names network, wallet, recipient, asset and amount', () => {
    expect(readPlainTransfer(anActivity())).toMatchObject({
      kind: 'plain',
      transfer: {
        network: 'Ethereum',
        walletId: 'wa-br4q3-gen0p-nb1n7ldimog29eu4',
        to: newRecipient,
        amountBase: '250000000000',
      },
    });
  });

  test('says everything that keeps it from being one, not only the first', () => {
    const reading = readPlainTransfer(
      anActivity({ network: null, asset: null, amountBase: null, unread: ['its fee'] }),
    );

    expect(reading).toEqual({
      kind: 'not-plain',
      reasons: ['its fee', 'its network is unknown', 'its asset is unknown', 'its amount is unknown'],
    });
  });
});

describe('a group', () => {
  test('that lets anyone vote lists nobody by name', () => {
    const group = aGroup({ approvers: { kind: 'anyone' } });

    expect([isListed(group, 'us-1'), mayVoteOnPlatform(group, 'us-1')]).toEqual([false, true]);
  });

  test('is found in every triggered policy', () => {
    const policies = [aPolicy(), aPolicy({ id: 'plc-2', groups: [aGroup({ key: 'a' }), aGroup({ key: 'b' })] })];

    expect(groupsOf(anApproval({ policies })).map(({ key }) => key)).toEqual([aGroup().key, 'a', 'b']);
  });
});

describe('a task', () => {
  const tasks: readonly Task[] = [
    { kind: 'refresh', connection: 'treasury', platformId: 'ap-1' },
    { kind: 'evaluate', approvalId: '1' },
    { kind: 'submit', approvalId: '1' },
    { kind: 'sync-card', approvalId: '1' },
    { kind: 'ask', approvalId: '1', personId: 'alice' },
    { kind: 'remind', approvalId: '1', personId: 'alice' },
    { kind: 'tell-outcome', approvalId: '1' },
    { kind: 'announce', noticeId: '1' },
  ];

  test('of every kind has a key of its own, and the same one twice', () => {
    expect(tasks.map(({ kind }) => kind)).toEqual([...taskKinds]);
    expect(new Set(tasks.map(taskKey)).size).toBe(tasks.length);
    expect(tasks.map(taskKey)).toEqual(structuredClone(tasks).map(taskKey));
  });
});
