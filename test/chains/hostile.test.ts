// Nothing in this room throws, and nothing hostile is ever read as an address or a transfer.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { looksAlike, readAddress, sameAddress } from '../../src/chains/addresses.ts';
import { decodeEvmCall, decodeEvmTransaction, decodePsbt } from '../../src/chains/decode.ts';
import { NETWORKS, networkNamed } from '../../src/chains/networks.ts';
import { formatBase, parseDecimal } from '../../src/chains/units.ts';
import { readVectors } from './vectors.ts';

const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
const oneOf = (characters: string) => fc.constantFrom(...characters.split(''));
const hostile = fc.oneof(
  fc.string({ unit: codeUnit }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 200 }),
  fc.string({ unit: oneOf('123456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ'), maxLength: 60 }),
  fc.string({ unit: oneOf('0123456789abcdef'), maxLength: 300 }).map((digits) => `0x${digits}`),
  fc.constantFrom('bc1', 'tb1q', 'addr1', 'r', 'T', '0x', '0x02f8', '-', '1.', '\u212a'),
);

function touchEverything(text: string, other: string): void {
  for (const network of [...NETWORKS, null]) {
    readAddress(network, text);
    sameAddress(network, text, other);
    looksAlike(network, text, other);
    network?.explorerAddress?.(text);
  }
  networkNamed(text);
  decodeEvmCall({ to: text, value: other, data: text });
  decodeEvmCall({ to: '0xb282dc7cde21717f18337a596e91ded00b79b25f', value: text, data: other });
  decodeEvmTransaction(text);
  decodePsbt(text);
  formatBase(text, 18);
  parseDecimal(text, 18);
}

describe('hostile text', () => {
  it('makes nothing throw', () => {
    fc.assert(
      fc.property(hostile, hostile, (text, other) => {
        expect(() => touchEverything(text, other)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('makes no raw transaction throw, however its bytes are changed', () => {
    const raw =
      '02f86d01158459682f008506fc23ac0082fde894a0b86991c6218b36c1d19d4a2e9eb0ce3606eb4880b844a9059cbb000000000000000000000000b282dc7cde21717f18337a596e91ded00b79b25f00000000000000000000000000000000000000000000000000000005d21dba00c0';
    fc.assert(
      fc.property(fc.nat(raw.length / 2 - 1), fc.nat(255), (at, byte) => {
        const changed = `0x${raw.slice(0, at * 2)}${byte.toString(16).padStart(2, '0')}${raw.slice(at * 2 + 2)}`;

        expect(() => decodeEvmTransaction(changed)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  it('makes nothing hang on long text: each format has a longest length', () => {
    const long = ['1', 'z', 'a', '0', '-', ' ', 'bc1', '0x', '\u212a'].map((unit) => unit.repeat(200_000));

    expect(() => long.forEach((text) => touchEverything(text, `${text}x`))).not.toThrow();
  });

  it('reads no naughty string as an address, a transfer or a transaction', (context) => {
    const strings = z.array(z.string()).parse(JSON.parse(readVectors(context, 'blns/blns.json')));
    expect(strings.length).toBeGreaterThan(400);

    for (const text of strings) touchEverything(text, text);
    const valid = strings.filter((text) => NETWORKS.some((network) => readAddress(network, text).kind === 'valid'));
    const calls = strings.filter((to) => decodeEvmCall({ to, value: '0' }).kind !== 'undecodable');
    const transactions = strings.filter((text) => decodeEvmTransaction(text).kind !== 'undecodable');
    const amounts = strings.filter((text) => parseDecimal(text, 18).kind === 'ok');

    expect({ valid, calls, transactions }).toEqual({ valid: [], calls: [], transactions: [] });
    expect(amounts.filter((text) => !/^[0-9]+(\.[0-9]+)?$/.test(text))).toEqual([]);
  });
});
