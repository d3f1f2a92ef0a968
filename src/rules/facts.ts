// What rules can ask about an approval: typed facts, each known, or unknown with the reason.
import { createHash } from 'node:crypto';
import { readAddress } from '../chains/addresses.ts';
import { networkNamed, type Network } from '../chains/networks.ts';
import type { Activity, ActivityKind, ActivityRequest } from '../domain/activity.ts';
import { readHundredths, type BaseUnits, type EpochMs, type Fiat, type Hundredths } from '../domain/amount.ts';
import { valueOf } from '../domain/release.ts';
import type { Observation } from '../domain/rulebook.ts';
import { questionKey, type SpendAnswer, type SpendQuestion } from '../domain/spend.ts';

export type Fact<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'unknown'; readonly reason: string };

/** `reference` in canonical form; null for the network's own coin. */
export type AssetFact = {
  readonly network: string;
  readonly reference: string | null;
  readonly key: string;
  readonly label: string;
};

export type RecipientFact = { readonly canonical: string; readonly text: string };

export type Facts = {
  readonly connection: string;
  readonly now: EpochMs;
  readonly activity: Fact<ActivityKind>;
  readonly network: Fact<Network>;
  readonly asset: Fact<AssetFact>;
  /** Every destination, as the platform wrote it; readable on `network`, otherwise the whole fact is unknown. */
  readonly recipients: Fact<readonly RecipientFact[]>;
  readonly amount: Fact<{ readonly base: BaseUnits; readonly value: bigint; readonly decimals: number }>;
  /** By the platform's own quote. */
  readonly value: Fact<{ readonly fiat: Fiat; readonly exact: Hundredths; readonly quoteAgeMs: number }>;
  readonly initiator: Fact<string>;
  readonly wallet: Fact<string>;
  readonly walletTags: Fact<readonly string[]>;
  readonly method: Fact<string>;
  readonly transactionType: Fact<string>;
  readonly counterparty: Fact<string>;
  readonly credential: Fact<string>;
  /** Null: it has none, which is known. */
  readonly memo: string | null;
  readonly externalId: string | null;
  readonly call: Fact<NonNullable<ActivityRequest['call']>>;
  /** The JSON text that is signed. */
  readonly typedData: Fact<string>;
  readonly message: Fact<string>;
  /**
   * One value per decoded part that has this field, never none: a list with nothing in it is what nobody decoded just
   * as well as what has no such field, so it is unknown. "All of nothing" would be true, and a rule that objects would
   * be false.
   */
  readonly field: (name: string) => Fact<readonly string[]>;
  /** What was spent before, without this approval. */
  readonly spent: (question: SpendQuestion) => Fact<SpendAnswer>;
  /** 0 to 99.99…, by hash of the approval: below its percentage a canary rule counts. */
  readonly draw: number;
  readonly demoted: ReadonlySet<string>;
};

/** Facts that an index can look rules up by. */
export const indexDimensions = ['wallet', 'initiator', 'method', 'asset', 'network', 'activity'] as const;
export type IndexDimension = (typeof indexDimensions)[number];

/** The value that rules are indexed by, or null when it is unknown. */
export function indexValue(facts: Facts, dimension: IndexDimension): string | null {
  switch (dimension) {
    case 'wallet':
      return facts.wallet.kind === 'known' ? facts.wallet.value : null;
    case 'initiator':
      return facts.initiator.kind === 'known' ? facts.initiator.value : null;
    case 'method':
      return facts.method.kind === 'known' ? facts.method.value : null;
    case 'asset':
      return facts.asset.kind === 'known' ? facts.asset.value.key : null;
    case 'network':
      return facts.network.kind === 'known' ? facts.network.value.name : null;
    case 'activity':
      return facts.activity.kind === 'known' ? facts.activity.value : null;
  }
}

