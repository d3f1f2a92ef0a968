// The same policies and requests for every engine: three conditions each, ten policies per wallet whatever the number.
import { noRequest, type Activity } from '../../src/domain/activity.ts';
import type { Observation, Rule, RuleSet } from '../../src/domain/rulebook.ts';

/** Triggers when the wallet is this one, the asset one of these two, and the amount above the limit. */
export type Policy = {
  readonly id: string;
  readonly wallet: string;
  readonly assets: readonly [string, string];
  readonly limit: bigint;
};

export type Request = { readonly wallet: string; readonly asset: string; readonly amount: bigint };

const policiesPerWallet = 10;

/** Contracts of eight assets; what they are called does not matter, that they are addresses does. */
const assets = Array.from({ length: 8 }, (_, at) => `0x${String(at + 1).padStart(40, '0')}`);

export function makePolicies(count: number, random: () => number): readonly Policy[] {
  return Array.from({ length: count }, (_, at) => {
    const first = Math.floor(random() * 8);
    const second = (first + 1 + Math.floor(random() * 7)) % 8;
    return {
      id: `p${at}`,
      wallet: `wa-${Math.floor(at / policiesPerWallet)}`,
      assets: [assets[first] ?? '', assets[second] ?? ''],
      limit: anAmount(random),
    };
  });
}

export function makeRequests(policies: readonly Policy[], count: number, random: () => number): readonly Request[] {
  return Array.from({ length: count }, () => {
    const near = policies[Math.floor(random() * policies.length)];
    if (near === undefined) throw new Error('there are no policies');
    // Half of them one unit around a limit, where a wrong comparison shows.
    const amount = random() < 0.5 ? near.limit + BigInt(Math.floor(random() * 3) - 1) : anAmount(random);
    const asset = near.assets[random() < 0.5 ? 0 : 1];
    return { wallet: near.wallet, asset, amount: amount < 0n ? 0n : amount };
  });
}

/** Read plainly: the answer that every engine has to give. */
export function triggers(policies: readonly Policy[], { wallet, asset, amount }: Request): boolean {
  return policies.some((policy) => policy.wallet === wallet && policy.assets.includes(asset) && amount > policy.limit);
}

export function asRuleSet(policies: readonly Policy[]): RuleSet {
  return { name: 'main', connections: null, match: 'all-trigger', otherwise: 'pass-on', rules: policies.map(asRule) };
}

export function asRule({ id, wallet, assets: [first, second], limit }: Policy): Rule {
  const atMost = { unit: 'fiat', fiat: { value: limit.toString(), currency: 'USD' } };
  return {
    id,
    title: id,
    stage: { kind: 'live' },
    enforcement: 'strict',
    priority: null,
    when: [
      { logic: 'one', condition: { kind: 'wallet', in: { list: null, values: [wallet] } } },
      { logic: 'one', condition: { kind: 'asset', in: { list: null, values: [anAsset(first), anAsset(second)] } } },
      { logic: 'not', of: { logic: 'one', condition: { kind: 'amount', atMost } } },
    ],
    must: [],
    effects: [{ kind: 'abstain', why: null }],
    source: null,
  };
}

function anAsset(reference: string) {
  return { network: 'Ethereum', reference, decimals: 0 };
}

/** One unit is one dollar, so that the amount can be compared as an exact decimal of any size. */
export function asObservation({ wallet, asset, amount }: Request, at: number): Observation {
  const amountBase = amount.toString();
  const activity: Activity = {
    kind: 'transfer',
    platformKind: 'transfer',
    subjectId: null,
    network: 'Ethereum',
    wallet: { id: wallet, name: null },
    destinations: [{ address: asset, amountBase }],
    asset: { standard: 'Erc20', reference: asset, symbol: null, decimals: 0, verified: null },
    amountBase,
    price: { perToken: '1', currency: 'USD', quotedAt: at },
    decoded: null,
    claim: null,
    memo: null,
    externalId: null,
    blind: false,
    unread: [],
    request: noRequest,
    facts: [],
  };
  const approval = { platform: 'bench', id: 'ap-1', initiator: null, activity, createdAt: at };
  return { connection: 'treasury', approval, at, spent: {}, demoted: [] };
}

/** Any size up to 2^256 - 1, every size as likely as another. */
function anAmount(random: () => number): bigint {
  const bits = 1 + Math.floor(random() * 256);
  let value = 1n;
  for (let bit = 1; bit < bits; bit += 1) value = (value << 1n) | (random() < 0.5 ? 1n : 0n);
  return value;
}
