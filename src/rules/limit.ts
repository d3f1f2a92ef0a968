// A limit as rules write it, `1000 USD` or `5000 USDC`, and how an amount stands against it.
import { z } from 'zod';
import { formatBase, parseDecimal } from '../chains/units.ts';
import { compareDecimals, formatFiat, parseFiat } from '../domain/amount.ts';
import { maxQuoteAgeMs } from '../domain/release.ts';
import { closedObject, refuse, suggestion, type PlacedFault } from './document.ts';
import { assetDefinition, type Names, type Resolution, type Settings } from './names.ts';

export const minuteMs = 60_000;

/** A limit after `resolve`: `1000 USD` is a fiat value, `5000 USDC` an amount of a named asset. */
export const limit = z.discriminatedUnion('unit', [
  closedObject({ unit: z.literal('fiat'), fiat: closedObject({ value: z.string(), currency: z.string() }) }),
  closedObject({ unit: z.literal('asset'), base: z.string(), name: z.string(), asset: assetDefinition }),
]);
export type Limit = z.output<typeof limit>;

/** How old a platform's quote may be where a fiat value is compared. */
export const maxAge = z.string().transform((text, ctx): number => {
  const [, digits, unit] = /^([1-9][0-9]{0,3})(m|h)$/.exec(text) ?? [];
  const ageMs = Number(digits ?? 0) * minuteMs * (unit === 'h' ? 60 : 1);
  if (ageMs > 0 && ageMs <= maxQuoteAgeMs) return ageMs;
  refuse(ctx, text, 'must be between 1m and 24h', 'Write e.g. `quoteNotOlderThan: 15m`.');
  return z.NEVER;
});

/** Replaces the written limits under these keys by what they stand for. */
export function resolveLimits(written: Settings, keys: readonly string[], names: Names): Resolution {
  const faults: PlacedFault[] = [];
  const resolved: Record<string, unknown> = { ...written };
  for (const key of keys) {
    if (written[key] === undefined) continue;
    const reading = readLimit(written[key], names);
    if (reading.kind === 'limit') resolved[key] = reading.limit;
    else faults.push({ place: [key], words: reading.words, remedy: reading.remedy });
  }
  return { settings: resolved, faults };
}

type LimitReading = { kind: 'limit'; limit: Limit } | { kind: 'fault'; words: string; remedy: string };

const example = 'Write digits, a blank and a unit, e.g. `1000 USD`, or an asset from `assets`: `5000 USDC`.';

function fault(words: string, remedy: string): LimitReading {
  return { kind: 'fault', words, remedy };
}

/** Trailing zeros after the point are refused with the rest: `1.500 USDC` is a thousand and a half to many readers. */
function readLimit(written: unknown, names: Names): LimitReading {
  if (typeof written !== 'string') return fault('must be an amount with its unit', example);
  const fiat = parseFiat(written);
  if (fiat !== null)
    return positive(fiat.value)
      ? { kind: 'limit', limit: { unit: 'fiat', fiat } }
      : fault('must be more than zero', example);
  const [, digits, name] = /^((?:0|[1-9][0-9]{0,99})(?:\.[0-9]*[1-9])?) ([A-Za-z][A-Za-z0-9_-]*)$/.exec(written) ?? [];
  if (digits === undefined || name === undefined) return fault(`"${written.slice(0, 60)}" is not an amount`, example);
  const asset = names.assets.get(name);
  if (asset === undefined) {
    const words = `"${name}" is neither a currency nor one of \`assets\``;
    return fault(
      words,
      names.assets.size === 0 ? 'Define it under `assets`.' : suggestion(name, [...names.assets.keys()]),
    );
  }
  const reading = parseDecimal(digits, asset.decimals);
  if (reading.kind === 'too-many-decimals') {
    return fault(`has more decimals than ${name}, which has ${asset.decimals}`, 'Shorten it.');
  }
  if (reading.kind !== 'ok' || !positive(digits)) return fault('must be more than zero', example);
  return { kind: 'limit', limit: { unit: 'asset', base: reading.base, name, asset } };
}

function positive(decimal: string): boolean {
  return /[1-9]/.test(decimal);
}

/** Null when the two are in different units. */
export function compareLimits(a: Limit, b: Limit): number | null {
  if (a.unit === 'fiat' && b.unit === 'fiat') {
    return a.fiat.currency === b.fiat.currency ? compareDecimals(a.fiat.value, b.fiat.value) : null;
  }
  if (a.unit === 'asset' && b.unit === 'asset') return a.name === b.name ? compareDecimals(a.base, b.base) : null;
  return null;
}

export function unitsText(base: string, decimals: number, name: string): string {
  return `${formatBase(base, decimals, { thousands: true })} ${name}`;
}

export function limitText(wanted: Limit): string {
  if (wanted.unit === 'fiat') return formatFiat(wanted.fiat);
  return `${formatBase(wanted.base, wanted.asset.decimals, { thousands: true })} ${wanted.name}`;
}
