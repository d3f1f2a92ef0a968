// What was spent within a window, this approval included: by number, and by amount in a currency or in one asset.
import { z } from 'zod';
import { readAddress } from '../../chains/addresses.ts';
import { networkNamed, type Network } from '../../chains/networks.ts';
import { activityKinds } from '../../domain/activity.ts';
import { addDecimals, compareDecimals, formatFiat, type Fiat } from '../../domain/amount.ts';
import type { Truth } from '../../domain/rulebook.ts';
import {
  spendDimensions,
  unknownValue,
  type SpendAnswer,
  type SpendDimension,
  type SpendQuestion,
  type SpendWindow,
} from '../../domain/spend.ts';
import { closedObject, refuse } from '../document.ts';
import { canonicalReference, type Facts } from '../facts.ts';
import { defineKind, judge, truthOf, unknownBecause, type Say } from '../kind.ts';
import { limit, limitText, maxAge, minuteMs, resolveLimits, unitsText, type Limit } from '../limit.ts';
import { assetText, keyOf } from './asset.ts';
import { isTimeZone } from './time.ts';

const windowForms = 'Write e.g. `window: 24h` (also s, m, d), `window: day Europe/Zurich`, or `window: lifetime`.';
const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Rolling windows of more than ten years are a mistake. */
const longestSeconds = 3650 * 86_400;

const window = z.string().transform((text, ctx): SpendWindow => {
  if (text === 'lifetime') return { kind: 'lifetime' };
  const [, timeZone] = /^day (\S+)$/.exec(text) ?? [];
  if (timeZone !== undefined && isTimeZone(timeZone)) return { kind: 'day', timeZone };
  const [, digits, unit] = /^([0-9]{1,9})(s|m|h|d)$/.exec(text) ?? [];
  const seconds = Number(digits ?? 0) * (secondsIn[unit ?? ''] ?? 0);
  if (seconds >= 1 && seconds <= longestSeconds) return { kind: 'rolling', seconds };
  refuse(ctx, text, 'must be a window of at least one second and at most ten years', windowForms);
  return z.NEVER;
});

const dimension = z.enum(spendDimensions);

const only = z
  .partialRecord(dimension, z.array(z.string().min(1)).min(1))
  .superRefine((given, ctx) => {
    for (const name of spendDimensions) {
      for (const [at, value] of (given[name] ?? []).entries()) {
        const form = value === unknownValue || isNoForm[name]?.(value) === true ? (forms[name] ?? 'its id') : undefined;
        if (form === undefined) continue;
        const message = `"${value.slice(0, 100)}" is no ${name} in the form that payments have, so nothing would count`;
        ctx.addIssue({ code: 'custom', path: [name, at], message, params: { remedy: `Write ${form}.` }, input: value });
      }
    }
  })
  .default({});

const forms: Readonly<Partial<Record<SpendDimension, string>>> = {
  network: "the platform's name of a network, e.g. Ethereum",
  asset: 'the network and the address in small letters, e.g. `Ethereum/0x…`, or `Ethereum/native`',
  recipient: 'the network and the address in small letters, e.g. `Ethereum/0x…`',
  activity: 'a kind of activity, e.g. transfer',
};

/** A value that no payment can have would make a limit that is never reached. */
const isNoForm: Readonly<Partial<Record<SpendDimension, (value: string) => boolean>>> = {
  network: (name) => networkNamed(name) === null,
  asset: (key) => !isOnNetwork(key, (on, rest) => rest === 'native' || canonicalReference(on, rest) === rest),
  recipient: (key) =>
    !isOnNetwork(key, (on, rest) => {
      const reading = readAddress(on, rest);
      return reading.kind === 'valid' && reading.canonical === rest;
    }),
  activity: (name) => !activityKinds.some((kind) => kind === name),
};

function isOnNetwork(key: string, isThere: (network: Network, rest: string) => boolean): boolean {
  const at = key.indexOf('/');
  const network = at < 0 ? null : networkNamed(key.slice(0, at));
  return network !== null && isThere(network, key.slice(at + 1));
}

