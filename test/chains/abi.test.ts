import * as fc from 'fast-check';
import { encodeFunctionData, parseAbi } from 'viem';
import { describe, expect, test } from 'vitest';
import {
  argumentAt,
  argumentText,
  decodeCall,
  readJsonAbi,
  readSignature,
  signatureText,
  type ContractFunction,
} from '../../src/chains/abi.ts';

const transfer = fn('transfer(address to, uint256 amount)');
const swap = fn(
  'swap((address tokenIn, uint256 amountIn, address[] path) params, bytes32 id, bool exact, string note)',
);

function fn(signature: string): ContractFunction {
  const reading = readSignature(signature);
  if (reading.kind === 'faulty') throw new Error(reading.reason);
  return reading.function;
}

function word(value: bigint | string): string {
  return (typeof value === 'bigint' ? value.toString(16) : value).padStart(64, '0');
}

const to = '70997970c51812dc3a010c7d01b50e0d17dc79c8';
const paid = `${transfer.selector}${word(to)}${word(5n)}`;

describe('a signature', () => {
  test.each([
    ['transfer(address,uint256)', '0xa9059cbb', 'transfer(address, uint256)'],
    ['function transfer(address to, uint amount) returns (bool)', '0xa9059cbb', 'transfer(address to, uint256 amount)'],
    ['deposit()', '0xd0e30db0', 'deposit()'],
    ['f((address a, uint256[] b)[] xs)', fn('f((address, uint256[])[])').selector, 'f((address a, uint256[] b)[] xs)'],
  ])('%s is read', (text, selector, shown) => {
    const found = fn(text);

    expect(found.selector).toBe(selector);
    expect(signatureText(found)).toBe(shown);
  });

  test.each([
    ['no parentheses', 'transfer'],
    ['an event', 'event Transfer(address)'],
    ['a type that does not exist', 'f(uint7 a)'],
    ['a struct that nobody declared', 'f(Order order)'],
    ['nothing', ''],
    ['two at once', 'f() g()'],
  ])('%s is faulty', (_, text) => {
    expect(readSignature(text).kind).toBe('faulty');
  });
});

describe('a JSON ABI', () => {
  const item = { type: 'function', name: 'transfer', inputs: [{ name: 'to', type: 'address' }] };

  test('gives its functions, and passes over the rest', () => {
    const reading = readJsonAbi([item, { type: 'event', name: 'Transfer', inputs: [] }, { type: 'receive' }]);

    expect(reading).toMatchObject({ kind: 'ok', functions: [{ name: 'transfer' }] });
  });

  test.each([
    ['no list', { abi: [item] }],
    ['an entry that is no object', ['transfer']],
    ['an entry without a type', [{ name: 'transfer' }]],
    ['an entry of a type that is not known', [{ ...item, type: 'method' }]],
    ['a function without a name', [{ type: 'function', inputs: [] }]],
    ['inputs that are no list', [{ ...item, inputs: 'address' }]],
    ['a type that does not exist', [{ ...item, inputs: [{ name: 'a', type: 'uint257' }] }]],
    ['an array of length zero', [{ ...item, inputs: [{ name: 'a', type: 'uint256[0]' }] }]],
    ['a struct without components', [{ ...item, inputs: [{ name: 'a', type: 'tuple' }] }]],
    [
      'two arguments of one name',
      [
        {
          ...item,
          inputs: [
            { name: 'a', type: 'bool' },
            { name: 'a', type: 'bool' },
          ],
        },
      ],
    ],
    ['a name that is no name', [{ ...item, inputs: [{ name: '__proto__.x', type: 'bool' }] }]],
    ['structs nested without end', [{ ...item, inputs: [nested(20)] }]],
  ])('%s is faulty', (_, abi) => {
    expect(readJsonAbi(abi).kind).toBe('faulty');
  });
});