export function factsOf(observation: Observation): Facts {
  const { approval, at } = observation;
  const { activity } = approval;
  const { request, wallet } = activity;
  const network = networkOf(activity);
  return {
    connection: observation.connection,
    now: at,
    activity:
      activity.kind === 'unknown'
        ? unknown(`its kind is not known here (${activity.platformKind})`)
        : known(activity.kind),
    network,
    asset: assetOf(activity, network),
    recipients: recipientsOf(activity, network),
    amount: amountOf(activity),
    value: valueFact(observation),
    initiator: approval.initiator === null ? unknown('its initiator is unknown') : known(approval.initiator.account),
    wallet: wallet === null ? unknown('its wallet is unknown') : known(wallet.id),
    walletTags: present(request.walletTags, "the wallet's tags are unknown"),
    method: present(request.method, 'the method that was called is unknown'),
    transactionType: present(request.transactionType, 'its type of transaction is unknown'),
    counterparty: present(request.counterparty, 'its counterparty is unknown'),
    credential: present(request.credential, 'the credential that was used is unknown'),
    memo: activity.memo,
    externalId: activity.externalId,
    call: present(request.call, 'it has no contract call that could be read'),
    typedData: present(request.typedData, 'it has no typed data that could be read'),
    message: present(request.message, 'it has no message that could be read'),
    field: (name) => {
      const values = Object.hasOwn(request.fields, name) ? request.fields[name] : undefined;
      return values === undefined || values.length === 0 ? unknown(`it has no field ${name}`) : known(values);
    },
    spent: (question) => {
      const key = questionKey(question);
      const sum = Object.hasOwn(observation.spent, key) ? observation.spent[key] : undefined;
      return sum === undefined ? unknown('what was spent before is not known here') : known(sum);
    },
    draw: drawOf(observation),
    demoted: new Set(observation.demoted),
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
  // Only the coin itself goes by that name, and it has no reference.
  return isAddress || reference === '' || reference === 'native' ? null : reference;
}

/** What an asset is called wherever two are compared: `Ethereum/0x…`, `Ethereum/native`. */
export function assetKey(network: string, reference: string | null): string {
  return `${network}/${reference ?? 'native'}`;
}

function known<T>(value: T): Fact<T> {
  return { kind: 'known', value };
}

function unknown(reason: string): { readonly kind: 'unknown'; readonly reason: string } {
  return { kind: 'unknown', reason };
}

function present<T>(value: T | null, reason: string): Fact<T> {
  return value === null ? unknown(reason) : known(value);
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
  if (asset.reference === null) {
    return known({ network: name, reference: null, key: assetKey(name, null), label: `the coin of ${name}` });
  }
  const reference = canonicalReference(network.value, asset.reference);
  if (reference === null) return unknown(`${asset.reference} is not an asset on ${name}`);
  return known({ network: name, reference, key: assetKey(name, reference), label: `${asset.reference} on ${name}` });
}

function recipientsOf({ destinations }: Activity, network: Fact<Network>): Facts['recipients'] {
  if (network.kind === 'unknown') return network;
  if (destinations.length === 0) return unknown('it names no recipient');
  const recipients: RecipientFact[] = [];
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
  return known({ base: amountBase, value: BigInt(amountBase), decimals: asset.decimals });
}

function valueFact({ approval, at }: Observation): Facts['value'] {
  const value = valueOf(approval, at);
  if (value.kind === 'unknown') return unknown(value.reason);
  const quotedAt = approval.activity.price?.quotedAt ?? approval.createdAt;
  if (quotedAt === null) return unknown("the price's age is unknown");
  const { fiat } = value;
  return known({ fiat, exact: readHundredths(fiat.value), quoteAgeMs: Math.max(0, at - quotedAt) });
}

/** Four bytes of the hash are plenty for hundredths; the connection is in it because ids are only unique within one. */
function drawOf({ connection, approval }: Observation): number {
  const digest = createHash('sha256').update(`${connection}\n${approval.id}`).digest();
  return (digest.readUInt32BE(0) / 2 ** 32) * 100;
}
