// Addresses of every family: what is read, what is refused and why, what is the same and what only looks the same.
import * as fc from 'fast-check';
import { bytesToHex, getAddress } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { looksAlike, readAddress, sameAddress } from '../../src/chains/addresses.ts';
import { NETWORKS, networkNamed } from '../../src/chains/networks.ts';

const ETHEREUM = networkNamed('Ethereum');
const BITCOIN = networkNamed('Bitcoin');
const SOLANA = networkNamed('Solana');
const TRON = networkNamed('Tron');
const XRPL = networkNamed('XrpLedger');

const USDC = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
const SEGWIT = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';
const TAPROOT = 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0';

describe('addresses that are read', () => {
  it.each([
    ['Ethereum', USDC, USDC.toLowerCase(), 'verified', 20],
    ['Polygon', USDC.toLowerCase(), USDC.toLowerCase(), 'absent', 20],
    ['Base', `0x${USDC.slice(2).toUpperCase()}`, USDC.toLowerCase(), 'absent', 20],
    [
      'Ethereum',
      '0x0000000000000000000000000000000000000001',
      '0x0000000000000000000000000000000000000001',
      'absent',
      20,
    ],
    ['Bitcoin', '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH', '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH', 'verified', 20],
    ['Bitcoin', '3LRW7jeCvQCRdPF8S3yUCfRAx4eqXFmdcr', '3LRW7jeCvQCRdPF8S3yUCfRAx4eqXFmdcr', 'verified', 20],
    ['Bitcoin', SEGWIT, SEGWIT, 'verified', 20],
    ['Bitcoin', SEGWIT.toUpperCase(), SEGWIT, 'verified', 20],
    ['Bitcoin', TAPROOT, TAPROOT, 'verified', 32],
    ['BitcoinTestnet3', 'mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r', 'mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r', 'verified', 20],
    [
      'BitcoinTestnet4',
      'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7',
      'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7',
      'verified',
      32,
    ],
    [
      'Solana',
      'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
      'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
      'none-exists',
      32,
    ],
    ['SolanaDevnet', '1'.repeat(32), '1'.repeat(32), 'none-exists', 32],
    ['Tron', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'verified', 20],
    ['XrpLedger', 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh', 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh', 'verified', 20],
    ['XrpLedger', 'rrrrrrrrrrrrrrrrrrrrrhoLvTp', 'rrrrrrrrrrrrrrrrrrrrrhoLvTp', 'verified', 20],
  ])('%s reads %s', (name, text, canonical, checksum, length) => {
    const reading = readAddress(networkNamed(name), text);

    expect(reading).toMatchObject({ kind: 'valid', canonical, checksum });
    expect(reading.kind === 'valid' && reading.bytes.length).toBe(length);
  });

  it('gives the hash that the address holds', () => {
    const tron = readAddress(TRON, 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t');
    const xrpl = readAddress(XRPL, 'rrrrrrrrrrrrrrrrrrrrBZbvji');

    expect(tron.kind === 'valid' && bytesToHex(tron.bytes)).toBe('0xa614f803b6fd780986a42c78ec9c7f77e6ded13c');
    expect(xrpl.kind === 'valid' && bytesToHex(xrpl.bytes)).toBe(`0x${'00'.repeat(19)}01`);
  });

  it('shows an EVM address with its checksum, however it was written', () => {
    expect(readAddress(ETHEREUM, USDC.toLowerCase())).toMatchObject({ display: USDC });
  });
});

describe('addresses that are refused', () => {
  it.each([
    ['Ethereum', USDC.replace('A0b', 'a0b'), 'EIP-55 checksum'],
    ['Ethereum', USDC.slice(2), '40 hexadecimal'],
    ['Ethereum', USDC.replace('0x', '0X'), '40 hexadecimal'],
    ['Ethereum', `${USDC}0`, '40 hexadecimal'],
    ['Ethereum', USDC.slice(0, -1), '40 hexadecimal'],
    ['Ethereum', `${USDC}\n`, 'characters'],
    ['Ethereum', ` ${USDC}`, 'characters'],
    ['Ethereum', USDC.replace('A', 'А'), 'characters'],
    ['Ethereum', 'vitalik.eth', '40 hexadecimal'],
    ['Ethereum', SEGWIT, '40 hexadecimal'],
    ['Ethereum', '', 'empty'],
    ['Bitcoin', SEGWIT.replace('w508', 'w509'), 'checksum'],
    ['Bitcoin', SEGWIT.replace('bc1qw', 'bc1qW'), 'checksum'],
    ['Bitcoin', '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMh', 'checksum'],
    ['Bitcoin', 'mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r', 'another network (testnet)'],
    ['Bitcoin', 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', 'another network (regtest)'],
    ['BitcoinTestnet3', SEGWIT, 'another network (mainnet)'],
    ['Bitcoin', 'LUxXFcwXFPpRZdMv4aYu6bDwPdC2skQ5YW', 'not a Bitcoin address'],
    ['Solana', '1'.repeat(33), '32 bytes'],
    ['Solana', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt', '32 bytes'],
    ['Solana', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt10', 'not base58'],
    ['Solana', USDC, 'not base58'],
    ['Tron', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6T', 'checksum'],
    ['Tron', '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH', 'another network'],
    ['Tron', '41a614f803b6fd780986a42c78ec9c7f77e6ded13c', 'not base58'],
    ['XrpLedger', 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTH', 'checksum'],
    ['XrpLedger', '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH', 'checksum'],
    ['XrpLedger', 'sn3nxiW7v8KXzPzAqzyHXbSSKNuN9', 'length'],
    ['Tron', 'T'.repeat(129), 'too long'],
  ])('%s refuses %j: %s', (name, text, words) => {
    const reading = readAddress(networkNamed(name), text);

    expect(reading.kind).toBe('invalid');
    expect(reading.kind === 'invalid' && reading.reason).toContain(words);
  });

  it.each([
    ['Stellar', 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN'],
    ['Cardano', 'addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8'],
    ['XrpLedger', 'XV5sbjUmgPpvXv4ixFWZ5ptAYZ6PD28Sq49uo34VyjnmK5H'],
    ['Bitcoin', 'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs'],
    ['a network that nobody knows', USDC],
  ])('%s does not claim to have checked %s', (name, text) => {
    expect(readAddress(networkNamed(name), text).kind).toBe('unsupported');
    expect(sameAddress(networkNamed(name), text, text)).toBeNull();
  });
});

describe('the same address', () => {
  it.each([
    ['Ethereum', USDC, USDC.toLowerCase(), true],
    ['Ethereum', USDC, '0xb282dc7cde21717f18337a596e91ded00b79b25f', false],
    ['Ethereum', USDC, USDC.replace('A0b', 'a0b'), null],
    ['Bitcoin', SEGWIT, SEGWIT.toUpperCase(), true],
    ['Bitcoin', SEGWIT, '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH', false],
    ['Solana', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1V', false],
    ['Bitcoin', SEGWIT, USDC, null],
  ])('%s: %s and %s: %s', (name, a, b, expected) => {
    expect(sameAddress(networkNamed(name), a, b)).toBe(expected);
    expect(sameAddress(networkNamed(name), b, a)).toBe(expected);
  });
});

describe('an address that looks like another', () => {
  it.each([
    ['Ethereum', USDC, `0xA0b8${'1'.repeat(32)}eB48`, true],
    ['Ethereum', USDC, `0xa0B8${'1'.repeat(32)}Eb48`, true],
    ['Ethereum', USDC, USDC.toLowerCase(), false],
    ['Ethereum', USDC, USDC.replace('A0b', 'a0b'), false],
    ['Ethereum', USDC, `0xA0b7${'1'.repeat(32)}eB48`, false],
    ['Ethereum', USDC, `0xA0b8${'1'.repeat(32)}eB49`, false],
    ['Bitcoin', SEGWIT, 'bc1qw508aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaf3t4', true],
    ['Bitcoin', SEGWIT, 'bc1qx508aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaf3t4', false],
    ['Solana', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTyt1v', false],
    ['Solana', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 'EPjFXdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', true],
    [
      'Stellar',
      'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN',
      'GA5ZAAAAB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN',
      true,
    ],
    ['unknown', USDC, `0xA0b8${'1'.repeat(32)}eB48`, true],
    ['Cardano', 'addr1qaaaabbbbcccc', 'addr1qzzzzbbbbcccc', false],
    ['Ethereum', 'abc', 'abcd', false],
  ])('%s: %s and %s: %s', (name, a, b, expected) => {
    expect(looksAlike(networkNamed(name), a, b)).toBe(expected);
    expect(looksAlike(networkNamed(name), b, a)).toBe(expected);
  });
});

describe('properties', () => {
  const evmAddress = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(bytesToHex(bytes)));

  it('compares EVM addresses by their bytes, however the case is written', () => {
    fc.assert(
      fc.property(evmAddress, (address) => {
        const lower = address.toLowerCase();

        expect(readAddress(ETHEREUM, address)).toMatchObject({ kind: 'valid', canonical: lower, display: address });
        expect(sameAddress(ETHEREUM, address, lower)).toBe(true);
        expect(looksAlike(ETHEREUM, address, lower)).toBe(false);
      }),
    );
  });

  it('never takes a checksummed EVM address with one letter in the wrong case for a verified one', () => {
    fc.assert(
      fc.property(evmAddress, fc.nat(39), (address, at) => {
        const letter = address[at + 2] ?? '';
        const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
        fc.pre(other !== letter);

        const reading = readAddress(ETHEREUM, `${address.slice(0, at + 2)}${other}${address.slice(at + 3)}`);

        expect(reading.kind === 'valid' && reading.checksum === 'verified').toBe(false);
      }),
    );
  });

  it.each([
    [BITCOIN, '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH'],
    [BITCOIN, SEGWIT],
    [BITCOIN, TAPROOT],
    [TRON, 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'],
    [XRPL, 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh'],
  ])('finds every single changed character where there is a checksum: %#', (network, address) => {
    const characters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0';
    const changed = address.split('').flatMap((own, at) =>
      characters
        .split('')
        .filter((character) => character !== own)
        .map((character) => `${address.slice(0, at)}${character}${address.slice(at + 1)}`),
    );

    expect(changed.length).toBeGreaterThan(1000);
    expect(changed.filter((text) => readAddress(network, text).kind === 'valid')).toEqual([]);
  });

  it('reads every key of 32 bytes as a Solana address and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const text = base58Of(bytes);

        const reading = readAddress(SOLANA, text);

        expect(reading).toMatchObject(bytes.length === 32 ? { kind: 'valid', bytes } : { kind: 'invalid' });
      }),
    );
  });

  it('holds at most 32 bytes and reads its own canonical and display form as the same address', () => {
    const samples = [USDC, SEGWIT, TAPROOT, 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', '1'.repeat(32)];
    for (const network of NETWORKS) {
      for (const sample of samples) {
        const reading = readAddress(network, sample);
        if (reading.kind !== 'valid') continue;

        expect(reading.bytes.length).toBeLessThanOrEqual(32);
        expect(sameAddress(network, reading.canonical, reading.display)).toBe(true);
      }
    }
  });
});

/** Written from the definition, so that the test does not lean on the codec that it tests. */
function base58Of(bytes: Uint8Array): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let rest = bytes.length === 0 ? 0n : BigInt(bytesToHex(bytes));
  let text = '';
  for (; rest > 0n; rest /= 58n) text = `${alphabet[Number(rest % 58n)] ?? ''}${text}`;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return `${'1'.repeat(zeros === -1 ? bytes.length : zeros)}${text}`;
}
