// The kinds that decode a payload themselves: the contract and the function that is called, and typed data.
import { describe, expect, test } from 'vitest';
import { noRequest } from '../../src/domain/activity.ts';
import { calling, faultsOf, other, truthOf } from './payloads.ts';
import { answerOf, aPayout, supplier } from './rulebooks.ts';

const word = (text: string): string => text.toLowerCase().replace('0x', '').padStart(64, '0');
const paid = `0xa9059cbb${word(supplier)}${word('3e8')}`;

describe('contract', () => {
  test.each([
    ['in the list', supplier, 'true'],
    ['in other letters', supplier.toLowerCase(), 'true'],
    ['another', other, 'false'],
    ['no contract at all', null, 'unknown'],
    ['no address', 'vitalik.eth', 'unknown'],
  ])('%s is %s', (_, to, truth) => {
    expect(truthOf('{ kind: contract, in: $suppliers }', calling('0x', { to }))).toBe(truth);
  });

  test('without a call that could be read it is unknown', () => {
    expect(truthOf('{ kind: contract, in: $suppliers }', {})).toBe('unknown');
  });

  test('a wrong checksum is refused', () => {
    expect(faultsOf(`{ kind: contract, in: [${supplier.replace('C8', 'c8')}] }`)[0]?.words).toContain('checksum');
  });
});

describe('call', () => {
  const transfer = "function: 'transfer(address to, uint256 amount)'";

  test.each([
    ['the function alone', `{ kind: call, ${transfer} }`, paid, 'true'],
    ['its argument at the limit', `{ kind: call, ${transfer}, where: { amount: { atMost: 1000 } } }`, paid, 'true'],
    ['its argument above the limit', `{ kind: call, ${transfer}, where: { amount: { below: 1000 } } }`, paid, 'false'],
    ['a limit in hexadecimal', `{ kind: call, ${transfer}, where: { amount: { atMost: '0x3e8' } } }`, paid, 'true'],
    ['an argument by position', `{ kind: call, ${transfer}, where: { '1': { is: 1000 } } }`, paid, 'true'],
    ['an address from a list', `{ kind: call, ${transfer}, where: { to: { in: $suppliers } } }`, paid, 'true'],
    ['an address that is not meant', `{ kind: call, ${transfer}, where: { to: { isNot: '${other}' } } }`, paid, 'true'],
    [
      'two arguments, of which one is not as wanted',
      `{ kind: call, ${transfer}, where: { to: { is: '${other}' }, amount: { atMost: 1000 } } }`,
      paid,
      'false',
    ],
    [
      'a JSON ABI',
      '{ kind: call, abi: { name: transfer, inputs: [{ type: address }, { type: uint256 }] } }',
      paid,
      'true',
    ],
    ['another function', `{ kind: call, ${transfer} }`, `0x095ea7b3${paid.slice(10)}`, 'false'],
    ['no data', `{ kind: call, ${transfer} }`, '0x', 'false'],
    ['data with a byte too many', `{ kind: call, ${transfer} }`, `${paid}00`, 'unknown'],
    ['data with dirty padding', `{ kind: call, ${transfer} }`, `0xa9059cbb${'f'.repeat(128)}`, 'unknown'],
  ])('%s', (_, condition, data, truth) => {
    expect(truthOf(condition, calling(data))).toBe(truth);
  });

  test('the largest amount is one more than the one below it', () => {
    const data = `0xa9059cbb${word(supplier)}${'f'.repeat(64)}`;
    const limit = (2n ** 256n - 2n).toString();

    expect(truthOf(`{ kind: call, ${transfer}, where: { amount: { above: '${limit}' } } }`, calling(data))).toBe(
      'true',
    );
    expect(truthOf(`{ kind: call, ${transfer}, where: { amount: { atMost: '${limit}' } } }`, calling(data))).toBe(
      'false',
    );
  });

  test('says what was called', () => {
    const condition = `{ kind: call, ${transfer}, where: { amount: { below: 5 } } }`;
    const answer = answerOf(condition, aPayout({ request: { ...noRequest, ...calling(paid) } }));

    expect(answer.words).toBe('it calls transfer, amount 1000');
    expect(answer.wanted).toBe('transfer(address to, uint256 amount), amount below 5');
  });

  test.each([
    ['no function', '{ kind: call }', 'needs either `function` or `abi`'],
    ['both', `{ kind: call, ${transfer}, abi: { name: f } }`, 'needs either `function` or `abi`'],
    ['a signature that is none', "{ kind: call, function: 'transfer' }", 'is not the signature of a function'],
    ['an ABI that is none', '{ kind: call, abi: { name: f, inputs: [{ type: uint257 }] } }', 'the inputs of f'],
    [
      'an argument that is not there',
      `{ kind: call, ${transfer}, where: { value: { is: 1 } } }`,
      'has no single value "value"',
    ],
    [
      'an amount that is no number',
      `{ kind: call, ${transfer}, where: { amount: { is: 1e18 } } }`,
      '"1e18" is not a number',
    ],
    [
      'a wrong checksum',
      `{ kind: call, ${transfer}, where: { to: { is: '${supplier.replace('C8', 'c8')}' } } }`,
      'not an EVM address',
    ],
    ['an order of addresses', `{ kind: call, ${transfer}, where: { to: { above: '${other}' } } }`, 'compares numbers'],
    ['text in a number', `{ kind: call, ${transfer}, where: { amount: { contains: '1' } } }`, 'looks into text'],
    ['a comparison with nothing', `{ kind: call, ${transfer}, where: { amount: {} } }`, 'compares with nothing'],
    ['an operator that nobody knows', `{ kind: call, ${transfer}, where: { amount: { almost: 1 } } }`, ''],
    [
      'a list that is not there',
      `{ kind: call, ${transfer}, where: { to: { in: $nobody } } }`,
      'is not one of `lists`',
    ],
  ])('%s is refused', (_, condition, words) => {
    const faults = faultsOf(condition);

    expect(faults.length).toBeGreaterThan(0);
    expect(faults.map((fault) => fault.words).join('; ')).toContain(words);
    expect(faults.every((fault) => fault.remedy !== '')).toBe(true);
  });
});

