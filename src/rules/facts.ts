// What rules can ask about an approval: typed facts, each known, or unknown with the reason.
import { readAddress } from '../chains/addresses.ts';
import { networkNamed, type Network } from '../chains/networks.ts';
import type { Activity, ActivityKind } from '../domain/activity.ts';
import type { BaseUnits, EpochMs, Fiat } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import { valueOf } from '../domain/release.ts';

export type Fact<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'unknown'; readonly reason: string };

/** `reference` in canonical form; null for the network's own coin. */
export type AssetFact = { readonly network: string; readonly reference: string | null; readonly label: string };

export type Facts = {
  readonly activity: Fact<ActivityKind>;
  readonly network: Fact<Network>;
  readonly asset: Fact<AssetFact>;
  /** Every destination, as the platform wrote it; readable on `network`, otherwise the whole fact is unknown. */
  readonly recipients: Fact<readonly { readonly canonical: string; readonly text: string }[]>;
  readonly amount: Fact<{ readonly base: BaseUnits; readonly decimals: number }>;
  /** By the platform's own quote. */
  readonly value: Fact<{ readonly fiat: Fiat; readonly quoteAgeMs: number }>;
  readonly initiator: Fact<string>;
};

export function factsOf(approval: Approval, now: EpochMs): Facts {
  const { activity } = approval;
  const network = networkOf(activity);
  return {
    activity:
      activity.kind === 'unknown'
        ? unknown(`its kind is not known here (${activity.platformKind})`)
        : known(activity.kind),
    network,
    asset: assetOf(activity, network),
    recipients: recipientsOf(activity, network),
    amount: amountOf(activity),
    value: valueFact(approval, now),
    initiator: approval.initiator === null ? unknown('its initiator is unknown') : known(approval.initiator.account),
  };
}

/**
 * The canonical form of an asset's reference on its network, or null when it is none. Where a reference is an
 * address, only a readable address will do; elsewhere (XRPL, Stellar, Cardano) it is compared as it is written.
 */
export function canonicalReference(network: Network, reference: string): string | null {
  const reading = readAddress(network, reference);
  if (reading.kind === 'valid') return reading.canonical;
  const isAddress = network.family === 'evm' || network.family === 'tron' || network.family === 'solana';
  return isAddress || reference === '' ? null : reference;
}

function known<T>(value: T): Fact<T> {
  return { kind: 'known', value };
}

function unknown(reason: string): { readonly kind: 'unknown'; readonly reason: string } {
  return { kind: 'unknown', reason };
}

function networkOf(activity: Activity): Fact<Network> {
  if (activity.network === null) return unknown('its network is unknown');
  const network = networkNamed(activity.network);
  return network === null ? unknown(`nothing is known here about the network ${activity.network}`) : known(network);
}

function assetOf({ asset }: Activity, network: Fact<Network>): Fact<AssetFact> {
  if (asset === null) return unknown('its asset is unknown');
  if (network.kind === 'unknown') return network;
  const { name } = network.value;
  if (asset.reference === null) return known({ network: name, reference: null, label: `the coin of ${name}` });
  const reference = canonicalReference(network.value, asset.reference);
  if (reference === null) return unknown(`${asset.reference} is not an asset on ${name}`);
  return known({ network: name, reference, label: `${asset.reference} on ${name}` });
}

function recipientsOf({ destinations }: Activity, network: Fact<Network>): Facts['recipients'] {
  if (network.kind === 'unknown') return network;
  if (destinations.length === 0) return unknown('it names no recipient');
  const recipients: { canonical: string; text: string }[] = [];
  for (const { address } of destinations) {
    const reading = readAddress(network.value, address);
    if (reading.kind !== 'valid') return unknown(`the recipient ${address} cannot be read: ${reading.reason}`);
    recipients.push({ canonical: reading.canonical, text: reading.display });
  }
  return known(recipients);
}

function amountOf({ asset, amountBase }: Activity): Facts['amount'] {
  if (amountBase === null) return unknown('its amount is unknown');
  if (asset === null || asset.decimals === null) return unknown("the asset's decimals are unknown");
  return known({ base: amountBase, decimals: asset.decimals });
}

function valueFact(approval: Approval, now: EpochMs): Facts['value'] {
  const value = valueOf(approval, now);
  if (value.kind === 'unknown') return unknown(value.reason);
  const quotedAt = approval.activity.price?.quotedAt ?? approval.createdAt;
  if (quotedAt === null) return unknown("the price's age is unknown");
  return known({ fiat: value.fiat, quoteAgeMs: Math.max(0, now - quotedAt) });
}
