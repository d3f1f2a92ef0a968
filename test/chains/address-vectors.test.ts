// Published vectors: EIP-55, BIP-173, BIP-350 and the address tests of bitcoinjs.
import { bytesToHex } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readAddress } from '../../src/chains/addresses.ts';
import type { Network } from '../../src/chains/networks.ts';
import { networkNamed } from '../../src/chains/networks.ts';
import { readVectors } from './vectors.ts';

const ETHEREUM = networkNamed('Ethereum');
const BITCOIN = networkNamed('Bitcoin');
const TESTNET = networkNamed('BitcoinTestnet3');

const isMixed = (text: string) => /[a-f]/.test(text) && /[A-F]/.test(text);
const segwitNetwork = (address: string) => (address.toLowerCase().startsWith('bc1') ? BITCOIN : TESTNET);

/** What the tests compare: the text is in it, so that a failure names the vector. */
function outcome(network: Network | null, text: string): { text: string; kind: string; bytes?: string } {
  const reading = readAddress(network, text);
  return reading.kind === 'valid'
    ? { text, kind: 'valid', bytes: bytesToHex(reading.bytes) }
    : { text, kind: reading.kind };
}

describe('EIP-55', () => {
  it('accepts every published address, and refuses it with any one letter in the other case', (context) => {
    const [, cases = ''] = readVectors(context, 'address/erc-55.md').split('# Test Cases');
    const addresses = cases.match(/0x[0-9a-fA-F]{40}/g) ?? [];

    const readings = addresses.map((address) => readAddress(ETHEREUM, address));
    const flipped = addresses.flatMap(eachLetterFlipped);

    expect(readings).toMatchObject(
      addresses.map((address) => ({
        kind: 'valid',
        display: address,
        checksum: isMixed(address) ? 'verified' : 'absent',
      })),
    );
    expect(addresses).toHaveLength(8);
    expect(flipped.length).toBeGreaterThan(80);
    expect(flipped.filter((text) => readAddress(ETHEREUM, text).kind !== 'invalid')).toEqual([]);
  });
});

describe.each(['address/bip-0173.mediawiki', 'address/bip-0350.mediawiki'])('%s', (file) => {
  it('accepts every valid SegWit address that has a meaning, and gives its witness program', (context) => {
    const { valid } = segwitVectors(readVectors(context, file));
    // BIP-350 changed the checksum of versions 1 and up, so BIP-173's own examples of them are wrong by now.
    const otherwise = file.includes('0350') ? 'unsupported' : 'invalid';

    const outcomes = valid.map(({ address }) => outcome(segwitNetwork(address), address));

    expect(valid.length).toBeGreaterThan(4);
    expect(outcomes).toEqual(
      valid.map(({ address, script }) => {
        const hasMeaning = script.startsWith('00') || (script.startsWith('51') && script.length === 68);
        return hasMeaning
          ? { text: address, kind: 'valid', bytes: `0x${script.slice(4)}` }
          : { text: address, kind: otherwise };
      }),
    );
  });

  it('refuses every invalid SegWit address on both networks', (context) => {
    const { invalid } = segwitVectors(readVectors(context, file));

    const outcomes = invalid.flatMap((text) => [outcome(BITCOIN, text), outcome(TESTNET, text)]);

    expect(invalid.length).toBeGreaterThan(8);
    expect(outcomes.filter(({ kind }) => kind !== 'invalid')).toEqual([]);
  });
});

describe('bitcoinjs', () => {
  it('accepts every valid base58 address on its own network only, and gives its hash', (context) => {
    const Row = z.tuple([z.string(), z.string(), z.object({ isPrivkey: z.boolean(), isTestnet: z.boolean() })]);
    const rows = z.array(Row).parse(JSON.parse(readVectors(context, 'address/bitcoinjs/base58_keys_valid.json')));

    const own = rows.map(([text, , { isTestnet }]) => outcome(isTestnet ? TESTNET : BITCOIN, text));
    const other = rows.map(([text, , { isTestnet }]) => outcome(isTestnet ? BITCOIN : TESTNET, text));

    expect(own).toEqual(
      rows.map(([text, hash, { isPrivkey }]) =>
        isPrivkey ? { text, kind: 'invalid' } : { text, kind: 'valid', bytes: `0x${hash}` },
      ),
    );
    expect(own.filter(({ kind }) => kind === 'valid').length).toBeGreaterThan(10);
    expect(other.filter(({ kind }) => kind !== 'invalid')).toEqual([]);
  });

  it('refuses every invalid base58 text', (context) => {
    const Rows = z.array(z.tuple([z.string()]));
    const rows = Rows.parse(JSON.parse(readVectors(context, 'address/bitcoinjs/base58_keys_invalid.json')));
    const networks = [BITCOIN, TESTNET, networkNamed('Tron'), networkNamed('XrpLedger')];

    const outcomes = rows.flatMap(([text]) => networks.map((network) => outcome(network, text)));

    expect(rows.length).toBeGreaterThan(20);
    expect(outcomes.filter(({ kind }) => kind !== 'invalid')).toEqual([]);
  });

  it('accepts its standard addresses and refuses those of other coins', (context) => {
    const Row = z.object({
      network: z.string(),
      version: z.number(),
      hash: z.string().optional(),
      data: z.string().optional(),
      base58check: z.string().optional(),
      bech32: z.string().optional(),
    });
    const file = readVectors(context, 'address/bitcoinjs/address.json');
    const { standard } = z.object({ standard: z.array(Row) }).parse(JSON.parse(file));

    const outcomes = standard.map((row) =>
      outcome(row.network === 'testnet' ? TESTNET : BITCOIN, row.base58check ?? row.bech32 ?? ''),
    );

    expect(standard.length).toBeGreaterThan(8);
    expect(outcomes).toEqual(
      standard.map((row) => {
        const text = row.base58check ?? row.bech32 ?? '';
        const bytes = row.hash ?? row.data ?? '';
        if (row.network !== 'bitcoin' && row.network !== 'testnet') return { text, kind: 'invalid' };
        const hasMeaning =
          row.base58check !== undefined || row.version === 0 || (row.version === 1 && bytes.length === 64);
        return hasMeaning ? { text, kind: 'valid', bytes: `0x${bytes}` } : { text, kind: 'unsupported' };
      }),
    );
  });
});

function segwitVectors(text: string): { valid: { address: string; script: string }[]; invalid: string[] } {
  const valid = [...text.matchAll(/^\* <tt>(\w+)<\/tt>: <tt>([0-9a-f]+)<\/tt>$/gm)];
  const [, refused = ''] = text.split(/The following list gives invalid segwit addresses/);
  const [list = ''] = refused.split('\n==');
  return {
    valid: valid.map(([, address = '', script = '']) => ({ address, script })),
    invalid: [...list.matchAll(/^\* <tt>(\w+)<\/tt>: /gm)].map(([, address = '']) => address),
  };
}

/** Only where it stays mixed: an address in one case is allowed and says that it has no checksum. */
function eachLetterFlipped(address: string): string[] {
  const flipped = address.split('').map((letter, at) => {
    if (at < 2) return address;
    const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
    return `${address.slice(0, at)}${other}${address.slice(at + 1)}`;
  });
  return flipped.filter((text) => text !== address && isMixed(text));
}
