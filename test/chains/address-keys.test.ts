import { base58, bech32, createBase58check } from '@scure/base';
import * as fc from 'fast-check';
import { hexToBytes, sha256, toHex } from 'viem/utils';
import { describe, expect, test } from 'vitest';
import { exactKey, ownerKeys, readListedAddress } from '../../src/chains/address-keys.ts';
import { networkNamed } from '../../src/chains/networks.ts';

const base58check = createBase58check((bytes: Uint8Array) => sha256(bytes, 'bytes'));

/** The same 20 bytes in every form that has them. */
function formsOf(hex: string) {
  const hash = hexToBytes(`0x${hex}`);
  const prefixed = (...prefix: number[]): string => base58check.encode(Uint8Array.from([...prefix, ...hash]));
  return {
    ethereum: `0x${hex}`,
    tron: prefixed(0x41),
    tronHex: `41${hex}`,
    bitcoin: prefixed(0x00),
    bitcoinSegwit: bech32.encode('bc', [0, ...bech32.toWords(hash)]),
    litecoin: prefixed(0x30),
    zcash: prefixed(0x1c, 0xb8),
    dash: prefixed(0x4c),
  };
}

function share(a: string, b: string): boolean {
  const keys = new Set(ownerKeys(a).map((key) => toHex(key)));
  return ownerKeys(b).some((key) => keys.has(toHex(key)));
}

const hexHash = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => toHex(bytes).slice(2));

describe('who owns an address', () => {
  test('is the same in every form that holds the same bytes', () => {
    fc.assert(
      fc.property(hexHash, (hex) => {
        const forms = Object.values(formsOf(hex));
        for (const form of forms) expect(share(formsOf(hex).ethereum, form)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('differs for different bytes', () => {
    fc.assert(
      fc.property(hexHash, hexHash, (a, b) => {
        fc.pre(a !== b);
        expect(share(formsOf(a).bitcoin, formsOf(b).tron)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    // https://github.com/bitcoin/bips/blob/master/bip-0049.mediawiki, test vector
    [
      'a nested SegWit address and the key inside it',
      '2Mww8dCYPUpKHofjgcXcBCEGmniw9CoaiD2',
      toTestnet('38971f73930f6c141d977ac4fd4a727c854935b3'),
    ],
    // https://github.com/bitcoincashorg/bitcoincash.org/blob/master/spec/cashaddr.md, test vectors
    [
      'a cash address and its old form',
      'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
      '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu',
    ],
    [
      'a cash address without its prefix',
      'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
      '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu',
    ],
    [
      'an upper-case bech32 address',
      'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    ],
    [
      'hexadecimal in two cases',
      '0x098B716B8Aaf21512996dC57EB0615e2383E2f96',
      '0x098b716b8aaf21512996dc57eb0615e2383e2f96',
    ],
  ])('is the same for %s', (_, a, b) => {
    expect(share(a, b)).toBe(true);
  });

  test('a text of no known form is found by the very same text', () => {
    const monero = '49HqitRzdnhYjgTEAhgGpCfsjdTeMbUTU6cyR4JV1R7k2Eej9rGT8JpFiYDa4tZM6RZiFrHmMzgSrhHEqpDYKBe5B2ufNsL';

    expect(share(monero, monero)).toBe(true);
    expect(share(monero, `${monero.slice(0, -1)}M`)).toBe(false);
  });

  test('any text has keys, and none of them makes it fail', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => ownerKeys(text).length > 0));
  });
});

function toTestnet(hex: string): string {
  return base58check.encode(Uint8Array.from([0x6f, ...hexToBytes(`0x${hex}`)]));
}

function at(name: string, text: string): string | null {
  const key = exactKey(networkNamed(name), text);
  return key === null ? null : toHex(key);
}

describe('which address it is exactly', () => {
  const hex = '098b716b8aaf21512996dc57eb0615e2383e2f96';
  const forms = formsOf(hex);

  test('is the same on all EVM networks, and not on Tron', () => {
    expect(at('Ethereum', forms.ethereum)).toBe(at('Polygon', forms.ethereum));
    expect(at('Tron', forms.tron)).not.toBe(at('Ethereum', forms.ethereum));
  });

  test('differs for two Bitcoin addresses of one key', () => {
    expect(at('Bitcoin', forms.bitcoin)).not.toBe(at('Bitcoin', forms.bitcoinSegwit));
  });

  test.each([
    ['Atlantis', forms.ethereum],
    ['Ethereum', forms.tron],
    ['Ethereum', `${forms.ethereum}0`],
    ['Stellar', 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ'],
  ])('is unknown on %s for %s', (network, text) => {
    expect(at(network, text)).toBeNull();
  });
});

describe('an entry of a list', () => {
  const forms = formsOf('098b716b8aaf21512996dc57eb0615e2383e2f96');

  test.each([
    ['Ethereum', forms.ethereum],
    ['Ethereum', '0x098B716B8Aaf21512996dC57EB0615e2383E2f96'],
    ['Tron', forms.tron],
    ['Bitcoin', forms.bitcoin],
    ['Bitcoin', forms.bitcoinSegwit],
    ['BitcoinTestnet3', toTestnet('098b716b8aaf21512996dc57eb0615e2383e2f96')],
    ['XrpLedger', 'rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66'],
    ['Solana', base58.encode(Uint8Array.from({ length: 32 }, (_, index) => index + 1))],
  ])('of %s is known without its network: %s', (network, text) => {
    const reading = readListedAddress(text);

    if (reading.kind !== 'address' || reading.exact === null) throw new Error(JSON.stringify(reading));
    expect(toHex(reading.exact)).toBe(toHex(exactKey(networkNamed(network), text) ?? new Uint8Array()));
  });

  test('of a network that is not known here has an owner, and cannot be compared exactly', () => {
    expect(readListedAddress(forms.litecoin)).toMatchObject({ kind: 'address', exact: null });
  });

  test.each([
    'hello',
    '0x098B716B8Aaf21512996dC57EB0615e2383E2f9',
    '0x098B716B8aaf21512996dC57EB0615e2383E2f96',
    `${forms.bitcoin}x`,
    '',
  ])('is no address: %s', (text) => {
    expect(readListedAddress(text).kind).toBe('no-address');
  });
});
