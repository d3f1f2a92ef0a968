// Single values as payloads and policies write them, in the one form in which equal values are equal texts.
import { readAddress } from './addresses.ts';
import { networkNamed } from './networks.ts';

export const valueTypes = [
  'number',
  'text',
  'boolean',
  'hex',
  'evm-address',
  'tron-address',
  'solana-address',
  'xrpl-address',
] as const;

export type ValueType = (typeof valueTypes)[number];

/** Null for what is no value of this type. */
export function canonicalValue(text: string, type: ValueType): string | null {
  switch (type) {
    case 'text':
      return text;
    case 'number':
      return scaledNumber(text)?.toString() ?? null;
    case 'boolean':
      return text === 'true' || text === 'false' ? text : null;
    case 'hex':
      return /^0x(?:[0-9a-f]{2})*$/i.test(text) ? text.toLowerCase() : null;
    case 'evm-address':
      return canonicalAddress('Ethereum', text);
    case 'tron-address':
      return canonicalAddress('Tron', text);
    case 'solana-address':
      return canonicalAddress('Solana', text);
    case 'xrpl-address':
      return canonicalAddress('XrpLedger', text);
  }
}

const decimals = 40;
const scale = 10n ** BigInt(decimals);

/**
 * Decimal, with a fraction where there is one, or hexadecimal after 0x, in units of 10^-40: exact, for comparing only.
 * Null for everything else, exponents too.
 */
export function scaledNumber(text: string): bigint | null {
  if (/^0x[0-9a-fA-F]{1,128}$/.test(text)) return BigInt(text) * scale;
  const [, sign, whole, fraction] = /^(-?)([0-9]{1,160})(?:\.([0-9]{1,40}))?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  const value = fraction === undefined ? BigInt(whole) * scale : BigInt(`${whole}${fraction.padEnd(decimals, '0')}`);
  return sign === '-' ? -value : value;
}

function canonicalAddress(network: string, text: string): string | null {
  const reading = readAddress(networkNamed(network), text);
  return reading.kind === 'valid' ? reading.canonical : null;
}
