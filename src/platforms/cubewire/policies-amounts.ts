// An amount of a policy against the one that moves, exactly: in wei, in units of an asset, or in a currency.
import { formatBase } from '../../chains/units.ts';
import { addDecimals, parseFiat } from '../../domain/amount.ts';
import type { DraftCondition } from '../../domain/rulebook-draft.ts';
import type { NamedAsset } from './policies-assets.ts';

/** `any` is for zero, which is the same in every unit. */
type Unit =
  | { readonly kind: 'wei' }
  | { readonly kind: 'any' }
  | { readonly kind: 'fiat'; readonly currency: string }
  | { readonly kind: 'asset'; readonly asset: NamedAsset };

export type AmountUnit = Unit | { readonly kind: 'assets'; readonly assets: readonly NamedAsset[] };

export const comparisons = [
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUAL',
  'LESS_THAN',
  'LESS_THAN_OR_EQUAL',
  'EQUALS',
  'NOT_EQUALS',
] as const;

export type Comparison = (typeof comparisons)[number];

/** Plain digits with at most one point, or null: signs, separators and empty text are no amounts. */
export function plainDecimal(text: string): string | null {
  if (text.length > 100 || !/^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?$/.test(text)) return null;
  const plain = addDecimals(text, '0');
  return plain.length > 100 ? null : plain;
}

/** More decimals than the unit has: an amount that nobody can send, and nobody meant. */
export function isTooFine(decimal: string, unit: AmountUnit): boolean {
  const most = mostDecimals(unit);
  return most !== null && (decimal.split('.')[1] ?? '').length > most;
}

function mostDecimals(unit: AmountUnit): number | null {
  if (unit.kind === 'wei') return 0;
  if (unit.kind === 'asset') return unit.asset.decimals;
  return unit.kind === 'assets' ? Math.max(...unit.assets.map(({ decimals }) => decimals)) : null;
}

/** Null when the rulebook can't say it, as a tenth of a cent. */
export function compareAmount(comparison: Comparison, decimal: string, unit: AmountUnit): DraftCondition | null {
  if (decimal === '0') return inUnits(comparison, decimal, { kind: 'any' });
  if (unit.kind === 'fiat') return inCurrency(comparison, decimal, unit.currency);
  if (unit.kind !== 'assets') return inUnits(comparison, decimal, unit);
  const [only, ...others] = unit.assets;
  if (only === undefined) return null;
  if (others.length === 0) return inUnits(comparison, decimal, { kind: 'asset', asset: only });
  const perAsset = unit.assets.map((asset): DraftCondition => {
    const compared = inUnits(comparison, decimal, { kind: 'asset', asset });
    return { all: [{ kind: 'asset', in: [asset.name] }, compared] };
  });
  const none = { not: { kind: 'asset', in: unit.assets.map(({ name }) => name) } };
  const what = 'an amount of another asset, in units of this one';
  return { any: [...perAsset, { all: [none, { kind: 'unsupported', what }] }] };
}

/** Of a currency nothing is exact below a cent, so that the limit itself is compared. */
function inCurrency(comparison: Comparison, decimal: string, currency: string): DraftCondition | null {
  const amount = `${decimal} ${currency}`;
  return parseFiat(amount) === null ? null : written(comparison, 'amount', amount, amount);
}

/**
 * What moves is a whole number of base units, so that a limit between two of them is one of them: more than 1.5 is
 * more than 1, at least 1.5 is at least 2.
 */
function inUnits(comparison: Comparison, decimal: string, unit: Unit): DraftCondition {
  const { below, isWhole } = wholeBelow(decimal, unit.kind === 'asset' ? unit.asset.decimals : 0);
  const above = isWhole ? below : below + 1n;
  const [kind, text] = forms(unit);
  const one = { kind, atLeast: text(1n) };
  const isZero = { not: one };
  const always = { any: [one, isZero] };
  const never = { all: [one, isZero] };
  switch (comparison) {
    case 'GREATER_THAN':
      return below === 0n ? one : { not: { kind, atMost: text(below) } };
    case 'LESS_THAN_OR_EQUAL':
      return below === 0n ? isZero : { kind, atMost: text(below) };
    case 'GREATER_THAN_OR_EQUAL':
      return above === 0n ? always : { kind, atLeast: text(above) };
    case 'LESS_THAN':
      return above === 0n ? never : { not: { kind, atLeast: text(above) } };
    case 'EQUALS':
      if (!isWhole) return never;
      return below === 0n ? isZero : { kind, atLeast: text(below), atMost: text(below) };
    case 'NOT_EQUALS':
      if (!isWhole) return always;
      return below === 0n ? one : { not: { kind, atLeast: text(below), atMost: text(below) } };
  }
}

function written(comparison: Comparison, kind: string, atLeast: string, atMost: string): DraftCondition {
  switch (comparison) {
    case 'GREATER_THAN':
      return { not: { kind, atMost } };
    case 'LESS_THAN_OR_EQUAL':
      return { kind, atMost };
    case 'GREATER_THAN_OR_EQUAL':
      return { kind, atLeast };
    case 'LESS_THAN':
      return { not: { kind, atLeast } };
    case 'EQUALS':
      return { kind, atLeast, atMost };
    case 'NOT_EQUALS':
      return { not: { kind, atLeast, atMost } };
  }
}

function forms(unit: Unit): readonly [kind: string, text: (base: bigint) => string] {
  if (unit.kind === 'wei') return ['wei', (base) => base.toString()];
  if (unit.kind !== 'asset') return ['base-units', (base) => base.toString()];
  const { name, decimals } = unit.asset;
  return ['amount', (base) => `${formatBase(base.toString(), decimals)} ${name}`];
}

/** The last whole number of base units that is not above a decimal. */
function wholeBelow(decimal: string, decimals: number): { readonly below: bigint; readonly isWhole: boolean } {
  const [whole = '0', fraction = ''] = decimal.split('.');
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  return { below: BigInt(`${whole}${kept}`), isWhole: !/[1-9]/.test(fraction.slice(decimals)) };
}
