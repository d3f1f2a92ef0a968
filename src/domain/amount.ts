// Exact amounts: base units as digits, fiat values as decimal text. An amount is never a JavaScript number.
import { BigNumber } from 'bignumber.js';

/** A non-negative whole number of an asset's smallest units, as decimal digits; any size. */
export type BaseUnits = string;

/** A value in a fiat currency: plain decimal text (`'249975.00'`) and an ISO 4217 code. */
export type Fiat = { readonly value: string; readonly currency: string };

/** A platform's own quote: units of `currency` per whole token, and when it was made (null: the platform does not say). */
export type Price = { readonly perToken: string; readonly currency: string; readonly quotedAt: EpochMs | null };

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** ISO 4217, so that a token's three letters are never taken for a currency. */
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** What may be handed to the library, which also reads `0x10`, `.5` and `Infinity`. */
const decimalForm = /^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/;

const Exact = BigNumber.clone({ EXPONENTIAL_AT: 1e9, DECIMAL_PLACES: 120 });

export function isBaseUnits(text: string): text is BaseUnits {
  return /^(?:0|[1-9][0-9]{0,99})$/.test(text);
}

/** False for zero: a token that the platform prices at nothing has no known value, and "nothing" fits every limit. */
export function isPositiveDecimal(text: string): boolean {
  return decimalForm.test(text) && new Exact(text).isGreaterThan(0);
}

/** Price per whole token times the exact amount. Exact: multiplication and a shift of the decimal point, no division. */
export function fiatValue(amountBase: BaseUnits, decimals: number, price: Price): Fiat {
  const value = exact(amountBase).shiftedBy(-decimals).times(exact(price.perToken));
  return { value: value.toFixed(), currency: price.currency };
}

/**
 * Parses `'50000 USD'` as written in configuration. Null when it is anything else: `10.000 USD` means ten or ten
 * thousand depending on who reads it, and `5 ETH` is no fiat value.
 */
export function parseFiat(text: string): Fiat | null {
  const match = /^(0|[1-9][0-9]{0,29})(\.[0-9]{1,2})? ([A-Z]{3})$/.exec(text.trim());
  if (match === null) return null;
  const [, whole, fraction, currency] = match;
  if (whole === undefined || currency === undefined || !currencies.has(currency)) return null;
  return { value: `${whole}${fraction ?? ''}`, currency };
}

/** A decimal read once, for whoever compares it often: whole hundredths, and whether something is left over. */
export type Hundredths = { readonly whole: bigint; readonly hasRest: boolean };

/** Throws on text that is no number, or negative. */
export function readHundredths(text: string): Hundredths {
  const shifted = exact(text).shiftedBy(2);
  if (shifted.isNegative()) throw new Error(`failed to read ${text} as hundredths: it is negative`);
  const whole = shifted.integerValue(BigNumber.ROUND_FLOOR);
  return { whole: BigInt(whole.toFixed()), hasRest: !whole.isEqualTo(shifted) };
}

export function compareHundredths(a: Hundredths, b: Hundredths): number {
  if (a.whole !== b.whole) return a.whole < b.whole ? -1 : 1;
  return Number(a.hasRest) - Number(b.hasRest);
}

/** Compares decimal texts: negative when a < b, 0 when equal, positive when a > b. Throws on text that is no number. */
export function compareDecimals(a: string, b: string): number {
  return exact(a).comparedTo(exact(b)) ?? 0;
}

export function addDecimals(a: string, b: string): string {
  return exact(a).plus(exact(b)).toFixed();
}

/** `'1234567.891'` → `'1,234,567.89'`: for reading only, rounded half up to cents. */
export function formatFiat(fiat: Fiat): string {
  return `${exact(fiat.value).toFormat(2, BigNumber.ROUND_HALF_UP)} ${fiat.currency}`;
}

/** Base units as a decimal of whole tokens, with thousands separators and no rounding: every digit is shown. */
export function formatUnits(amountBase: BaseUnits, decimals: number): string {
  return exact(amountBase).shiftedBy(-decimals).toFormat();
}

function exact(text: string): BigNumber {
  if (!decimalForm.test(text)) {
    throw new Error(`failed to read a decimal number from ${JSON.stringify(text.slice(0, 40))}`);
  }
  return new Exact(text);
}
