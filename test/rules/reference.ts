// A plain reading of what a rulebook document says, two-valued, without index, compiler or shared code: imports nothing
// of the product. What is unknown is tried both ways, and only what comes out the same way counts.

export type Leaf = {
  readonly kind: string;
  readonly in?: readonly string[];
  readonly present?: boolean;
  readonly atMost?: string;
  readonly atLeast?: string;
  readonly what?: string;
};
export type Tree =
  | Leaf
  | { readonly any: readonly Tree[] }
  | { readonly all: readonly Tree[] }
  | { readonly not: Tree };

export type WrittenRule = {
  readonly id: string;
  readonly title: string;
  readonly stage: string;
  readonly enforcement?: string;
  readonly priority: number;
  readonly when: readonly Tree[];
  readonly must?: readonly Tree[];
  readonly effect: string;
};

export type WrittenSet = {
  readonly name: string;
  readonly connections?: readonly string[];
  readonly match: string;
  readonly order: string;
  readonly otherwise: string;
  readonly rules: readonly WrittenRule[];
};

export type WrittenAsset = { readonly network: string; readonly reference: string; readonly decimals: number };

/** Null: nobody knows. */
export type Transaction = {
  readonly connection: string;
  readonly activity: string | null;
  readonly network: string | null;
  readonly wallet: string | null;
  readonly initiator: string | null;
  readonly asset: WrittenAsset | null;
  readonly amount: bigint | null;
  /** Hundredths of a dollar per whole token. */
  readonly priceCents: bigint | null;
  readonly recipient: string | null;
  readonly memo: string | null;
};

type Truth = true | false | null;

/** `allow`, or `abstain` whatever the reason. */
export function decide(
  sets: readonly WrittenSet[],
  assets: Readonly<Record<string, WrittenAsset>>,
  transaction: Transaction,
): 'allow' | 'abstain' {
  let allowed = false;
  for (const set of sets) {
    if (set.connections !== undefined && !set.connections.includes(transaction.connection)) continue;
    const stances = [...worlds(set, assets, transaction)];
    if (stances.every((stance) => stance === 'allow')) allowed = true;
    else if (stances.every((stance) => stance === 'nothing') && set.otherwise === 'pass-on') continue;
    else return 'abstain';
  }
  return allowed ? 'allow' : 'abstain';
}

/** The set's answer in every world that differs only in what nobody knows. */
function* worlds(
  set: WrittenSet,
  assets: Readonly<Record<string, WrittenAsset>>,
  transaction: Transaction,
): Generator<string> {
  const ordered = [...set.rules];
  if (set.order !== 'as-written') {
    // Insertion sort: stable, and nothing to get wrong.
    for (let at = 1; at < ordered.length; at += 1) {
      for (let back = at; back > 0; back -= 1) {
        const [before, here] = [ordered[back - 1], ordered[back]];
        if (before === undefined || here === undefined) break;
        const swap = set.order === 'low-first' ? here.priority < before.priority : here.priority > before.priority;
        if (!swap) break;
        ordered[back - 1] = here;
        ordered[back] = before;
      }
    }
  }
  const judged = ordered
    .filter((rule) => rule.stage === 'live' && (rule.enforcement ?? 'strict') === 'strict')
    .map((rule) => ({
      effect: rule.effect,
      when: every(rule.when.map((tree) => truth(tree, assets, transaction))),
      must: every((rule.must ?? []).map((tree) => truth(tree, assets, transaction))),
    }))
    // A rule that certainly does not apply is the same in every world.
    .filter(({ when }) => when !== false);
  const open = judged.flatMap(({ when, must }, at) => [
    ...(when === null ? [`${at} when`] : []),
    ...(must === null ? [`${at} must`] : []),
  ]);
  if (open.length > 12) throw new Error('too many worlds');
  for (let world = 0; world < 2 ** open.length; world += 1) {
    const told = (name: string) => Math.floor(world / 2 ** open.indexOf(name)) % 2 === 1;
    const settled = judged.map(({ effect, when, must }, at) => ({
      effect,
      applies: when ?? told(`${at} when`),
      holds: must ?? told(`${at} must`),
    }));
    yield answer(
      set.match,
      settled.filter(({ applies }) => applies),
    );
  }
}