describe('typed-data', () => {
  const types = {
    Permit: [
      { name: 'spender', type: 'address' },
      { name: 'value', type: 'uint256' },
    ],
  };
  const signing = (change: object = {}) => ({
    typedData: JSON.stringify({
      types,
      primaryType: 'Permit',
      domain: { chainId: 1, verifyingContract: supplier },
      message: { spender: supplier, value: '1000' },
      ...change,
    }),
  });
  const domain = [
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ];
  const fixed = 'primaryType: Permit, types: { Permit: [address spender, uint256 value] }';

  test.each([
    ['the chain', '{ kind: typed-data, domain: { chainId: { in: [1, 10] } } }', {}, 'true'],
    ['another chain', '{ kind: typed-data, domain: { chainId: { is: 10 } } }', {}, 'false'],
    ['the contract', '{ kind: typed-data, domain: { verifyingContract: { in: $suppliers } } }', {}, 'true'],
    ['a domain without a chain', '{ kind: typed-data, domain: { chainId: { is: 1 } } }', { domain: {} }, 'unknown'],
    ['a value at the limit', `{ kind: typed-data, ${fixed}, where: { value: { atMost: 1000 } } }`, {}, 'true'],
    ['a value above the limit', `{ kind: typed-data, ${fixed}, where: { value: { atMost: 999 } } }`, {}, 'false'],
    ['an address', `{ kind: typed-data, ${fixed}, where: { spender: { in: $suppliers } } }`, {}, 'true'],
    ['the primary type alone', '{ kind: typed-data, primaryType: Permit }', {}, 'true'],
    ['another message', '{ kind: typed-data, primaryType: Order }', {}, 'false'],
    [
      'no types: those that are signed',
      '{ kind: typed-data, primaryType: Permit, where: { value: { is: 1000 } } }',
      {},
      'true',
    ],
    [
      'a field that is not signed',
      '{ kind: typed-data, primaryType: Permit, where: { owner: { is: x } } }',
      {},
      'unknown',
    ],
    ['other types', `{ kind: typed-data, ${fixed} }`, { types: { Permit: types.Permit.toReversed() } }, 'unknown'],
    [
      'a domain declared otherwise, and the value as wanted',
      `{ kind: typed-data, ${fixed}, where: { value: { atMost: 1000 } } }`,
      { types: { ...types, EIP712Domain: domain } },
      'unknown',
    ],
    [
      'a domain declared otherwise, and the value not as wanted',
      `{ kind: typed-data, ${fixed}, where: { value: { atMost: 999 } } }`,
      { types: { ...types, EIP712Domain: domain } },
      'false',
    ],
  ])('%s', (_, condition, change, truth) => {
    expect(truthOf(condition, signing(change))).toBe(truth);
  });

  test('what is no typed data is unknown', () => {
    expect(truthOf('{ kind: typed-data, primaryType: Permit }', { typedData: '{}' })).toBe('unknown');
    expect(truthOf('{ kind: typed-data, primaryType: Permit }', {})).toBe('unknown');
  });

  test.each([
    ['nothing', '{ kind: typed-data }', 'has neither domain nor primaryType'],
    [
      'a domain field that does not exist',
      '{ kind: typed-data, domain: { chain: { is: 1 } } }',
      'is not a field of a domain',
    ],
    ['a chain that is no number', '{ kind: typed-data, domain: { chainId: { is: mainnet } } }', 'is not a number'],
    [
      'types without a primary type',
      '{ kind: typed-data, domain: { chainId: { is: 1 } }, types: { A: [bool a] } }',
      'without a primaryType',
    ],
    [
      'a type that does not exist',
      '{ kind: typed-data, primaryType: A, types: { A: [uint7 a] } }',
      'are not the types',
    ],
    [
      'types without the primary one',
      '{ kind: typed-data, primaryType: B, types: { A: [bool a] } }',
      'are not the types',
    ],
    [
      'a path that is not there',
      `{ kind: typed-data, ${fixed}, where: { owner: { is: x } } }`,
      'has no single value "owner"',
    ],
    ['a value that is no number', `{ kind: typed-data, ${fixed}, where: { value: { is: all } } }`, 'is not a number'],
  ])('%s is refused', (_, condition, words) => {
    expect(
      faultsOf(condition)
        .map((fault) => fault.words)
        .join('; '),
    ).toContain(words);
  });
});