function nested(depth: number): object {
  return depth === 0 ? { name: 'a', type: 'bool' } : { name: 'a', type: 'tuple', components: [nested(depth - 1)] };
}

describe('an argument', () => {
  test.each([
    ['params.amountIn', 'number'],
    ['params.path.1', 'evm-address'],
    ['0.1', 'number'],
    ['id', 'hex'],
    ['exact', 'boolean'],
    ['note', 'text'],
  ])('%s is a single value', (path, compareAs) => {
    expect(argumentAt(swap, path)?.compareAs).toBe(compareAs);
  });

  test.each(['params', 'params.path', 'params.path.x', 'amount', '', '.', '9', 'id.0'])('"%s" is none', (path) => {
    expect(argumentAt(swap, path)).toBeNull();
  });
});

describe('calldata', () => {
  test('is decoded to text, addresses and bytes in lower case', () => {
    const abi = parseAbi([
      'function swap((address tokenIn, uint256 amountIn, address[] path) params, bytes32 id, bool exact, string note)',
    ]);
    const tokenIn = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' as const;
    const params = { tokenIn, amountIn: 2n ** 256n - 1n, path: [tokenIn] };
    const data = encodeFunctionData({ abi, args: [params, `0x${'AB'.repeat(32)}`, true, '0xAB is text'] });
    const decoded = decodeCall(swap, data.toLowerCase());
    const values = decoded.kind === 'call' ? decoded.values : [];
    const at = (path: string) => {
      const place = argumentAt(swap, path);
      return place === null ? null : argumentText(values, place);
    };

    expect(decoded.kind).toBe('call');
    expect(at('params.tokenIn')).toBe(`0x${to}`);
    expect(at('params.amountIn')).toBe((2n ** 256n - 1n).toString());
    expect(at('params.path.0')).toBe(`0x${to}`);
    expect(at('params.path.1')).toBeNull();
    expect(at('id')).toBe(`0x${'ab'.repeat(32)}`);
    expect(at('exact')).toBe('true');
    expect(at('note')).toBe('0xAB is text');
  });

  test.each([
    ['nothing', '0x', 'other'],
    ['another function', `0x095ea7b3${word(to)}${word(5n)}`, 'other'],
    ['this function', paid, 'call'],
    ['this function without arguments', transfer.selector, 'undecodable'],
    ['this function with a byte too many', `${paid}00`, 'undecodable'],
    ['this function with a byte too few', paid.slice(0, -2), 'undecodable'],
    ['an address with dirt in front of it', `${transfer.selector}${'f'.repeat(64)}${word(5n)}`, 'undecodable'],
    ['capital letters', paid.toUpperCase().replace('0X', '0x'), 'undecodable'],
    ['three bytes', '0xa9059c', 'undecodable'],
    ['no hexadecimal', 'transfer', 'undecodable'],
  ])('%s is %s', (_, data, kind) => {
    expect(decodeCall(transfer, data).kind).toBe(kind);
  });

  test('a list that points to itself ends', () => {
    const lists = fn('f(uint256[][] xs)');
    const body = `${word(0x20n)}${word(2n ** 64n)}${word(0n)}`;

    expect(decodeCall(lists, `${lists.selector}${body}`).kind).toBe('undecodable');
  });

  test('whatever the bytes are, only the one encoding is read', () => {
    const bytes = fc.uint8Array({ maxLength: 70 }).map((found) => Buffer.from(found).toString('hex'));
    const words = fc
      .tuple(fc.constantFrom(word(to), 'f'.repeat(64)), fc.constantFrom(word(5n), '05', ''))
      .map((found) => found.join(''));

    fc.assert(
      fc.property(fc.oneof(bytes, words), (hex) => {
        const isExact = /^0{24}[0-9a-f]{104}$/.test(hex);
        expect(decodeCall(transfer, `${transfer.selector}${hex}`).kind).toBe(isExact ? 'call' : 'undecodable');
      }),
      { numRuns: 500 },
    );
  });
});
