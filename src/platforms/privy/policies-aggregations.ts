// Privy's aggregations as limits on what was spent: sums of the coin over a rolling window.
// https://docs.privy.io/controls/policies/stateful-policies
import { networkNamed, NETWORKS } from '../../chains/networks.ts';
import { scaledNumber } from '../../chains/values.ts';
import { formatBase } from '../../chains/units.ts';
import type { DraftCondition } from '../../domain/rulebook-draft.ts';
import type { Aggregation, Condition } from './policies-document.ts';
import { unknownField } from './policies-evm.ts';
import { unsupportedCondition, type Gathering, type Where } from './policies-values.ts';

/**
 * Our sum holds this request too, and every payment of the coin whatever its method: at least what Privy counts. So it
 * may keep a rule from allowing, or make one deny; where more spent would let more through, it is not carried over.
 */
export function referenceCondition(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  const [, id] = /^aggregation\.(.+)$/.exec(given.field) ?? [];
  if (id === undefined) return unknownField(given, where, gathering);
  const refuse = (why: string) => unsupportedCondition(`the aggregation ${id.slice(0, 60)} (${why})`, where, gathering);
  const aggregation = gathering.document.aggregations.get(id);
  if (aggregation === undefined) return refuse('it is not in the document');
  const { metric } = aggregation;
  if (metric.field_source !== 'ethereum_transaction' || metric.field !== 'value' || metric.function !== 'sum') {
    return refuse('it sums something else than the coin');
  }
  const network = networkOf(aggregation, gathering);
  if (network === null) return refuse('nothing says on which one network it counts');
  const limit = limitOf(given, where.allows);
  if (limit === null) return refuse('only an upper limit of one base unit or more can be kept here');
  const condition = spentOf(aggregation, network, limit.base, where, gathering);
  return limit.isExceeded ? { not: condition } : condition;
}

/** Allowed up to it, or denied above it. Sums are whole, so "below 10" is "at most 9". */
function limitOf({ operator, value }: Condition, allows: boolean): { base: string; isExceeded: boolean } | null {
  if (Array.isArray(value) || !/^(?:[0-9]{1,78}|0x[0-9a-fA-F]{1,64})$/.test(value)) return null;
  if (!(allows ? ['lte', 'lt'] : ['gt', 'gte']).includes(operator)) return null;
  const most = BigInt(value) - (operator === 'lt' || operator === 'gte' ? 1n : 0n);
  return most < 1n ? null : { base: most.toString(), isExceeded: !allows };
}

function networkOf({ conditions }: Aggregation, { aggregationNetwork }: Gathering): string | null {
  const chain = (conditions ?? []).find(isChainId);
  if (chain === undefined || Array.isArray(chain.value)) return aggregationNetwork;
  const wanted = scaledNumber(chain.value);
  return NETWORKS.find(({ chainId }) => chainId !== null && scaledNumber(String(chainId)) === wanted)?.name ?? null;
}

function isChainId({ field_source, field, operator, value }: Condition): boolean {
  return field_source === 'ethereum_transaction' && field === 'chain_id' && operator === 'eq' && !Array.isArray(value);
}

function spentOf(
  { id, window, conditions, group_by: groups }: Aggregation,
  network: string,
  base: string,
  { place }: Where,
  { assets, remarks }: Gathering,
): DraftCondition {
  const asset = `coin-${network}`;
  assets[asset] = { network, reference: 'native' };
  const left = [
    ...(conditions ?? [])
      .filter((condition) => !isChainId(condition))
      .map(({ field_source, field }) => `${field_source}.${field}`),
    ...(groups ?? [])
      .filter((group) => !isDimension(group))
      .map((group) => `group_by ${group.field_source}.${group.field}`),
  ];
  if (left.length > 0) {
    const words = `the aggregation ${id} counts by ${left.join(', ')}, which is not kept`;
    remarks.push({ place, words, instead: 'more is counted than on Privy: the limit is reached sooner' });
  }
  const decimals = networkNamed(network)?.nativeDecimals ?? 18;
  return {
    kind: 'spent',
    window: `${window.seconds}s`,
    per: (groups ?? []).some(isRecipient) ? ['recipient'] : 'connection',
    atMost: `${formatBase(base, decimals)} ${asset}`,
  };
}

type Group = { readonly field_source: string; readonly field: string };

function isRecipient({ field_source, field }: Group): boolean {
  return field_source === 'ethereum_transaction' && field === 'to';
}

/** The asset stands on one network, so its chain is in every sum. */
function isDimension(group: Group): boolean {
  return isRecipient(group) || (group.field_source === 'ethereum_transaction' && group.field === 'chain_id');
}
