// What somebody wants done with a wallet, in one form for every platform.
import type { BaseUnits, Price } from './amount.ts';

export const activityKinds = [
  'transfer',
  'contract-call',
  'raw-transaction',
  'swap',
  'raw-signature',
  'message-signature',
  'typed-data',
  'policy-change',
  'permission-change',
  'registry-change',
  'member-change',
  'key-export',
  'fiat-payout',
  'unknown',
] as const;

export type ActivityKind = (typeof activityKinds)[number];

/** Who controls whom: never automatic and never released by Slack votes, because they can widen the bot's own power. */
const governanceKinds: readonly ActivityKind[] = [
  'policy-change',
  'permission-change',
  'registry-change',
  'member-change',
  'key-export',
];

export function isGovernance(kind: ActivityKind): boolean {
  return governanceKinds.includes(kind);
}

/**
 * An asset is identified by network and reference; a symbol is what somebody wrote on it.
 * `reference` is null for a network's own coin.
 */
export type Asset = {
  readonly standard: string;
  readonly reference: string | null;
  readonly symbol: string | null;
  readonly decimals: number | null;
  readonly verified: boolean | null;
};

export type Destination = { readonly address: string; readonly amountBase: BaseUnits | null };

/** What a raw payload does, as decoded by us: words for the card, structure for the checks. */
export type Decoded =
  | { readonly kind: 'transfer'; readonly asset: string | null; readonly to: string; readonly amountBase: BaseUnits }
  | { readonly kind: 'other'; readonly words: string; readonly dangerous: boolean }
  | { readonly kind: 'undecodable'; readonly reason: string };

/** What the platform itself says about a payload that it also hands us raw. */
export type Claim = {
  readonly to: string | null;
  readonly asset: string | null;
  readonly amountBase: BaseUnits | null;
};

/** What rules about methods, contracts and messages look at; null or empty where the activity has none, or none is known. */
export type ActivityRequest = {
  /** The wallet API's method, as the platform names it: `eth_sendTransaction`, `transfer`. */
  readonly method: string | null;
  /** The platform's own word for the type of transaction, where it has one beside the activity's kind. */
  readonly transactionType: string | null;
  readonly walletTags: readonly string[] | null;
  /** The platform's id of the counterparty that it pays. */
  readonly counterparty: string | null;
  /** The key or API credential that asked for it, where that is not the initiator's own. */
  readonly credential: string | null;
  /** An EVM transaction or call: base units of the coin, and the data as lower-case hexadecimal. */
  readonly call: {
    readonly chainId: string | null;
    readonly to: string | null;
    readonly valueBase: BaseUnits;
    readonly data: string;
  } | null;
  /** EIP-712 typed data as the JSON text that is signed. */
  readonly typedData: string | null;
  /** The message that is signed, as text. */
  readonly message: string | null;
  /**
   * Decoded parts of a payload by the name that the source's policy language gives them
   * (`solana_system_program_instruction.Transfer.lamports`), one value per part that has the field, in order. A field
   * without values is left out, or given as an empty list: either way rules find it unknown, never "none".
   */
  readonly fields: Readonly<Record<string, readonly string[]>>;
};

export const noRequest: ActivityRequest = {
  method: null,
  transactionType: null,
  walletTags: null,
  counterparty: null,
  credential: null,
  call: null,
  typedData: null,
  message: null,
  fields: {},
};

export type Activity = {
  readonly kind: ActivityKind;
  /** The platform's own words for it, e.g. `Wallets:Sign/transferRequest/Erc20`. */
  readonly platformKind: string;
  /** The platform's id of the thing that waits (a transfer, a change request), when it has one. */
  readonly subjectId: string | null;
  /** The platform's own name of the network. */
  readonly network: string | null;
  readonly wallet: { readonly id: string; readonly name: string | null } | null;
  readonly destinations: readonly Destination[];
  readonly asset: Asset | null;
  readonly amountBase: BaseUnits | null;
  /** Left out of the fingerprint: a quote moves without anybody deciding anything. */
  readonly price: Price | null;
  readonly decoded: Decoded | null;
  readonly claim: Claim | null;
  readonly memo: string | null;
  readonly externalId: string | null;
  /** True when a bare hash is signed: nobody can see what it does. */
  readonly blind: boolean;
  /** Facts that could not be read, in words. Any entry means "not fully decoded". */
  readonly unread: readonly string[];
  readonly request: ActivityRequest;
  /** Everything else worth showing in Details, in the order to show it. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
};

/** A transfer of one asset to one address of which nothing is left unknown: the only thing that Slack votes may release. */
export type PlainTransfer = {
  readonly network: string;
  readonly walletId: string;
  readonly to: string;
  readonly asset: Asset & { readonly decimals: number };
  readonly amountBase: BaseUnits;
};

export type PlainTransferReading =
  | { readonly kind: 'plain'; readonly transfer: PlainTransfer }
  | { readonly kind: 'not-plain'; readonly reasons: readonly string[] };

export function readPlainTransfer(activity: Activity): PlainTransferReading {
  const reasons: string[] = [];
  if (activity.kind !== 'transfer') reasons.push(`it is not a plain transfer (${activity.platformKind})`);
  reasons.push(...activity.unread);
  const { network, wallet, asset, amountBase } = activity;
  const [destination] = activity.destinations;
  if (activity.destinations.length !== 1) reasons.push('it does not have exactly one destination');
  if (network === null) reasons.push('its network is unknown');
  if (wallet === null) reasons.push('its wallet is unknown');
  if (asset === null) reasons.push('its asset is unknown');
  if (asset !== null && asset.decimals === null) reasons.push("the asset's decimals are unknown");
  if (amountBase === null) reasons.push('its amount is unknown');
  if (reasons.length > 0 || destination === undefined || network === null || wallet === null) {
    return { kind: 'not-plain', reasons };
  }
  if (asset === null || asset.decimals === null || amountBase === null) return { kind: 'not-plain', reasons };
  const { decimals } = asset;
  return {
    kind: 'plain',
    transfer: { network, walletId: wallet.id, to: destination.address, asset: { ...asset, decimals }, amountBase },
  };
}
