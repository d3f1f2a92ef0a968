// Quantities of a limit: in base units, exactly, and as what has to hold for one transaction or for a sum.
import { formatBase, parseDecimal } from '../../chains/units.ts';
import type { DraftCondition } from '../../domain/rulebook-draft.ts';
import type { NamedAsset } from './policies-assets.ts';
import type { Matched } from './policies-matchers.ts';
import { secondsOf, type WireLimit } from './policies-wire.ts';

/** Ten years: longer windows are a mistake to the rulebook. */
const longestSeconds = 3650 * 86_400;

/** A limit of zero is zero, one below zero is negative; more decimals than the asset has are no amount of it. */
export function baseLimit(quantity: string, decimals: number): bigint | 'too-many-decimals' {
  const isNegative = quantity.startsWith('-');
  const reading = parseDecimal(isNegative ? quantity.slice(1) : quantity, decimals);
  if (reading.kind !== 'ok') return 'too-many-decimals';
  return isNegative ? -BigInt(reading.base) : BigInt(reading.base);
}

/** What has to hold once a limit applies. Sending exactly the limit is within it, and fees don't count. */
export function mustHold(
  limit: WireLimit,
  around: {
    readonly asset: NamedAsset;
    readonly base: bigint;
    readonly matchers: readonly Matched[];
    readonly unsupported: (place: string, words: string, instead?: string) => DraftCondition;
  },
): DraftCondition {
  const { asset, base, matchers, unsupported } = around;
  const seconds = secondsOf(limit.duration);
  if (base < 0n) return unsupported('limitQty', 'a limit below zero behaves unpredictably there');
  const isKnown = ['PER_TX', 'ROLLING_DURATION', 'CONSTANT'].includes(limit.limitType);
  if (!isKnown) return unsupported('limitType', `the limit type ${limit.limitType} is not known here`);
  const isRolling = limit.limitType === 'ROLLING_DURATION';
  if (seconds === null || (isRolling ? seconds > longestSeconds : seconds !== 0)) {
    return unsupported(
      'duration',
      `the duration ${limit.duration ?? ''} of a ${limit.limitType} limit can't be counted here`,
    );
  }
  // A limit of zero lets nothing through.
  if (base === 0n) return { not: { kind: 'always' } };
  const atMost = `${formatBase(base.toString(), asset.decimals)} ${asset.name}`;
  if (limit.limitType === 'PER_TX') return { kind: 'amount', atMost };
  const window = isRolling ? `${seconds}s` : 'lifetime';
  const only = narrowedTo(matchers);
  const spent: DraftCondition = {
    kind: 'spent',
    window,
    per: ['wallet', 'asset'],
    ...(Object.keys(only).length === 0 ? {} : { only }),
    atMost,
  };
  if (matchers.every(({ narrowing }) => narrowing !== null)) return spent;
  // More is counted than the platform counts: within the limit it is certainly within, above it nobody knows.
  const words = 'its sum can only be counted for more than its matchers select';
  return {
    any: [spent, unsupported('matchers', words, 'Within the limit it holds; above it, it is unknown, and abstains.')],
  };
}

/** A payment counts when it matches every matcher, as two lists about one thing: what stands in both. */
function narrowedTo(matchers: readonly Matched[]): Readonly<Record<string, readonly string[]>> {
  const only: Record<string, readonly string[]> = {};
  for (const { narrowing } of matchers) {
    if (narrowing === null) continue;
    const { dimension, values } = narrowing;
    const both = (only[dimension] ?? values).filter((value) => values.includes(value));
    // Nothing in both: then nothing ever matches, and no sum is asked for.
    if (both.length > 0) only[dimension] = both;
  }
  return only;
}
