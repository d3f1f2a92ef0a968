import { describe, expect, test } from 'vitest';
import { answerOf, aPayout, rulebookOf, usdc, withConditions } from './rulebooks.ts';

const of = `of: { network: Ethereum, reference: '${usdc}' }`;

const answer = (reference: string) =>
  answerOf(`{ kind: asset, in: [{ network: Ethereum, reference: '${reference}' }] }`, aPayout());

const refused = (asset: string) => () => rulebookOf(withConditions(`{ kind: asset, in: [${asset}] }`));

describe('base units', () => {
  test.each([
    [`{ kind: base-units, ${of}, atMost: '500000000' }`, 'true'],
    [`{ kind: base-units, ${of}, atMost: '499999999' }`, 'false'],
    [`{ kind: base-units, ${of}, atLeast: '500000000', atMost: '500000000' }`, 'true'],
    [`{ kind: base-units, ${of}, atLeast: '500000001' }`, 'false'],
    [`{ kind: base-units, ${of}, atMost: '${2n ** 256n}' }`, 'true'],
    ["{ kind: base-units, atLeast: '1' }", 'true'],
    ["{ kind: base-units, of: { network: Ethereum, reference: native }, atMost: '1' }", 'unknown'],
    ["{ kind: base-units, of: { network: Polygon, reference: native }, atMost: '1' }", 'unknown'],
  ])('%s is %s for 500 USDC', (condition, truth) => {
    expect(answerOf(condition, aPayout()).truth).toBe(truth);
  });

  test('that are not known are unknown, also where anything would do', () => {
    expect(answerOf("{ kind: base-units, atLeast: '1' }", aPayout({ amountBase: null })).truth).toBe('unknown');
    expect(answerOf("{ kind: base-units, atLeast: '1' }", aPayout({ amountBase: '0' })).truth).toBe('false');
  });

  test('say what was there and what was asked for', () => {
    const { words, wanted } = answerOf(`{ kind: base-units, ${of}, atMost: '7' }`, aPayout());
    expect(words).toBe('500000000 base units, where at most 7 was asked for');
    expect(wanted).toBe(`at most 7 base units of ${usdc} on Ethereum`);
  });

  test.each([
    '{ kind: base-units }',
    '{ kind: base-units, atMost: 7 }',
    "{ kind: base-units, atMost: '1.5' }",
    "{ kind: base-units, atMost: '1', atLeast: '2' }",
    "{ kind: base-units, of: { network: Nowhere, reference: native }, atMost: '1' }",
    "{ kind: base-units, of: { network: Ethereum, reference: nonsense }, atMost: '1' }",
  ])('%s is refused', (condition) => {
    expect(() => rulebookOf(withConditions(condition))).toThrow('path');
  });
});

describe('an asset written out in a condition', () => {
  test('may leave its decimals out, because which one it is does not hang on them', () => {
    expect(answer(usdc).truth).toBe('true');
    expect(answer('native').truth).toBe('false');
  });

  test('is refused when it is none, or its coin has other decimals', () => {
    expect(refused('{ network: Ethereum, reference: nonsense }')).toThrow('is not an asset');
    expect(refused('{ network: Ethereum, reference: native, decimals: 8 }')).toThrow('has 8 decimals');
  });
});
