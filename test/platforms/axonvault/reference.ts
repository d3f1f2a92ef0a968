// AxonVault's policies read literally, for comparison: imports nothing of ours, and reads AxonVault's own JSON.
// https://docs.waas.chainstream.io/guides/concepts/policies

export type WirePolicy = {
  readonly name: string;
  readonly priority: number;
  readonly enabled: boolean;
  readonly rule: {
    readonly addressWhitelist?: {
      readonly enabled: boolean;
      readonly allowedAddresses: readonly string[];
      readonly denyAll: boolean;
    };
    readonly amountLimit?: {
      readonly enabled: boolean;
      readonly dailyLimit?: string;
      readonly perTxLimit?: string;
      readonly currency: string;
    };
    readonly approvalFlow?: {
      readonly enabled: boolean;
      readonly threshold: string;
      readonly approvers: readonly string[];
      readonly requiredApprovals: number;
    };
  };
};

/** The body of `check-transaction`, and what the platform knows beside it; `usd` is per whole token, null unknown. */
export type Transaction = {
  readonly userId: string;
  readonly fromAddress: string;
  readonly toAddress: string;
  readonly amount: string;
  readonly chainReference: string;
  readonly txType: string;
  readonly decimals: number;
  readonly usd: string | null;
  readonly at: number;
};

export type Past = {
  readonly userId: string;
  readonly fromAddress: string;
  readonly at: number;
  readonly usd: string | null;
};

/** What the documentation leaves open. */
export type Readings = {
  readonly matching: 'every' | 'speaking';
  readonly threshold: 'reached' | 'exceeded';
  readonly day: 'utc' | 'rolling';
  readonly dailyPer: 'connection' | 'wallet' | 'initiator';
};

type Outcome = 'allows' | 'stops' | 'silent' | 'unknown';

/**
 * "Evaluated in priority order (highest first). The first matching policy determines the outcome." True only when the
 * outcome is certainly an explicit allow, in whatever order policies of one priority are asked.
 */
export function allows(
  policies: readonly WirePolicy[],
  transaction: Transaction,
  past: readonly Past[],
  readings: Readings,
): boolean {
  const inForce = policies.filter(({ enabled }) => enabled);
  const priorities = [...new Set(inForce.map(({ priority }) => priority))].toSorted((a, b) => b - a);
  for (const priority of priorities) {
    const outcomes = inForce
      .filter((policy) => policy.priority === priority)
      .map((policy) => outcomeOf(policy, transaction, past, readings));
    // Every policy matches: whichever of them is first decides alone.
    if (readings.matching === 'every') return outcomes.every((outcome) => outcome === 'allows');
    // Those that say nothing don't match; of the others, any may be first.
    const speaking = outcomes.filter((outcome) => outcome !== 'silent');
    if (speaking.length > 0) return speaking.every((outcome) => outcome === 'allows');
  }
  return false;
}

function outcomeOf({ rule }: WirePolicy, transaction: Transaction, past: readonly Past[], readings: Readings): Outcome {
  const { addressWhitelist: list, amountLimit: limit, approvalFlow: flow } = rule;
  const listed = list?.enabled === true && list.allowedAddresses.some((one) => sameAddress(one, transaction.toAddress));
  if (list?.enabled === true && list.denyAll && !listed) return 'stops';

  const usd = valueOf(transaction);
  // Three-valued: null is unknown.
  const checks: (boolean | null)[] = [];
  if (limit?.enabled === true && limit.perTxLimit !== undefined) {
    checks.push(usd === null ? null : !isGreater(usd, fraction(limit.perTxLimit)));
  }
  if (limit?.enabled === true && limit.dailyLimit !== undefined) {
    const spent = spentToday(transaction, past, readings);
    const known =
      usd === null
        ? null
        : spent.reduce<Fraction | null>((sum, one) => (sum === null || one === null ? null : add(sum, one)), usd);
    checks.push(known === null ? null : !isGreater(known, fraction(limit.dailyLimit)));
  }
  if (flow?.enabled === true) {
    const threshold = fraction(flow.threshold);
    // "Amount triggering approval" on one page, "over" on another. A threshold of zero asks for everything.
    const isReached =
      usd === null ? null : readings.threshold === 'reached' ? !isGreater(threshold, usd) : isGreater(usd, threshold);
    checks.push(threshold.top === 0n ? false : isReached === null ? null : !isReached);
  }
  if (checks.includes(false)) return 'stops';
  if (checks.includes(null)) return 'unknown';
  if (!listed) return 'silent';
  // What other types of transaction do with their recipient is not documented.
  return transaction.txType === 'transfer' ? 'allows' : 'unknown';
}

function sameAddress(a: string, b: string): boolean {
  return a === b || (a.startsWith('0x') && a.toLowerCase() === b.toLowerCase());
}

const dayMs = 86_400_000;

/** What was spent before on the same day; null where it had no price. Whose spend counts is not documented. */
function spentToday(transaction: Transaction, past: readonly Past[], { day, dailyPer }: Readings): (Fraction | null)[] {
  const { at, fromAddress, userId } = transaction;
  return past
    .filter((one) => (day === 'rolling' ? one.at > at - dayMs : Math.floor(one.at / dayMs) === Math.floor(at / dayMs)))
    .filter((one) => dailyPer !== 'wallet' || one.fromAddress === fromAddress)
    .filter((one) => dailyPer !== 'initiator' || one.userId === userId)
    .map(({ usd }) => (usd === null ? null : fraction(usd)));
}

type Fraction = { readonly top: bigint; readonly bottom: bigint };

/** "amount (base units)" times the price of a whole token. */
function valueOf({ amount, decimals, usd, txType }: Transaction): Fraction | null {
  if (usd === null || txType !== 'transfer') return null;
  const price = fraction(usd);
  return { top: BigInt(amount) * price.top, bottom: price.bottom * 10n ** BigInt(decimals) };
}

function fraction(text: string): Fraction {
  const [whole = '0', decimals = ''] = text.split('.');
  return { top: BigInt(`${whole}${decimals}`), bottom: 10n ** BigInt(decimals.length) };
}

function add(a: Fraction, b: Fraction): Fraction {
  return { top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom };
}

function isGreater(a: Fraction, b: Fraction): boolean {
  return a.top * b.bottom > b.top * a.bottom;
}
