// EVM calls: plain transfers are read exactly, everything else is never read as one.
import * as fc from 'fast-check';
import type { Hex } from 'viem';
import { bytesToHex, encodeFunctionData, parseAbi } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { decodeEvmCall } from '../../src/chains/decode.ts';

const USDC = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';
const PAYEE = '0xb282dc7cde21717f18337a596e91ded00b79b25f';
const ROUTER = '0x1111111254eeb25477b68fb85ed929f73a960582';
const MAX = 2n ** 256n - 1n;

const ERC20 = parseAbi([
  'function transfer(address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
  'function transferFrom(address from, address to, uint256 amount)',
]);
const transfer = (to: Hex, amount: bigint) =>
  encodeFunctionData({ abi: ERC20, functionName: 'transfer', args: [to, amount] });
const approve = (amount: bigint) => encodeFunctionData({ abi: ERC20, functionName: 'approve', args: [ROUTER, amount] });

const anAddress = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => bytesToHex(bytes));
const anAmount = fc.bigInt({ min: 0n, max: MAX });

describe('decodeEvmCall', () => {
  it('reads an unlimited approval from the JSON form of a transaction', () => {
    const call = decodeEvmCall({
      to: USDC,
      value: '0',
      data: '0x095ea7b30000000000000000000000001111111254eeb25477b68fb85ed929f73a960582ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    });

    expect(call).toEqual({
      kind: 'erc20-approve',
      contract: USDC,
      spender: ROUTER,
      amountBase: '115792089237316195423570985008687907853269984665640564039457584007913129639935',
      unlimited: true,
    });
  });

  it.each([
    ['wei in decimal digits', { to: PAYEE, value: '4250000000000000000' }, '4250000000000000000'],
    ['wei in hexadecimal', { to: PAYEE, value: '0x3afb087b87690000', data: '0x' }, '4250000000000000000'],
    ['the largest value', { to: PAYEE, value: MAX.toString(), data: null }, MAX.toString()],
    ['no value', { to: PAYEE, value: null }, '0'],
    ['leading zeros', { to: PAYEE, value: '007' }, '7'],
  ])('reads a native transfer with %s', (_name, call, amountBase) => {
    expect(decodeEvmCall(call)).toEqual({ kind: 'native-transfer', to: PAYEE, amountBase });
  });

  it.each([
    ['a small approval', 1_000_000n, false],
    ['an approval of nothing', 0n, false],
    ['the most that fits in 96 bits', 2n ** 96n - 1n, true],
    ['one below the most that fits in 96 bits', 2n ** 96n - 2n, false],
    ['the most that fits in 160 bits', 2n ** 160n - 1n, true],
    ['nearly the most that fits in 256 bits', MAX - 5n, true],
  ])('says whether %s is unlimited', (_name, amount, unlimited) => {
    expect(decodeEvmCall({ to: USDC, data: approve(amount) })).toMatchObject({ amountBase: `${amount}`, unlimited });
  });

  it('reads upper-case call data and a checksummed recipient', () => {
    const data = `0x${transfer(PAYEE, 25n).slice(2).toUpperCase()}`;

    const call = decodeEvmCall({ to: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', data });

    expect(call).toEqual({ kind: 'erc20-transfer', contract: USDC, to: PAYEE, amountBase: '25' });
  });

  it.each([
    ['a trailing byte', { data: `${transfer(PAYEE, 5n)}00` }],
    ['a missing byte', { data: transfer(PAYEE, 5n).slice(0, -2) }],
    ['a whole extra word', { data: `${transfer(PAYEE, 5n)}${'00'.repeat(32)}` }],
    ['dirty address padding', { data: transfer(PAYEE, 5n).replace(`00${PAYEE.slice(2)}`, `01${PAYEE.slice(2)}`) }],
    ['coins beside it', { data: transfer(PAYEE, 5n), value: '1' }],
    ['only its selector', { data: '0xa9059cbb' }],
  ])('does not read a token transfer with %s as a transfer', (_name, call) => {
    const decoded = decodeEvmCall({ to: USDC, ...call });

    expect(decoded).toMatchObject({ kind: 'call', selector: '0xa9059cbb', to: USDC });
    expect(decoded.kind === 'call' && decoded.danger).toContain('looks like a token call');
  });

  it.each([
    ['function transferOwnership(address)', '0xf2fde38b', 'another owner'],
    ['function setApprovalForAll(address,bool)', '0xa22cb465', 'NFT'],
    ['function upgradeTo(address)', '0x3659cfe6', 'replaces the code'],
    ['function upgradeToAndCall(address,bytes)', '0x4f1ef286', 'replaces the code'],
    ['function grantRole(bytes32,address)', '0x2f2ff15d', 'role'],
    ['function increaseAllowance(address,uint256)', '0x39509351', 'may spend'],
    ['function permit(…)', '0xd505accf', 'by signature'],
    ['function execTransaction(…) of a Safe', '0x6a761202', 'delegatecall'],
    ['function multiSend(bytes)', '0x8d80ff0a', 'delegatecall'],
    ['function addOwnerWithThreshold(address,uint256)', '0x0d582f13', 'owner'],
    ['function enableModule(address)', '0x610b5925', 'module'],
    ['function multicall(bytes[])', '0xac9650d8', 'several calls'],
  ])('names the danger of %s', (_signature, selector, words) => {
    const call = decodeEvmCall({ to: USDC, value: '9', data: `${selector}${'00'.repeat(64)}` });

    expect(call).toMatchObject({ kind: 'call', selector, valueBase: '9' });
    expect(call.kind === 'call' && call.danger).toContain(words);
  });

  it.each([
    ['0xdeadbeef', '0xdeadbeef'],
    ['0xdeadbeef01', '0xdeadbeef'],
    ['0x01', '0x01'],
  ])('calls %s a call with no known danger', (data, selector) => {
    expect(decodeEvmCall({ to: USDC, data })).toEqual({
      kind: 'call',
      selector,
      to: USDC,
      valueBase: '0',
      danger: null,
    });
  });

  it('calls a transaction without a recipient a deployment', () => {
    expect(decodeEvmCall({ value: '3', data: '0x6000' })).toEqual({ kind: 'deploy', valueBase: '3' });
  });

  it.each([
    ['an empty recipient', { to: '' }],
    ['a wrong checksum', { to: '0xa0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48' }],
    ['a name', { to: 'vitalik.eth' }],
    ['a fraction of wei', { to: PAYEE, value: '1.5' }],
    ['a negative value', { to: PAYEE, value: '-1' }],
    ['an exponent', { to: PAYEE, value: '1e18' }],
    ['an empty value', { to: PAYEE, value: '' }],
    ['a value above 2^256 - 1', { to: PAYEE, value: (MAX + 1n).toString() }],
    ['half a byte', { to: PAYEE, data: '0xabc' }],
    ['data without 0x', { to: PAYEE, data: 'abcd' }],
    ['empty data text', { to: PAYEE, data: '' }],
    ['data above 128 KiB', { to: PAYEE, data: `0x${'00'.repeat(128 * 1024 + 1)}` }],
  ])('does not decode %s', (_name, call) => {
    expect(decodeEvmCall(call).kind).toBe('undecodable');
  });

  it('reads back every token call that viem writes', () => {
    fc.assert(
      fc.property(anAddress, anAddress, anAddress, anAmount, (contract, from, to, amount) => {
        const data = encodeFunctionData({ abi: ERC20, functionName: 'transferFrom', args: [from, to, amount] });
        const amountBase = amount.toString();

        expect(decodeEvmCall({ to: contract, data: transfer(to, amount) })).toEqual({
          kind: 'erc20-transfer',
          contract,
          to,
          amountBase,
        });
        expect(decodeEvmCall({ to: contract, data })).toEqual({
          kind: 'erc20-transfer-from',
          contract,
          from,
          to,
          amountBase,
        });
      }),
    );
  });
});