const settings = closedObject({
  window,
  per: z.union(
    [
      z.array(dimension),
      z.literal('connection').transform((): SpendDimension[] => []),
      dimension.transform((one) => [one]),
    ],
    { error: `must be connection, or one or several of ${spendDimensions.join(', ')}` },
  ),
  only,
  atMost: limit.optional(),
  count: z.int().min(1).max(1_000_000_000).optional(),
  quoteNotOlderThan: maxAge.prefault('24h'),
}).superRefine(({ atMost, count, per, only: listed }, ctx) => {
  const about = new Set([...per, ...Object.keys(listed)]);
  if (about.size > mostDimensions) {
    const words = `is about ${about.size} things at once, at most ${mostDimensions} can be`;
    refuse(ctx, [...about].join(', '), words, 'Leave out of per and only what does not matter most.');
  }
  if (atMost !== undefined || count !== undefined) return;
  refuse(ctx, undefined, 'has neither atMost nor count', 'Write e.g. `atMost: 10000 USD`, or `count: 20`.');
});

/** Each doubles the sums of payments in doubt that are kept beside the sum itself. */
const mostDimensions = 6;

export const spent = defineKind({
  kind: 'spent',
  settings,
  resolve: (written, names) => resolveLimits(written, ['atMost'], names),
  prepare: ({ window: span, per, only: listed, atMost, count, quoteNotOlderThan }) => {
    // Amounts of two assets have no sum, so a limit in an asset is per asset whether or not it says so.
    const dimensions = new Set([...per, ...(atMost?.unit === 'asset' ? (['asset'] as const) : [])]);
    const question: SpendQuestion = {
      counter: {
        per: spendDimensions.filter((name) => dimensions.has(name)),
        only: spendDimensions.flatMap((name) => {
          const values = listed[name];
          return values === undefined ? [] : [{ dimension: name, values }];
        }),
      },
      window: span,
      currency: atMost?.unit === 'fiat' ? atMost.fiat.currency : null,
    };
    const around = aroundText(question);
    const sides = [
      ...(count === undefined ? [] : [countSide(count, around)]),
      ...(atMost === undefined ? [] : [amountSide(atMost, around, quoteNotOlderThan)]),
    ];
    const limits = [
      ...(count === undefined ? [] : [`${count} payments`]),
      ...(atMost === undefined ? [] : [limitText(atMost)]),
    ];
    return {
      wanted: `at most ${limits.join(' and ')} ${around}`,
      asks: [question],
      test: (facts, say) => judge(facts.spent(question), say, (sum) => worst(sides, facts, sum, say)),
    };
  },
});

type Side = (facts: Facts, sum: SpendAnswer, say?: Say) => Truth;

/** The first side that does not hold speaks; a false one before an unknown one. */
function worst(sides: readonly Side[], facts: Facts, sum: SpendAnswer, say: Say | undefined): Truth {
  const truths = sides.map((side) => side(facts, sum));
  const result: Truth = truths.includes('false') ? 'false' : truths.includes('unknown') ? 'unknown' : 'true';
  if (say !== undefined) sides[truths.indexOf(result)]?.(facts, sum, say);
  return result;
}

function countSide(count: number, around: string): Side {
  return (_facts, sum, say) => {
    const total = sum.count + 1;
    // Within the limit even if all of them belong is within the limit.
    if (total <= count && total + (sum.inDoubt ?? 0) > count) return becauseInDoubt(say, `${total} payments`, sum);
    say?.(`${total} payments`, `with it, ${total} of ${count} payments ${around}`);
    return truthOf(total <= count);
  };
}

function becauseInDoubt(say: Say | undefined, seen: string, { inDoubt = 0 }: SpendAnswer): Truth {
  const payments = inDoubt === 1 ? '1 payment before it' : `${inDoubt} payments before it`;
  return unknownBecause(say, seen, `too little is known of ${payments} to say whether they count`);
}

