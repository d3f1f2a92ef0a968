import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { activityKinds, isGovernance } from '../../src/domain/activity.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { conditionsOf, rulesOf } from '../../src/domain/rulebook.ts';
import { change, rulebookOf, supplier, text, withConditions } from './rulebooks.ts';

function short(source: string): readonly string[] {
  const reading = parseRulebook(source);
  return reading.kind === 'ok' ? [] : reading.faults.map(({ path, words }) => `${path} ${words}`);
}

describe('a rulebook without faults', () => {
  test('holds its rules in order, with its own names replaced by what they stand for', () => {
    const rulebook = rulebookOf(text);

    expect(rulesOf(rulebook)).toMatchObject([
      { id: 'routine', title: 'Small supplier payouts', stage: { kind: 'live' }, effects: [{ kind: 'allow' }] },
    ]);
    expect(conditionsOf(rulesOf(rulebook)[0]?.when ?? [])[3]).toEqual({
      kind: 'recipient',
      in: { list: 'suppliers', values: [supplier, '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'] },
    });
  });

  test('names the SHA-256 of its text, so that a comment is another version', () => {
    expect(rulebookOf(text).hash).toBe(createHash('sha256').update(text).digest('hex'));
    expect(rulebookOf(`${text}# note\n`).hash).not.toBe(rulebookOf(text).hash);
  });

  test('keeps every digit of an address that stands without quotes', () => {
    const list = conditionsOf(rulesOf(rulebookOf(text))[0]?.when ?? [])[3]?.['in'];

    expect(JSON.stringify(list)).toContain(supplier);
  });

  test('is plain JSON: it survives being stored', () => {
    const rulebook = rulebookOf(withConditions('{ kind: amount, atMost: 5000 USDC }', '{ kind: asset, in: [ETH] }'));

    expect(JSON.parse(JSON.stringify(rulebook))).toEqual(rulebook);
  });

  test('may have no rules: then nothing is automatic', () => {
    expect(rulesOf(rulebookOf('version: 1\nrules: []\n'))).toEqual([]);
  });

  test('the example in manifests/ is one', () => {
    const example = readFileSync('manifests/rulebook.example.yaml', 'utf8');

    expect(rulesOf(rulebookOf(example)).map(({ id, stage }) => [id, stage.kind])).toEqual([
      ['supplier-invoices', 'live'],
      ['payroll-usdc', 'shadow'],
    ]);
  });
});

describe('the guard rails', () => {
  test.each(activityKinds.filter((kind) => isGovernance(kind) || kind === 'unknown'))(
    '%s can be allowed by no rule',
    (kind) => {
      const faults = short(withConditions(`{ kind: activity, in: [transfer, ${kind}] }`));

      expect(faults).toEqual([`rules[0].when[0].in[1] "${kind}" can never be approved by a rule`]);
    },
  );
});

