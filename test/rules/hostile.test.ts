import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noRequest } from '../../src/domain/activity.ts';
import { compileRulebook } from '../../src/rules/compile.ts';
import { evaluateRulebook } from '../../src/rules/evaluate.ts';
import { factsOf } from '../../src/rules/facts.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { anAsset } from '../builders.ts';
import { answerOf, aPayout, rulebookOf, seen, supplier, usdc, withConditions } from './rulebooks.ts';

const yes = '{ kind: activity, in: [transfer] }';
const no = '{ kind: activity, in: [swap] }';
const unknown = '{ kind: unsupported, what: something else }';

function answerTo(source: string, approval = aPayout()) {
  return evaluateRulebook(compileRulebook(rulebookOf(source)), factsOf(seen(approval)));
}

function withFields(fields: Readonly<Record<string, readonly string[]>>) {
  return aPayout({ request: { ...noRequest, fields } });
}

describe('a set that leaves to others what it is silent on', () => {
  const sets = (match: string, rule: string) => `version: 1
sets:
  - name: guard
    match: ${match}
    otherwise: pass-on
    rules:
      - { id: guarded, title: Guarded, stage: live, ${rule} }
  - name: generous
    rules:
      - { id: generous, title: Generous, stage: live, when: [${yes}] }
`;

  test.each([
    ['may apply, and does not hold then', `when: [${unknown}], must: [${no}]`],
    ['applies, and may not hold', `when: [${yes}], must: [${unknown}]`],
    ['applies, may not hold, and only tells somebody', `when: [${yes}], must: [${unknown}], effect: { notify: ops }`],
  ])('is not silent while a rule of it %s', (_, rule) => {
    for (const match of ['any-passes', 'all-must-pass', 'first-match']) {
      expect([match, answerTo(sets(match, rule))]).toMatchObject([match, { kind: 'abstain', because: 'unknown' }]);
    }
  });
});

describe('recipients of which some are listed and some are not', () => {
  const both = aPayout({
    destinations: [
      { address: supplier, amountBase: '1' },
      { address: usdc, amountBase: '1' },
    ],
  });

  test.each([
    ['an allow for whoever is not on a list', `when: [{ not: { kind: recipient, in: ['${supplier}'] } }]`],
    ['an allow for whoever is on it', `when: [{ kind: recipient, in: ['${supplier}'] }]`],
  ])('are nobody that %s can mean', (_, rule) => {
    const source = `version: 1\nrules: [{ id: a, title: A, stage: live, ${rule} }]\n`;

    expect(answerTo(source, both).kind).toBe('abstain');
  });

  test('do not slip past a rule that objects to one of them', () => {
    const source = `version: 1
match: deny-overrides
rules:
  - { id: a, title: A, stage: live, when: [${yes}] }
  - { id: b, title: B, stage: live, when: [{ kind: recipient, in: ['${usdc}'] }], effect: abstain }
`;

    expect(answerTo(source, both).kind).toBe('abstain');
  });
});

const narrowed = (only: string) =>
  withConditions(`{ kind: spent, per: wallet, window: 24h, atMost: 1000 USD, only: ${only} }`);

describe('a sum narrowed to values that no payment can have', () => {
  test.each([
    ['a network in small letters', '{ network: [ethereum] }'],
    ['an asset by its symbol', '{ asset: [USDC] }'],
    ['an asset by its address alone', `{ asset: ['${usdc}'] }`],
    ['an asset with the letters of its checksum', `{ asset: ['Ethereum/${usdc}'] }`],
    ['a recipient without its network', `{ recipient: ['${supplier}'] }`],
    ['a recipient with the letters of its checksum', `{ recipient: ['Ethereum/${supplier}'] }`],
    ['an activity that there is not', '{ activity: [transfers] }'],
  ])('is refused, because it would never reach its limit: %s', (_, only) => {
    expect(parseRulebook(narrowed(only)).kind).toBe('faults');
  });

  test.each([
    '{ network: [Ethereum] }',
    `{ asset: ['Ethereum/${usdc.toLowerCase()}', Ethereum/native] }`,
    `{ recipient: ['Ethereum/${supplier.toLowerCase()}'] }`,
    '{ activity: [transfer, contract-call] }',
    '{ initiator: [us-1], transaction-type: [Erc20], method: [eth_sendTransaction], counterparty: [c], credential: [k] }',
  ])('takes the values that payments have: %s', (only) => {
    expect(parseRulebook(narrowed(only)).kind).toBe('ok');
  });
});

