// The amount of one transaction: in a currency by the platform's own fresh quote, or exactly in units of one asset.
import { compareHundredths, formatFiat, readHundredths, type Fiat } from '../../domain/amount.ts';
import type { Truth } from '../../domain/rulebook.ts';
import { closedObject, refuse } from '../document.ts';
import type { Facts } from '../facts.ts';
import { defineKind, judge, truthOf, unknownBecause, type Say } from '../kind.ts';
import { compareLimits, limit, limitText, maxAge, minuteMs, resolveLimits, unitsText, type Limit } from '../limit.ts';
import { assetText, keyOf } from './asset.ts';

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
  resolve: (written, names) => resolveLimits(written, ['atMost', 'atLeast'], names),
  prepare: ({ atMost, atLeast, quoteNotOlderThan }) => {
    const below = atMost === undefined ? null : side(atMost, 'at-most', quoteNotOlderThan);
    const above = atLeast === undefined ? null : side(atLeast, 'at-least', quoteNotOlderThan);
    return {
      wanted: [
        ...(atLeast === undefined ? [] : [`at least ${limitText(atLeast)}`]),
        ...(atMost === undefined ? [] : [`at most ${limitText(atMost)}`]),
      ].join(' and '),
      test: above === null && below !== null ? below : (facts, say) => both(below, above, facts, say),
    };
  },
});

type Bound = 'at-most' | 'at-least';
type Side = (facts: Facts, say?: Say) => Truth;

function side(wanted: Limit, bound: Bound, maxAgeMs: number): Side {
  return wanted.unit === 'asset' ? assetSide(wanted, bound) : fiatSide(wanted.fiat, bound, maxAgeMs);
}

/** What it compares with lies beside the function itself: with ten thousand rules, every step further costs a wait. */
function fiatSide(wanted: Fiat, bound: Bound, maxAgeMs: number): Side {
  const { currency, value } = wanted;
  const { whole, hasRest } = readHundredths(value);
  return (facts, say) => {
    const fact = facts.value;
    if (fact.kind === 'unknown') return unknownBecause(say, 'unknown', fact.reason);
    const { fiat, exact, quoteAgeMs } = fact.value;
    if (fiat.currency !== currency) {
      say?.(formatFiat(fiat), `it is priced in ${fiat.currency}, not in ${currency}`);
      return 'unknown';
    }
    if (quoteAgeMs > maxAgeMs) {
      say?.(formatFiat(fiat), `the price is ${Math.ceil(quoteAgeMs / minuteMs)} minutes old`);
      return 'unknown';
    }
    const order = compareHundredths(exact, { whole, hasRest });
    say?.(formatFiat(fiat), compared(order, formatFiat(fiat), formatFiat({ value, currency })));
    return within(order, bound);
  };
}

function assetSide(wanted: Extract<Limit, { unit: 'asset' }>, bound: Bound): Side {
  const key = keyOf(wanted.asset);
  const { name, asset } = wanted;
  const limitBase = BigInt(wanted.base);
  return (facts, say) =>
    judge(facts.asset, say, (found) =>
      judge(facts.amount, say, ({ base, value, decimals }) => {
        // Amounts of different assets can't be compared, and "not comparable" must never read as "below".
        if (found.key !== key) {
          return unknownBecause(say, found.label, `it is ${found.label}, not ${name} (${assetText(asset)})`);
        }
        if (decimals !== asset.decimals) {
          say?.(
            unitsText(base, decimals, name),
            `the platform says ${decimals} decimals, the rulebook ${asset.decimals}`,
          );
          return 'unknown';
        }
        const order = value === limitBase ? 0 : value < limitBase ? -1 : 1;
        const seen = () => unitsText(base, decimals, name);
        say?.(seen(), compared(order, seen(), unitsText(wanted.base, decimals, name)));
        return within(order, bound);
      }),
    );
}

function within(order: number, bound: Bound): Truth {
  return truthOf(order === 0 || (bound === 'at-most' ? order < 0 : order > 0));
}

function compared(order: number, seen: string, wanted: string): string {
  const place = order === 0 ? 'exactly' : order < 0 ? 'below' : 'above';
  return `${seen} is ${place} ${wanted}`;
}

const rank: Readonly<Record<Truth, number>> = { false: 0, unknown: 1, true: 2 };

/** Both must hold; what is said is what the one that holds less says. */
function both(below: Side | null, above: Side | null, facts: Facts, say: Say | undefined): Truth {
  if (below === null || above === null) return (below ?? above)?.(facts, say) ?? 'unknown';
  const truths = { below: below(facts), above: above(facts) };
  const worse = rank[truths.above] < rank[truths.below] ? 'above' : 'below';
  if (say !== undefined) (worse === 'above' ? above : below)(facts, say);
  return truths[worse];
}
