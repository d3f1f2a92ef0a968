// The amount of one transaction: in a currency by the platform's own fresh quote, or exactly in units of one asset.
import { z } from 'zod';
import { formatBase, parseDecimal } from '../../chains/units.ts';
import { compareDecimals, formatFiat, parseFiat, type Fiat } from '../../domain/amount.ts';
import { maxQuoteAgeMs } from '../../domain/release.ts';
import type { Truth } from '../../domain/rulebook.ts';
import { closedObject, refuse, suggestion, type PlacedFault } from '../document.ts';
import type { Facts } from '../facts.ts';
import { answer, defineKind, judge, type Answer } from '../kind.ts';
import { assetDefinition, type AssetName, type Names } from '../names.ts';
import { assetText, isSameAsset } from './asset.ts';

const minuteMs = 60_000;

/** A limit after `resolve`: `1000 USD` is a fiat value, `5000 USDC` an amount of a named asset. */
const limit = z.discriminatedUnion('unit', [
  closedObject({ unit: z.literal('fiat'), fiat: closedObject({ value: z.string(), currency: z.string() }) }),
  closedObject({ unit: z.literal('asset'), base: z.string(), name: z.string(), asset: assetDefinition }),
]);
type Limit = z.output<typeof limit>;

const maxAge = z.string().transform((text, ctx): number => {
  const [, digits, unit] = /^([1-9][0-9]{0,3})(m|h)$/.exec(text) ?? [];
  const ageMs = Number(digits ?? 0) * minuteMs * (unit === 'h' ? 60 : 1);
  if (ageMs > 0 && ageMs <= maxQuoteAgeMs) return ageMs;
  refuse(ctx, text, 'must be between 1m and 24h', 'Write e.g. `quoteNotOlderThan: 15m`.');
  return z.NEVER;
});

const settings = closedObject({
  atMost: limit.optional(),
  atLeast: limit.optional(),
  quoteNotOlderThan: maxAge.prefault('24h'),
}).superRefine(({ atMost, atLeast }, ctx) => {
  if (atMost === undefined && atLeast === undefined) {
    refuse(ctx, undefined, 'has neither atMost nor atLeast', 'Write e.g. `atMost: 1000 USD`.');
  }
  if (atMost === undefined || atLeast === undefined) return;
  const order = compareLimits(atLeast, atMost);
  if (order === null)
    refuse(ctx, undefined, 'has limits in two units', 'Write both limits in one unit, or two conditions.');
  else if (order > 0) refuse(ctx, undefined, 'has an atLeast above its atMost', 'Swap them, or correct one.');
});

export const amount = defineKind({
  kind: 'amount',
  settings,
  resolve: (written, names) => {
    const faults: PlacedFault[] = [];
    const resolved: Record<string, unknown> = { ...written };
    for (const key of ['atMost', 'atLeast']) {
      if (written[key] === undefined) continue;
      const reading = readLimit(written[key], names);
      if (reading.kind === 'limit') resolved[key] = reading.limit;
      else faults.push({ place: [key], words: reading.words, remedy: reading.remedy });
    }
    return { settings: resolved, faults };
  },
  prepare: ({ atMost, atLeast, quoteNotOlderThan }) => ({
    wanted: [
      ...(atLeast === undefined ? [] : [`at least ${limitText(atLeast)}`]),
      ...(atMost === undefined ? [] : [`at most ${limitText(atMost)}`]),
    ].join(' and '),
    test: (facts) => {
      const below = atMost === undefined ? null : judgeLimit(facts, atMost, 'at-most', quoteNotOlderThan);
      const above = atLeast === undefined ? null : judgeLimit(facts, atLeast, 'at-least', quoteNotOlderThan);
      return worse(below, above);
    },
  }),
});

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

function compareLimits(a: Limit, b: Limit): number | null {
  if (a.unit === 'fiat' && b.unit === 'fiat') {
    return a.fiat.currency === b.fiat.currency ? compareDecimals(a.fiat.value, b.fiat.value) : null;
  }
  if (a.unit === 'asset' && b.unit === 'asset') return a.name === b.name ? compareDecimals(a.base, b.base) : null;
  return null;
}

function judgeLimit(facts: Facts, wanted: Limit, side: 'at-most' | 'at-least', maxAgeMs: number): Answer {
  return wanted.unit === 'fiat' ? judgeFiat(facts, wanted.fiat, side, maxAgeMs) : judgeAsset(facts, wanted, side);
}

function judgeFiat(facts: Facts, wanted: Fiat, side: 'at-most' | 'at-least', maxAgeMs: number): Answer {
  return judge(facts.value, ({ fiat, quoteAgeMs }) => {
    const seen = formatFiat(fiat);
    if (fiat.currency !== wanted.currency)
      return unknown(seen, `it is priced in ${fiat.currency}, not in ${wanted.currency}`);
    if (quoteAgeMs > maxAgeMs) return unknown(seen, `the price is ${Math.ceil(quoteAgeMs / minuteMs)} minutes old`);
    return compared(compareDecimals(fiat.value, wanted.value), side, seen, formatFiat(wanted));
  });
}

function judgeAsset(
  facts: Facts,
  wanted: { readonly base: string; readonly name: string; readonly asset: AssetName },
  side: 'at-most' | 'at-least',
): Answer {
  return judge(facts.asset, (found) =>
    judge(facts.amount, ({ base, decimals }) => {
      // Amounts of different assets can't be compared, and "not comparable" must never read as "below".
      if (!isSameAsset(wanted.asset, found)) {
        return unknown(found.label, `it is ${found.label}, not ${wanted.name} (${assetText(wanted.asset)})`);
      }
      const seen = `${formatBase(base, decimals, { thousands: true })} ${wanted.name}`;
      if (decimals !== wanted.asset.decimals) {
        return unknown(seen, `the platform says ${decimals} decimals, the rulebook ${wanted.asset.decimals}`);
      }
      const limitWords = `${formatBase(wanted.base, decimals, { thousands: true })} ${wanted.name}`;
      return compared(compareDecimals(base, wanted.base), side, seen, limitWords);
    }),
  );
}

function compared(order: number, side: 'at-most' | 'at-least', seen: string, wanted: string): Answer {
  const place = order === 0 ? 'exactly' : order < 0 ? 'below' : 'above';
  const truth = order === 0 || (side === 'at-most' ? order < 0 : order > 0);
  return answer(truth, seen, `${seen} is ${place} ${wanted}`);
}

function unknown(seen: string, words: string): Answer {
  return { truth: 'unknown', seen, words };
}

const rank: Readonly<Record<Truth, number>> = { false: 0, unknown: 1, true: 2 };

/** Both must hold; the answer of the one that holds less. */
function worse(a: Answer | null, b: Answer | null): Answer {
  if (a === null || b === null) return a ?? b ?? unknown('', 'it has no limit');
  return rank[b.truth] < rank[a.truth] ? b : a;
}

function limitText(wanted: Limit): string {
  if (wanted.unit === 'fiat') return formatFiat(wanted.fiat);
  return `${formatBase(wanted.base, wanted.asset.decimals, { thousands: true })} ${wanted.name}`;
}