describe('an asset that calls itself the coin', () => {
  test('is not the coin', () => {
    const named = aPayout({ network: 'XrpLedger', asset: anAsset({ reference: 'native', decimals: 6 }) });

    expect(answerOf('{ kind: asset, in: [{ network: XrpLedger, reference: native }] }', named).truth).not.toBe('true');
  });
});

describe('a listed account at an exchange, which tells its customers apart by a destination tag', () => {
  const exchange = 'rNDvqWSvarYhvFsezgBE7jfJbqdAGXRRio';
  const condition = `{ kind: recipient, in: [${exchange}] }`;
  const paid = (memo: string | null) =>
    aPayout({ network: 'XrpLedger', destinations: [{ address: exchange, amountBase: '1' }], memo });

  test('is not known to be the listed recipient when a tag says whom it credits', () => {
    expect(answerOf(condition, paid(null)).truth).toBe('true');
    expect(answerOf(condition, paid('1234567'))).toMatchObject({
      truth: 'unknown',
      words: expect.stringContaining('destination tag'),
    });
  });

  test('is any text elsewhere', () => {
    expect(answerOf(`{ kind: recipient, in: ['${supplier}'] }`, aPayout({ memo: 'invoice 7' })).truth).toBe('true');
  });
});

describe('several sets with rules of every form', () => {
  const names = ['p', 'q', 'r'] as const;
  const leaf = fc.constantFrom(...names).map((name) => `{ kind: field, name: ${name}, is: yes }`);
  const condition = fc.oneof(
    leaf,
    leaf.map((one) => `{ not: ${one} }`),
    fc.tuple(leaf, leaf).map(([a, b]) => `{ any: [${a}, { not: ${b} }] }`),
  );
  const conditions = fc.array(condition, { minLength: 1, maxLength: 2 }).map((all) => `[${all.join(', ')}]`);
  const rule = fc.record({
    when: conditions,
    must: fc.option(conditions, { freq: 2 }),
    effect: fc.constantFrom('allow', 'allow', 'abstain', '{ people: [A] }', '{ notify: ops }', '[allow, people]'),
    enforcement: fc.constantFrom('strict', 'strict', 'strict', 'advisory'),
  });
  const set = fc.record({
    match: fc.constantFrom('first-match', 'deny-overrides', 'all-must-pass', 'any-passes', 'all-trigger'),
    otherwise: fc.constantFrom('abstain', 'pass-on', 'pass-on'),
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  });
  // One more set allows anything, so that much is allowed, and every silence of the others shows.
  const generous = '{ id: any, title: Any, stage: live, when: [{ kind: always }] }';
  const document = fc.array(set, { minLength: 1, maxLength: 2 }).map((sets) => {
    const written = sets.map(({ match, otherwise, rules }, at) => {
      const lines = rules.map(({ when, must, effect, enforcement }, index) => {
        const demanded = must === null ? '' : `, must: ${must}`;
        const head = `id: r-${at}-${index}, title: R, stage: live, enforcement: ${enforcement}`;
        return `      - { ${head}, when: ${when}${demanded}, effect: ${effect} }\n`;
      });
      return `  - name: s-${at}\n    match: ${match}\n    otherwise: ${otherwise}\n    rules:\n${lines.join('')}`;
    });
    return `version: 1\nsets:\n${written.join('')}  - { name: generous, rules: [${generous}] }\n`;
  });

  const known = ['yes', 'no', null] as const;
  /** Every way to know some of the three fields. */
  const states = known.flatMap((p) => known.flatMap((q) => known.map((r) => [p, q, r] as const)));

  test('allow only what they would allow whatever the unknown turned out to be', () => {
    fc.assert(
      fc.property(document, (source) => {
        const compiled = compileRulebook(rulebookOf(source));
        const allowed = states.filter((state) => {
          const fields = names.flatMap((name, at) => (state[at] ? [[name, [state[at]]] as const] : []));
          return evaluateRulebook(compiled, factsOf(seen(withFields(Object.fromEntries(fields))))).kind === 'allow';
        });
        const completed = allowed.flatMap((state) =>
          states.filter(
            (other) => !other.includes(null) && state.every((one, at) => one === null || one === other[at]),
          ),
        );
        expect([source, completed.filter((state) => !allowed.includes(state))]).toEqual([source, []]);
      }),
      { numRuns: 500 },
    );
  });
});
