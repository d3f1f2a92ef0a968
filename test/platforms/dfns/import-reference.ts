// Dfns' policies read literally, for comparison: imports nothing of ours, and reads Dfns' own JSON.
// https://docs.dfns.co/api-reference/policies and https://docs.dfns.co/core-concepts/policies

export type WirePolicy = {
  readonly id: string;
  readonly status: string;
  readonly activityKind: string;
  readonly rule: { readonly kind: string; readonly configuration?: Readonly<Record<string, unknown>> };
  readonly action: { readonly kind: string };
  readonly filters?: {
    readonly walletId?: { readonly in?: readonly string[] };
    readonly walletTags?: { readonly hasAny?: readonly string[]; readonly hasAll?: readonly string[] };
    readonly policyId?: { readonly in: readonly string[] };
  };
};

export type WireTransfer = {
  readonly network: string;
  readonly requestBody: {
    readonly kind: string;
    readonly to: string;
    readonly amount?: string;
    readonly contract?: string;
    readonly mint?: string;
  };
  readonly metadata: {
    readonly asset: {
      readonly symbol: string;
      readonly decimals?: number;
      readonly quotes?: { readonly USD?: number };
    };
  };
};

/** The activity as an approval holds it, and what Dfns knows beside it. */
export type Transaction = {
  readonly activity: {
    readonly kind: string;
    readonly transferRequest?: WireTransfer;
    readonly changeRequest?: { readonly entityId: string };
  };
  /** Null where one key has several wallets. */
  readonly wallet: { readonly id: string; readonly tags: readonly string[] } | null;
  readonly at: number;
};

/** What the wallet did before; `usd` is null where it had no price. */
export type Past = { readonly walletId: string; readonly at: number; readonly usd: string | null };

type Outcome = 'triggers' | 'skips' | 'unknown';

/** Dfns lets an activity through when no policy that acts is triggered; what is not certain is not let through. */
export function passes(policies: readonly WirePolicy[], transaction: Transaction, past: readonly Past[]): boolean {
  return policies
    .filter((policy) => policy.status === 'Active' && policy.activityKind === transaction.activity.kind)
    .filter((policy) => policy.action.kind !== 'NoAction')
    .every((policy) => outcomeOf(policy, transaction, past) === 'skips');
}

function outcomeOf(policy: WirePolicy, transaction: Transaction, past: readonly Past[]): Outcome {
  const { policyId } = policy.filters ?? {};
  // "If the policy being modified is one of these IDs, the policy applies."
  if (policyId !== undefined && !policyId.in.includes(transaction.activity.changeRequest?.entityId ?? ''))
    return 'skips';
  const applies = filterOutcome(policy.filters ?? {}, transaction.wallet);
  if (applies === 'skips') return 'skips';
  const rule = ruleOutcome(policy.rule, transaction, past);
  if (rule === 'skips') return 'skips';
  return applies === 'unknown' || rule === 'unknown' ? 'unknown' : 'triggers';
}

/** "The relationship between inclusion operators is always AND, not OR." */
function filterOutcome(filters: NonNullable<WirePolicy['filters']>, wallet: Transaction['wallet']): Outcome {
  const { walletId, walletTags } = filters;
  if (walletId?.in === undefined && walletTags?.hasAny === undefined && !walletTags?.hasAll?.length) return 'triggers';
  if (wallet === null) return 'unknown';
  const { id, tags } = wallet;
  if (walletId?.in !== undefined && !walletId.in.includes(id)) return 'skips';
  if (walletTags?.hasAny !== undefined && !walletTags.hasAny.some((tag) => tags.includes(tag))) return 'skips';
  if (walletTags?.hasAll !== undefined && !walletTags.hasAll.every((tag) => tags.includes(tag))) return 'skips';
  return 'triggers';
}

