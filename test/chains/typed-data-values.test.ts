import { describe, expect, test } from 'vitest';
import {
  domainValue,
  matchTypes,
  messageValue,
  messageValueType,
  parseTypedData,
  readTypes,
  type TypedData,
} from '../../src/chains/typed-data-values.ts';

const types = {
  Order: [
    { name: 'amount', type: 'uint256' },
    { name: 'delta', type: 'int8' },
    { name: 'to', type: 'Person' },
    { name: 'path', type: 'address[]' },
    { name: 'ids', type: 'bytes4' },
    { name: 'open', type: 'bool' },
  ],
  Person: [
    { name: 'wallet', type: 'address' },
    { name: 'name', type: 'string' },
  ],
};
const wallet = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const message = {
  amount: '115792089237316195423570985008687907853269984665640564039457584007913129639935',
  delta: -128,
  to: { wallet, name: '0xBob' },
  path: [wallet],
  ids: '0xABCDEF01',
  open: false,
  extra: 'not signed',
};

function signed(change: object = {}): TypedData {
  const document = {
    types,
    primaryType: 'Order',
    domain: { chainId: 1, verifyingContract: wallet },
    message,
    ...change,
  };
  const reading = parseTypedData(JSON.stringify(document));
  if (reading === null) throw new Error('failed to read the typed data');
  return reading;
}

function valueAt(path: string, change: object = {}): string | null {
  const value = messageValue(signed({ message: { ...message, ...change } }), path);
  return value.kind === 'value' ? value.text : null;
}

describe('a value of the message', () => {
  test.each([
    ['amount', message.amount],
    ['delta', '-128'],
    ['to.wallet', wallet.toLowerCase()],
    ['to.name', '0xBob'],
    ['path.0', wallet.toLowerCase()],
    ['ids', '0xabcdef01'],
    ['open', 'false'],
  ])('%s is read by its type', (path, text) => {
    expect(valueAt(path)).toBe(text);
  });

  test('a number keeps its digits, however it is written', () => {
    const text = JSON.stringify({ types, primaryType: 'Order', domain: {}, message }).replace(
      `"${message.amount}"`,
      message.amount,
    );
    const reading = parseTypedData(text);

    expect(reading === null ? null : messageValue(reading, 'amount')).toEqual({ kind: 'value', text: message.amount });
    expect(valueAt('amount', { amount: '0x10' })).toBe('16');
  });

  test.each([
    ['a field that is not signed', 'extra', {}],
    ['a field that nobody declared', 'nobody', {}],
    ['a struct as a whole', 'to', {}],
    ['a list as a whole', 'path', {}],
    ['a place after the end of a list', 'path.1', {}],
    ['a number above its type', 'delta', { delta: 128 }],
    ['a negative amount', 'amount', { amount: '-1' }],
    ['a number with an exponent', 'amount', { amount: '1e3' }],
    ['a fraction', 'amount', { amount: 1.5 }],
    ['an amount that is a list', 'amount', { amount: ['5'] }],
    ['bytes of another length', 'ids', { ids: '0xab' }],
    ['an address that is none', 'to.wallet', { to: { wallet: 'bob', name: '' } }],
    ['true as text', 'open', { open: 'true' }],
    ['a value that is missing', 'open', { open: undefined }],
  ])('%s cannot be read', (_, path, change) => {
    expect(valueAt(path, change)).toBeNull();
  });
});

describe('the domain', () => {
  test('is read, with a chain id as number or text', () => {
    expect(domainValue(signed(), 'chainId')).toEqual({ kind: 'value', text: '1' });
    expect(domainValue(signed({ domain: { chainId: '0x2105' } }), 'chainId')).toEqual({ kind: 'value', text: '8453' });
    expect(domainValue(signed(), 'verifyingContract')).toEqual({ kind: 'value', text: wallet.toLowerCase() });
  });

  test('says nothing that is not declared, because it is not signed', () => {
    const declared = { ...types, EIP712Domain: [{ name: 'name', type: 'string' }] };

    expect(domainValue(signed({ types: declared }), 'chainId').kind).toBe('unreadable');
    expect(domainValue(signed({ domain: {} }), 'chainId').kind).toBe('unreadable');
  });
});

describe('types', () => {
  const other = { ...types, EIP712Domain: [{ name: 'chainId', type: 'uint256' }] };

  test('are the same in any order of structs, and not in another order of fields', () => {
    const [order, person] = [types.Order, types.Person];

    expect(matchTypes(types, { Person: person, Order: order })).toBe('same');
    expect(matchTypes(types, { Order: order.toReversed(), Person: person })).toBe('different');
    expect(matchTypes(types, { ...types, More: person })).toBe('different');
    expect(matchTypes(types, other)).toBe('other-domain');
    expect(matchTypes(other, other)).toBe('same');
  });

  test('say how a value is compared', () => {
    expect(messageValueType(types, 'Order', 'to.wallet')).toBe('evm-address');
    expect(messageValueType(types, 'Order', 'to')).toBeNull();
    expect(messageValueType(types, 'Nobody', 'to')).toBeNull();
  });

  test.each([
    ['a list', []],
    ['a field without a type', { A: [{ name: 'a' }] }],
    ['a type that nobody declared', { A: [{ name: 'a', type: 'B' }] }],
    [
      'two fields of one name',
      {
        A: [
          { name: 'a', type: 'bool' },
          { name: 'a', type: 'bool' },
        ],
      },
    ],
    ['a tuple, which typed data does not have', { A: [{ name: 'a', type: 'tuple' }] }],
  ])('%s are none', (_, written) => {
    expect(readTypes(written)).toBeNull();
  });
});

describe('typed data', () => {
  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['a primary type that is not declared', JSON.stringify({ types, primaryType: 'Nobody', domain: {}, message })],
    ['no message', JSON.stringify({ types, primaryType: 'Order', domain: {} })],
    ['the same key twice', '{"types":{},"types":{"A":[]},"primaryType":"A","domain":{},"message":{}}'],
    ['more text than anybody signs', `{"a":"${'x'.repeat(300_000)}"}`],
    ['nesting without end', '['.repeat(100)],
  ])('%s is none', (_, text) => {
    expect(parseTypedData(text)).toBeNull();
  });
});