describe('faults', () => {
  test.each([
    ['no version', change('version: 1\n', ''), 'version is missing'],
    ['another version', change('version: 1', 'version: 2'), 'version must be one of: 1'],
    ['an unknown section', `${text}rule: []\n`, 'rule is not a key that is known here'],
    ['no rules', 'version: 1\n', 'rules is missing'],
    ['rules that are no list', 'version: 1\nrules: { a: 1 }\n', 'rules must be a list, not a section with keys'],
    ['a rule without an id', change('  - id: routine\n    title', '  - title'), 'rules[0].id is missing'],
    ['no stage', change('    stage: live\n', ''), 'rules[0].stage is missing'],
    [
      'an unknown stage',
      change('stage: live', 'stage: on'),
      'rules[0].stage must be one of: live, shadow, canary 1% to canary 99%',
    ],
    [
      'an unknown key',
      change('stage: live', 'stage: live\n    unless: []'),
      'rules[0].unless is not a key that is known here',
    ],
    ['no conditions', change(/when:[^]*/, 'when: []\n'), 'rules[0].when must be a list of conditions, not empty'],
    ['one id twice', `${text}${text.slice(text.indexOf('  - id'))}`, 'rules[1].id repeats "routine"'],
    ['an empty list', change(/suppliers:\n(.*\n){2}/, 'suppliers: []\n'), 'lists.suppliers must not be empty'],
    [
      'a list entry that is no address',
      change('0x70997970C51812dc3A010C7d01b50e0d17dc79C8', '0x7099'),
      'lists.suppliers[0] "0x7099" is not an address of a network that is known here',
    ],
    [
      'an address with a wrong checksum',
      change('0x70997970C51812dc', '0x70997970c51812dc'),
      'lists.suppliers[0] "0x70997970c51812dc3A010C7d01b50e0d17dc79C8" is not an address of a network that is known here',
    ],
    [
      'a list name that is none',
      change('suppliers:\n', 'my suppliers:\n'),
      'lists.my suppliers is not a name: letters, digits, dashes and underscores',
    ],
    [
      'an asset named like a currency',
      change('  ETH: {', '  EUR: {'),
      'assets.EUR is the code of a currency, so it cannot name an asset',
    ],
    [
      'an asset on an unknown network',
      change('network: Ethereum, reference: native', 'network: Etherium, reference: native'),
      'assets.ETH.network is not a network that is known here',
    ],
    [
      'an asset without decimals',
      change(', decimals: 6', ''),
      'assets.USDC needs its decimals, so that amounts are exact',
    ],
    [
      'a coin with wrong decimals',
      change('reference: native', 'reference: native, decimals: 8'),
      'assets.ETH has 8 decimals, but the coin of Ethereum has 18',
    ],
    [
      'an asset that is no address',
      change('reference: 0xA0b8', 'reference: 0xZ0b8'),
      'assets.USDC "0xZ0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48" is not an asset\'s address on Ethereum',
    ],
  ])('%s', (_, source, fault) => {
    expect(short(source)).toContain(fault);
  });

  test.each([
    ['{ kind: amont, atMost: 1 USD }', '.kind "amont" is not a kind of condition'],
    ['{ atMost: 1 USD }', '.kind is missing'],
    ['{ kind: toString, in: [] }', '.kind "toString" is not a kind of condition'],
    ['{ kind: activity }', '.in is missing'],
    ['{ kind: activity, in: transfer }', '.in must be a list, or the $name of one'],
    ['{ kind: activity, in: [] }', '.in must not be empty'],
    ['{ kind: activity, in: [transfers] }', '.in[0] "transfers" is not a kind of activity'],
    ['{ kind: activity, in: [transfer], not: [swap] }', '.not is not a key that is known here'],
    ['{ kind: network, in: [Etherium] }', '.in[0] "Etherium" is not a network that is known here'],
    ['{ kind: asset, in: [USDT] }', '.in[0] "USDT" is not one of `assets`'],
    ['{ kind: recipient, in: $supplier }', '.in "$supplier" is not one of `lists`'],
    ['{ kind: recipient, in: [bob] }', '.in[0] "bob" is not an address of a network that is known here'],
    ['{ kind: amount }', ' has neither atMost nor atLeast'],
    ['{ kind: amount, atMost: 1000 }', '.atMost must be an amount with its unit'],
    ["{ kind: amount, atMost: '1000' }", '.atMost "1000" is not an amount'],
    ['{ kind: amount, atMost: 10_000 USD }', '.atMost "10_000 USD" is not an amount'],
    ["{ kind: amount, atMost: '10.000,00 USD' }", '.atMost "10.000,00 USD" is not an amount'],
    ['{ kind: amount, atMost: 10.000 USD }', '.atMost "10.000 USD" is not an amount'],
    ['{ kind: amount, atMost: 1.500 USDC }', '.atMost "1.500 USDC" is not an amount'],
    ['{ kind: amount, atMost: -5 USD }', '.atMost "-5 USD" is not an amount'],
    ['{ kind: amount, atMost: 0 USD }', '.atMost must be more than zero'],
    ['{ kind: amount, atMost: 0 USDC }', '.atMost must be more than zero'],
    ['{ kind: amount, atMost: 5 DAI }', '.atMost "DAI" is neither a currency nor one of `assets`'],
    ['{ kind: amount, atMost: 0.0000001 USDC }', '.atMost has more decimals than USDC, which has 6'],
    ['{ kind: amount, atMost: 5 USD, atLeast: 6 USD }', ' has an atLeast above its atMost'],
    ['{ kind: amount, atMost: 5 USD, atLeast: 1 USDC }', ' has limits in two units'],
    ['{ kind: amount, atMost: 5 USD, quoteNotOlderThan: 48h }', '.quoteNotOlderThan must be between 1m and 24h'],
    ['{ kind: amount, atMost: 5 USD, quoteNotOlderThan: 0m }', '.quoteNotOlderThan must be between 1m and 24h'],
  ])('the condition %s', (condition, fault) => {
    expect(short(withConditions(condition))).toEqual([`rules[0].when[0]${fault}`]);
  });

  test('all of them at once, each with its line and what to do', () => {
    const source = change('1000 USD', '1000', change('stage: live', 'stage: on', `${text}x: 1\n`));

    const reading = parseRulebook(source);

    expect(reading).toMatchObject({
      kind: 'faults',
      faults: [
        { line: 18, path: 'x' },
        { line: 12, path: 'rules[0].stage' },
        { line: 16, path: 'rules[0].when[2].atMost' },
      ],
    });
  });

  test('a condition is reported at its own line', () => {
    const reading = parseRulebook(change('atMost: 1000 USD', 'atMost: 1000'));

    expect(reading).toMatchObject({ faults: [{ line: 16, path: 'rules[0].when[2].atMost' }] });
  });

  test('a near miss is named', () => {
    const reading = parseRulebook(change('in: $suppliers', 'in: $supplierz'));

    expect(reading).toMatchObject({ faults: [{ remedy: 'Did you mean "suppliers"?' }] });
  });
});