function amountSide(wanted: Limit, around: string, maxAgeMs: number): Side {
  return wanted.unit === 'fiat'
    ? (facts, sum, say) => judgeFiat(facts, sum, { fiat: wanted.fiat, around, maxAgeMs }, say)
    : assetSide(wanted, around);
}

function judgeFiat(
  facts: Facts,
  sum: SpendAnswer,
  wanted: { readonly fiat: Fiat; readonly around: string; readonly maxAgeMs: number },
  say: Say | undefined,
): Truth {
  const { currency, value } = wanted.fiat;
  return judge(facts.value, say, ({ fiat, quoteAgeMs }) => {
    if (fiat.currency !== currency)
      return unknownBecause(say, fiat.currency, `it is priced in ${fiat.currency}, not in ${currency}`);
    if (quoteAgeMs > wanted.maxAgeMs) {
      return unknownBecause(say, formatFiat(fiat), `the price is ${Math.ceil(quoteAgeMs / minuteMs)} minutes old`);
    }
    const total = addDecimals(sum.fiat, fiat.value);
    const seen = formatFiat({ value: total, currency });
    // What has no price can only add to the sum: over the limit without it is over the limit.
    if (compareDecimals(total, value) > 0) {
      say?.(seen, `with it, ${seen} of ${formatFiat(wanted.fiat)} ${wanted.around}`);
      return 'false';
    }
    if (sum.withoutPrice > 0)
      return unknownBecause(say, seen, `${sum.withoutPrice} payments before it have no price in ${currency}`);
    if (sum.inDoubt !== undefined) return becauseInDoubt(say, seen, sum);
    say?.(seen, `with it, ${seen} of ${formatFiat(wanted.fiat)} ${wanted.around}`);
    return 'true';
  });
}

function assetSide(wanted: Extract<Limit, { unit: 'asset' }>, around: string): Side {
  const key = keyOf(wanted.asset);
  const most = BigInt(wanted.base);
  return (facts, sum, say) =>
    judge(facts.asset, say, (found) =>
      judge(facts.amount, say, ({ value, decimals }) => {
        if (found.key !== key) {
          return unknownBecause(
            say,
            found.label,
            `it is ${found.label}, not ${wanted.name} (${assetText(wanted.asset)})`,
          );
        }
        if (decimals !== wanted.asset.decimals) {
          return unknownBecause(
            say,
            found.label,
            `the platform says ${decimals} decimals, the rulebook ${wanted.asset.decimals}`,
          );
        }
        const total = BigInt(sum.base) + value;
        const seen = () => unitsText(total.toString(), decimals, wanted.name);
        say?.(seen(), `with it, ${seen()} of ${limitText(wanted)} ${around}`);
        if (total > most) return 'false';
        if (sum.withoutAmount > 0)
          return unknownBecause(say, seen(), `the amounts of ${sum.withoutAmount} payments before it are unknown`);
        if (sum.inDoubt !== undefined) return becauseInDoubt(say, seen(), sum);
        return 'true';
      }),
    );
}

function aroundText({ counter, window: span }: SpendQuestion): string {
  const per = counter.per.length === 0 ? 'connection' : counter.per.join(', ');
  const filters = counter.only.map(({ dimension: name, values }) => `${name} ${values.join(' or ')}`);
  const among = filters.length === 0 ? '' : `, counting ${filters.join(' and ')}`;
  return `${windowText(span)} per ${per}${among}`;
}

function windowText(span: SpendWindow): string {
  if (span.kind === 'lifetime') return 'in all time';
  if (span.kind === 'day') return `in a day (${span.timeZone})`;
  const { seconds } = span;
  const hours = seconds / 3600;
  // "24 hours" reads better than "1 day", which may be taken for a calendar day.
  if (Number.isInteger(hours) && hours <= 72) return `in ${hours} ${hours === 1 ? 'hour' : 'hours'}`;
  if (Number.isInteger(hours / 24)) return `in ${hours / 24} days`;
  return seconds % 60 === 0 ? `in ${seconds / 60} minutes` : `in ${seconds} seconds`;
}