function ruleOutcome(
  { kind, configuration = {} }: WirePolicy['rule'],
  tx: Transaction,
  past: readonly Past[],
): Outcome {
  const transfer = plainTransfer(tx.activity);
  switch (kind) {
    case 'AlwaysTrigger':
      return 'triggers';
    case 'TransactionAmountLimit': {
      // "Signature requests, swaps, contract calls and 0-value transactions fail closed and trigger."
      if (transfer === null || transfer.amount === 0n || transfer.usd === null) return 'triggers';
      return greater(transfer.usd, fraction(String(configuration['limit']))) ? 'triggers' : 'skips';
    }
    case 'TransactionAmountLimitNominal': {
      if (transfer === null || transfer.amount === null || transfer.amount === 0n) return 'triggers';
      const assets = configuration['assets'];
      if (!Array.isArray(assets)) return 'unknown';
      const { amount, network, tid } = transfer;
      // "A transfer of an asset that is not listed does not trigger the rule."
      const limits = assets.filter((asset) => asset.network === network && asset.tid === tid);
      return limits.some((asset) => amount > BigInt(asset.limit)) ? 'triggers' : 'skips';
    }
    case 'TransactionRecipientWhitelist': {
      const addresses = configuration['addresses'];
      if (!Array.isArray(addresses)) return 'unknown';
      if (transfer === null || transfer.amount === 0n) return 'triggers';
      // Whether a single item (an NFT) is "some value" is not documented.
      if (transfer.amount === null && addresses.length > 0) return 'unknown';
      const same = (address: string) =>
        transfer.isEvm ? address.toLowerCase() === transfer.to.toLowerCase() : address === transfer.to;
      return addresses.some(same) ? 'skips' : 'triggers';
    }
    case 'TransactionAmountVelocity': {
      const inWindow = pastInWindow(tx, past, minutesOf(configuration));
      if (inWindow === null) return 'unknown';
      // "If the fiat amount of any wallet activity in the given timeframe cannot be evaluated" it triggers.
      if (transfer?.usd === undefined || transfer.usd === null || inWindow.some(({ usd }) => usd === null))
        return 'triggers';
      const total = inWindow.reduce((sum, { usd }) => add(sum, fraction(usd ?? '0')), transfer.usd);
      return greater(total, fraction(String(configuration['limit']))) ? 'triggers' : 'skips';
    }
    case 'TransactionCountVelocity': {
      const inWindow = pastInWindow(tx, past, minutesOf(configuration));
      if (inWindow === null) return 'unknown';
      // This activity is one of those "within the given timeframe".
      return inWindow.length + 1 > Number(configuration['limit']) ? 'triggers' : 'skips';
    }
    default:
      return 'unknown';
  }
}

/** "The aggregate is based only on the wallet that triggered the policy." */
function pastInWindow({ wallet, at }: Transaction, past: readonly Past[], minutes: number): readonly Past[] | null {
  if (wallet === null) return null;
  return past.filter((one) => one.walletId === wallet.id && one.at > at - minutes * 60_000);
}

function minutesOf(configuration: Readonly<Record<string, unknown>>): number {
  return Number(configuration['timeframe']);
}

type Fraction = { readonly top: bigint; readonly bottom: bigint };

function fraction(text: string): Fraction {
  const [whole = '0', decimals = ''] = text.split('.');
  return { top: BigInt(`${whole}${decimals}`), bottom: 10n ** BigInt(decimals.length) };
}

function add(a: Fraction, b: Fraction): Fraction {
  return { top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom };
}

function greater(a: Fraction, b: Fraction): boolean {
  return a.top * b.bottom > b.top * a.bottom;
}

type Transfer = {
  readonly network: string;
  readonly isEvm: boolean;
  readonly to: string;
  readonly tid: string;
  /** Null: it moves a single item. */
  readonly amount: bigint | null;
  readonly usd: Fraction | null;
};

/** The fields of a transfer request; null for everything else, which has no value or recipient that Dfns infers. */
function plainTransfer(activity: Transaction['activity']): Transfer | null {
  const request = activity.transferRequest;
  if (request === undefined) return null;
  const { network, requestBody: body, metadata } = request;
  const { decimals, quotes, symbol } = metadata.asset;
  const amount = body.amount === undefined ? null : BigInt(body.amount);
  const price = quotes?.USD;
  const usd = (): Fraction | null => {
    if (amount === null || price === undefined || decimals === undefined) return null;
    const { top, bottom } = fraction(String(price));
    return { top: amount * top, bottom: bottom * 10n ** BigInt(decimals) };
  };
  const reference = body.contract?.toLowerCase() ?? body.mint ?? symbol.toLowerCase();
  return {
    network,
    isEvm: network === 'Ethereum' || network === 'Polygon',
    to: body.to,
    tid: `${body.kind.toLowerCase()}:${reference}`,
    amount,
    usd: usd(),
  };
}
