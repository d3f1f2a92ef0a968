import { describe, expect, test } from 'vitest';
import type { Activity } from '../../src/domain/activity.ts';
import type { Truth } from '../../src/domain/rulebook.ts';
import type { SpendAnswer, SpendSum } from '../../src/domain/spend.ts';
import { compileRulebook } from '../../src/rules/compile.ts';
import { explainRulebook } from '../../src/rules/explain.ts';
import { factsOf } from '../../src/rules/facts.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { questionKey } from '../../src/domain/spend.ts';
import { aPayout, rulebookOf, seen, withConditions } from './rulebooks.ts';

const nothing: SpendSum = { count: 0, base: '0', withoutAmount: 0, fiat: '0', withoutPrice: 0 };

/** Judges 500 USDC (500 USD) after what was spent before. */
function judged(condition: string, before: Partial<SpendAnswer> | null, activity: Partial<Activity> = {}) {
  const compiled = compileRulebook(rulebookOf(withConditions(condition)));
  const [question] = compiled.sets[0]?.rules[0]?.asks ?? [];
  if (question === undefined) throw new Error('the condition asks for no sum');
  const spent = before === null ? {} : { [questionKey(question)]: { ...nothing, ...before } };
  const { rules } = explainRulebook(compiled, factsOf(seen(aPayout(activity), { spent })));
  const answer = rules[0]?.conditions[0];
  if (answer === undefined) throw new Error('the rule has no condition');
  return { question, answer };
}

describe('what was spent in a currency, this payment included', () => {
  const limit = '{ kind: spent, per: wallet, window: 24h, atMost: 1000 USD }';

  test.each<[string, Partial<SpendAnswer>, Truth]>([
    ['nothing before', {}, 'true'],
    ['exactly the limit', { count: 1, fiat: '500' }, 'true'],
    ['a cent above', { count: 1, fiat: '500.01' }, 'false'],
    ['far above', { count: 9, fiat: '1000000' }, 'false'],
    ['something without a price before', { count: 2, fiat: '100', withoutPrice: 1 }, 'unknown'],
    ['above already, whatever has no price', { count: 2, fiat: '501', withoutPrice: 1 }, 'false'],
    ['one that may belong to it', { count: 2, fiat: '100', inDoubt: 1 }, 'unknown'],
    ['above already, whatever may belong to it', { count: 2, fiat: '501', inDoubt: 1 }, 'false'],
  ])('%s', (_, before, truth) => {
    expect(judged(limit, before).answer.truth).toBe(truth);
  });

  test('is unknown when the sum could not be read, or this payment has no price', () => {
    expect(judged(limit, null).answer).toMatchObject({ truth: 'unknown' });
    expect(judged(limit, {}, { price: null }).answer).toMatchObject({ truth: 'unknown' });
  });

  test('asks for the wallet, over a day, in dollars', () => {
    expect(judged(limit, {}).question).toEqual({
      counter: { per: ['wallet'], only: [] },
      window: { kind: 'rolling', seconds: 86_400 },
      currency: 'USD',
    });
  });

  test('says how much of the limit it would use', () => {
    expect(judged(limit, { fiat: '600' }).answer.words).toBe(
      'with it, 1,100.00 USD of 1,000.00 USD in 24 hours per wallet',
    );
  });
});

describe('what was spent of one asset', () => {
  const limit = '{ kind: spent, per: [wallet], window: day Europe/Zurich, atMost: 1000 USDC }';

  test.each<[string, Partial<SpendAnswer>, Truth]>([
    ['exactly the limit', { base: '500000000' }, 'true'],
    ['one unit above', { base: '500000001' }, 'false'],
    ['beyond 2^256', { base: (2n ** 256n).toString() }, 'false'],
    ['an unknown amount before', { base: '1', withoutAmount: 1 }, 'unknown'],
    ['one that may belong to it', { base: '1', inDoubt: 1 }, 'unknown'],
    ['above already, whatever may belong to it', { base: '500000001', inDoubt: 1 }, 'false'],
  ])('%s', (_, before, truth) => {
    expect(judged(limit, before).answer.truth).toBe(truth);
  });

  test('is per asset even when it does not say so, because two assets have no sum', () => {
    expect(judged(limit, {}).question.counter.per).toEqual(['wallet', 'asset']);
  });

  test('is unknown for another asset', () => {
    const eth = { asset: { standard: 'Native', reference: null, symbol: 'ETH', decimals: 18, verified: null } };

    expect(judged(limit, {}, eth).answer.truth).toBe('unknown');
  });
});

describe('how many payments', () => {
  test('with room for all that may belong to it, and without', () => {
    const limit = '{ kind: spent, per: wallet, window: 24h, count: 5 }';

    expect(judged(limit, { count: 2, inDoubt: 2 }).answer.truth).toBe('true');
    expect(judged(limit, { count: 2, inDoubt: 3 }).answer).toMatchObject({
      truth: 'unknown',
      words: 'too little is known of 3 payments before it to say whether they count',
    });
  });

  test.each<[number, Truth]>([
    [0, 'true'],
    [4, 'true'],
    [5, 'false'],
  ])('after %i, with at most five', (count, truth) => {
    expect(judged('{ kind: spent, per: connection, window: lifetime, count: 5 }', { count }).answer.truth).toBe(truth);
  });

  test('counts only those that the condition names', () => {
    const { question } = judged(
      '{ kind: spent, per: [], only: { initiator: [us-1, us-2] }, window: 3600s, count: 1 }',
      {},
    );

    expect(question.counter).toEqual({ per: [], only: [{ dimension: 'initiator', values: ['us-1', 'us-2'] }] });
  });
});

describe('faults', () => {
  test.each([
    ['a window of zero', '{ kind: spent, per: wallet, window: 0h, count: 1 }', 'window'],
    ['a window without a unit', '{ kind: spent, per: wallet, window: 24, count: 1 }', 'window'],
    ['a day in no time zone', '{ kind: spent, per: wallet, window: day Mars/Base, count: 1 }', 'window'],
    ['no limit', '{ kind: spent, per: wallet, window: 24h }', 'neither'],
    ['an amount without a unit', '{ kind: spent, per: wallet, window: 24h, atMost: 5 }', 'unit'],
    ['nothing to be per', '{ kind: spent, window: 24h, count: 1 }', 'per'],
    ['an unknown dimension', '{ kind: spent, per: planet, window: 24h, count: 1 }', 'per'],
    [
      'a value that stands for an unknown one',
      '{ kind: spent, per: wallet, only: { wallet: ["?"] }, window: 24h, count: 1 }',
      'is no wallet',
    ],
    [
      'seven things at once',
      '{ kind: spent, per: [wallet, asset, recipient, initiator, method, network], only: { activity: [transfer] }, window: 24h, count: 1 }',
      'is about 7 things at once',
    ],
    ['a count of zero', '{ kind: spent, per: wallet, window: 24h, count: 0 }', 'count'],
  ])('%s', (_, condition, where) => {
    const reading = parseRulebook(withConditions(condition));

    expect(reading.kind).toBe('faults');
    expect(JSON.stringify(reading)).toContain(where);
  });
});