function answer(match: string, applying: readonly { readonly effect: string; readonly holds: boolean }[]): string {
  const stances = applying.map(({ effect, holds }) => (holds ? effect : 'fails'));
  if (stances.length === 0) return 'nothing';
  if (match === 'first-match') return stances[0] === 'allow' ? 'allow' : 'object';
  if (stances.includes('abstain')) return 'object';
  if (match !== 'any-passes' && stances.includes('fails')) return 'object';
  return stances.includes('allow') ? 'allow' : 'object';
}

function every(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

function truth(tree: Tree, assets: Readonly<Record<string, WrittenAsset>>, transaction: Transaction): Truth {
  if ('any' in tree) {
    const inner = tree.any.map((child) => truth(child, assets, transaction));
    if (inner.includes(true)) return true;
    return inner.includes(null) ? null : false;
  }
  if ('all' in tree) return every(tree.all.map((child) => truth(child, assets, transaction)));
  if ('not' in tree) {
    const inner = truth(tree.not, assets, transaction);
    return inner === null ? null : !inner;
  }
  return leaf(tree, assets, transaction);
}

function leaf(condition: Leaf, assets: Readonly<Record<string, WrittenAsset>>, transaction: Transaction): Truth {
  const listed = condition.in ?? [];
  const member = (value: string | null): Truth => (value === null ? null : listed.includes(value));
  switch (condition.kind) {
    case 'always':
      return true;
    case 'unsupported':
      return null;
    case 'activity':
      return member(transaction.activity);
    case 'network':
      return member(transaction.network);
    case 'wallet':
      return member(transaction.wallet);
    case 'initiator':
      return member(transaction.initiator);
    case 'memo':
      return (transaction.memo !== null && transaction.memo !== '') === condition.present;
    case 'recipient':
      if (transaction.network === null || transaction.recipient === null) return null;
      return listed.map((text) => text.toLowerCase()).includes(transaction.recipient.toLowerCase());
    case 'asset': {
      const { asset, network } = transaction;
      if (asset === null || network === null) return null;
      return listed.some((name) => same(assets[name], asset));
    }
    case 'amount':
      return both(
        limitTruth(condition.atMost, assets, transaction, (value, limit) => value <= limit),
        limitTruth(condition.atLeast, assets, transaction, (value, limit) => value >= limit),
      );
    default:
      throw new Error(`the reference has no ${condition.kind}`);
  }
}

function both(a: Truth | undefined, b: Truth | undefined): Truth {
  return every([a, b].filter((one) => one !== undefined));
}

function limitTruth(
  written: string | undefined,
  assets: Readonly<Record<string, WrittenAsset>>,
  { asset, amount, priceCents, network, wallet, recipient, activity }: Transaction,
  holds: (value: bigint, limit: bigint) => boolean,
): Truth | undefined {
  if (written === undefined) return undefined;
  const [digits = '', unit = ''] = written.split(' ');
  const [whole = '', fraction = ''] = digits.split('.');
  if (unit === 'USD') {
    // A price is only known for a plain transfer of which nothing is missing.
    if (activity !== 'transfer' || network === null || wallet === null || recipient === null) return null;
    if (asset === null || amount === null || priceCents === null || priceCents <= 0n) return null;
    const scale = 10n ** BigInt(asset.decimals);
    return holds(amount * priceCents, BigInt(whole + fraction.padEnd(2, '0')) * scale);
  }
  const wanted = assets[unit];
  if (wanted === undefined) throw new Error(`no asset ${unit}`);
  if (asset === null || network === null || amount === null || !same(wanted, asset)) return null;
  if (asset.decimals !== wanted.decimals) return null;
  return holds(amount, BigInt(whole + fraction.padEnd(wanted.decimals, '0')));
}

function same(a: WrittenAsset | undefined, b: WrittenAsset): boolean {
  return a !== undefined && a.network === b.network && a.reference.toLowerCase() === b.reference.toLowerCase();
}
