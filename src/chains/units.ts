// Exact conversion between base units (decimal digit strings) and the decimal text that people read and write.
import { formatUnits, parseUnits } from 'viem/utils';

export type DecimalReading =
  | { kind: 'ok'; base: string }
  | { kind: 'not-a-number' }
  | { kind: 'negative' }
  | { kind: 'too-many-decimals' }
  | { kind: 'bad-decimals' };

/** What is shown instead of an amount that is not one; it has no digits, so nobody can take it for a value. */
export const UNREADABLE_AMOUNT = 'unreadable amount';

/** Room for 2^256 in full beside the 255 decimals that an ERC-20 token can have; bounds the work on hostile text. */
const LONGEST_NUMBER = 512;
const MOST_DECIMALS = 255;

/** Exact, without trailing zeros. `base` is digits only; anything else comes back as `UNREADABLE_AMOUNT`. */
export function formatBase(base: string, decimals: number, options: { thousands?: boolean } = {}): string {
  if (!isBaseUnits(base) || !isDecimals(decimals)) return UNREADABLE_AMOUNT;
  const [whole = '0', fraction] = formatUnits(BigInt(base), decimals).split('.');
  const shown = options.thousands === true ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  return fraction === undefined ? shown : `${shown}.${fraction}`;
}

/** Plain digits with at most one point; no sign, exponent, spaces or separators, because those read differently in different places. Never rounds. */
export function parseDecimal(text: string, decimals: number): DecimalReading {
  if (!isDecimals(decimals)) return { kind: 'bad-decimals' };
  if (text.length > LONGEST_NUMBER) return { kind: 'not-a-number' };
  if (/^-\d+(\.\d+)?$/.test(text)) return { kind: 'negative' };
  if (!/^\d+(\.\d+)?$/.test(text)) return { kind: 'not-a-number' };
  const [whole = '0', fraction = ''] = text.split('.');
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > decimals) return { kind: 'too-many-decimals' };
  return { kind: 'ok', base: parseUnits(`${whole}.${significant}`, decimals).toString() };
}

function isBaseUnits(base: string): boolean {
  return base.length <= LONGEST_NUMBER && /^\d+$/.test(base);
}

function isDecimals(decimals: number): boolean {
  return Number.isInteger(decimals) && decimals >= 0 && decimals <= MOST_DECIMALS;
}
