// Raw EVM transactions: read in their one canonical encoding, or not at all.
import * as fc from 'fast-check';
import type { Hex, TransactionSerializable } from 'viem';
import { bytesToHex, serializeTransaction, toRlp } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { decodeEvmTransaction, decodePsbt } from '../../src/chains/decode.ts';

const USDC = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';
const PAYEE = '0xb282dc7cde21717f18337a596e91ded00b79b25f';
const ROUTER = '0x1111111254eeb25477b68fb85ed929f73a960582';
const MAX = 2n ** 256n - 1n;

const anAddress = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => bytesToHex(bytes));

describe('decodeEvmTransaction', () => {
  const RAW =
    '0x02f86d01158459682f008506fc23ac0082fde894a0b86991c6218b36c1d19d4a2e9eb0ce3606eb4880b844a9059cbb000000000000000000000000b282dc7cde21717f18337a596e91ded00b79b25f00000000000000000000000000000000000000000000000000000005d21dba00c0';

  it('reads an unsigned EIP-1559 token transfer', () => {
    expect(decodeEvmTransaction(RAW)).toEqual({
      kind: 'ok',
      chainId: 1,
      nonce: 21,
      to: USDC,
      valueBase: '0',
      data: `0x${RAW.slice(-138, -2)}`,
      call: { kind: 'erc20-transfer', contract: USDC, to: PAYEE, amountBase: '25000000000' },
    });
  });

  it('reads the signed legacy example of EIP-155', () => {
    const signed =
      '0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83';
    const unsigned = '0xec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080018080';

    for (const raw of [signed, unsigned]) {
      expect(decodeEvmTransaction(raw)).toEqual({
        kind: 'ok',
        chainId: 1,
        nonce: 9,
        to: `0x${'35'.repeat(20)}`,
        valueBase: '1000000000000000000',
        data: '0x',
        call: { kind: 'native-transfer', to: `0x${'35'.repeat(20)}`, amountBase: '1000000000000000000' },
      });
    }
  });

  const signature = fc
    .record({ r: fc.bigInt({ min: 1n, max: MAX }), s: fc.bigInt({ min: 1n, max: MAX }), yParity: fc.nat(1) })
    .map(({ r, s, yParity }) => ({ r: word(r), s: word(s), yParity, v: yParity === 0 ? 27n : 28n }));
  const body = fc.record({
    nonce: fc.nat(),
    gas: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    to: fc.option(anAddress, { nil: undefined }),
    value: fc.bigInt({ min: 0n, max: MAX }),
    data: fc.uint8Array({ maxLength: 80 }).map((bytes) => bytesToHex(bytes)),
    chainId: fc.integer({ min: 1, max: 2 ** 40 }),
    type: fc.constantFrom('legacy' as const, 'eip2930' as const, 'eip1559' as const),
  });

  it('reads back every transaction that viem writes, signed or not, and no other encoding of it', () => {
    fc.assert(
      fc.property(body, fc.option(signature, { nil: undefined }), ({ type, ...fields }, signed) => {
        const raw = serializeTransaction(withFees(type, fields), signed);

        const decoded = decodeEvmTransaction(raw);

        expect(decoded).toMatchObject({
          kind: 'ok',
          chainId: fields.chainId,
          nonce: fields.nonce,
          to: fields.to ?? null,
          valueBase: fields.value.toString(),
          data: fields.data,
        });
        expect(decodeEvmTransaction(`${raw}00`).kind).toBe('undecodable');
        expect(decodeEvmTransaction(raw.slice(0, -2)).kind).toBe('undecodable');
      }),
    );
  });

  it('says that a transaction from before EIP-155 is bound to no chain', () => {
    const raw = serializeTransaction({ type: 'legacy', nonce: 1, gasPrice: 1n, gas: 21_000n, to: PAYEE, value: 5n });

    expect(decodeEvmTransaction(raw)).toMatchObject({ kind: 'ok', chainId: null, to: PAYEE });
  });

  it.each([
    ['nothing', ''],
    ['only 0x', '0x'],
    ['no 0x', RAW.slice(2)],
    ['half a byte', RAW.slice(0, -1)],
    [
      'a recipient of 19 bytes',
      '0xeb098504a817c8008252089335353535353535353535353535353535353535880de0b6b3a764000080018080',
    ],
    ['an unknown type', `0x05${RAW.slice(4)}`],
    ['deep nesting', `0x${'c1'.repeat(5000)}c0`],
    ['a Bitcoin transaction', '0x0200000001f0'],
  ])('does not decode %s', (_name, raw) => {
    expect(decodeEvmTransaction(raw).kind).toBe('undecodable');
  });

  const fields: Hex[] = ['0x09', '0x04', '0x5208', PAYEE, '0x0a', '0x', '0x01', '0x', '0x'];
  const withField = (at: number, value: Hex | Hex[]) =>
    toRlp(fields.map((field, index) => (index === at ? value : field)));

  it('decodes the fields that the next test spoils', () => {
    expect(decodeEvmTransaction(toRlp(fields))).toMatchObject({ kind: 'ok', nonce: 9, valueBase: '10', chainId: 1 });
  });

  it.each([
    ['a nonce with a leading zero', withField(0, '0x0009')],
    ['a nonce of zero written as a byte', withField(0, '0x00')],
    ['a nonce above 2^53', withField(0, '0x20000000000002')],
    ['a recipient of 19 bytes', withField(3, `0x${'35'.repeat(19)}`)],
    ['a recipient of 21 bytes', withField(3, `${PAYEE}00`)],
    ['a list in place of the recipient', withField(3, [])],
    ['a list in place of the data', withField(5, ['0xa9059cbb'])],
    ['a value with a leading zero', withField(4, '0x000a')],
    ['a value above 2^256 - 1', withField(4, `0x01${'00'.repeat(32)}`)],
    ['a chain id above 2^53', withField(6, '0x20000000000002')],
    ['half a signature', withField(7, '0x01')],
    ['a field too few', toRlp(fields.slice(0, 8))],
    ['a field too many', toRlp([...fields, '0x01'])],
  ])('does not decode %s', (_name, raw) => {
    expect(decodeEvmTransaction(raw).kind).toBe('undecodable');
  });

  it('does not decode a blob transaction', () => {
    const raw = serializeTransaction({
      type: 'eip4844',
      chainId: 1,
      to: PAYEE,
      maxFeePerBlobGas: 1n,
      blobVersionedHashes: [`0x01${'00'.repeat(31)}`],
    });

    expect(decodeEvmTransaction(raw).kind).toBe('undecodable');
  });

  it('does not decode a transaction that gives its account code to another contract', () => {
    const raw = serializeTransaction({
      type: 'eip7702',
      chainId: 1,
      to: PAYEE,
      gas: 1n,
      maxFeePerGas: 1n,
      authorizationList: [{ address: ROUTER, chainId: 1, nonce: 0, r: word(1n), s: word(1n), yParity: 0 }],
    });

    expect(decodeEvmTransaction(raw).kind).toBe('undecodable');
  });
});

describe('decodePsbt', () => {
  it('says that it does not decode', () => {
    expect(decodePsbt('cHNidP8BAHECAAAA').kind).toBe('undecodable');
  });
});

type Fields = { nonce: number; gas: bigint; to?: Hex | undefined; value: bigint; data: Hex; chainId: number };

function withFees(type: 'legacy' | 'eip2930' | 'eip1559', fields: Fields): TransactionSerializable {
  switch (type) {
    case 'legacy':
      return { ...fields, type, gasPrice: 7n };
    case 'eip2930':
      return { ...fields, type, gasPrice: 7n, accessList: [{ address: ROUTER, storageKeys: [word(3n)] }] };
    case 'eip1559':
      return { ...fields, type, maxFeePerGas: 7n, maxPriorityFeePerGas: 2n };
  }
}

function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`;
}
