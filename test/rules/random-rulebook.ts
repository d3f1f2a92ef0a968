// Random rulebooks and transactions over a small world, so that rules meet transactions often; repeatable by seed.
import { noRequest } from '../../src/domain/activity.ts';
import type { Observation } from '../../src/domain/rulebook.ts';
import { aPayout } from './rulebooks.ts';
import type { Leaf, Transaction, Tree, WrittenAsset, WrittenRule, WrittenSet } from './reference.ts';
import { noon } from '../builders.ts';

export type Random = () => number;

export const assets: Readonly<Record<string, WrittenAsset>> = {
  USDC: { network: 'Ethereum', reference: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', decimals: 6 },
  ETH: { network: 'Ethereum', reference: 'native', decimals: 18 },
  BUSD: { network: 'Bsc', reference: '0xe9e7CEA3DedcA5984780Bafc599bD69ADd087D56', decimals: 18 },
  TINY: { network: 'Ethereum', reference: '0x0000000000000000000000000000000000000aaa', decimals: 0 },
};

const recipients = [
  '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  '0x90F79bf6EB2c4f870365E785982E1f101E93b906',
];
const wallets = ['wa-1', 'wa-2', 'wa-3'];
const initiators = ['us-1', 'us-2', 'us-3'];
const kinds = ['transfer', 'contract-call', 'swap'];
const networks = ['Ethereum', 'Bsc', 'Polygon'];
const most = 2n ** 256n - 1n;

export function randomSets(random: Random): readonly WrittenSet[] {
  const count = random() < 0.7 ? 1 : 2;
  let id = 0;
  return Array.from({ length: count }, (_, at): WrittenSet => {
    const rules = Array.from({ length: 1 + Math.floor(random() * 7) }, (): WrittenRule => {
      id += 1;
      return randomRule(`r${id}`, random);
    });
    return {
      name: `s${at}`,
      ...(random() < 0.2 ? { connections: [random() < 0.7 ? 'treasury' : 'payroll'] } : {}),
      match: pick(
        ['first-match', 'first-match', 'deny-overrides', 'all-must-pass', 'any-passes', 'all-trigger'],
        random,
      ),
      order: pick(['as-written', 'low-first', 'high-first'], random),
      otherwise: pick(['abstain', 'pass-on'], random),
      rules,
    };
  });
}

function randomRule(id: string, random: Random): WrittenRule {
  return {
    id,
    title: `Rule ${id}`,
    stage: random() < 0.85 ? 'live' : 'shadow',
    ...(random() < 0.1 ? { enforcement: pick(['advisory', 'log-only'], random) } : {}),
    priority: Math.floor(random() * 4),
    when: Array.from({ length: 1 + Math.floor(random() * 3) }, () => randomTree(random, 0)),
    ...(random() < 0.3 ? { must: [randomTree(random, 0)] } : {}),
    effect: random() < 0.65 ? 'allow' : 'abstain',
  };
}

function randomTree(random: Random, depth: number): Tree {
  const roll = random();
  if (depth < 2 && roll < 0.1) return { any: [randomTree(random, depth + 1), randomTree(random, depth + 1)] };
  if (depth < 2 && roll < 0.15) return { all: [randomTree(random, depth + 1), randomTree(random, depth + 1)] };
  if (depth < 2 && roll < 0.25) return { not: randomTree(random, depth + 1) };
  return randomLeaf(random);
}

function randomLeaf(random: Random): Leaf {
  const kind = pick(
    [
      'activity',
      'network',
      'wallet',
      'initiator',
      'asset',
      'recipient',
      'amount',
      'amount',
      'memo',
      'always',
      'unsupported',
    ],
    random,
  );
  switch (kind) {
    case 'activity':
      return { kind, in: some(kinds, random) };
    case 'network':
      return { kind, in: some(networks, random) };
    case 'wallet':
      return { kind, in: some(wallets, random) };
    case 'initiator':
      return { kind, in: some(initiators, random) };
    case 'asset':
      return { kind, in: some(Object.keys(assets), random) };
    case 'recipient':
      return { kind, in: some(recipients, random).map((text) => (random() < 0.5 ? text : text.toLowerCase())) };
    case 'amount':
      return { kind, [random() < 0.7 ? 'atMost' : 'atLeast']: randomLimit(random) };
    case 'memo':
      return { kind, present: random() < 0.5 };
    case 'unsupported':
      return { kind, what: 'the weather' };
    default:
      return { kind };
  }
}

/** Of a handful of sizes, so that transactions fall on them. */
const limits = ['1', '2', '500', '1000', '999999999999'];

function randomLimit(random: Random): string {
  const unit = pick(['USD', ...Object.keys(assets)], random);
  const fraction = unit === 'USD' && random() < 0.3 ? '.25' : unit === 'USDC' && random() < 0.3 ? '.000001' : '';
  return `${pick(limits, random)}${fraction} ${unit}`;
}

export function randomTransaction(random: Random): Transaction {
  const asset = orNull(assets[pick(Object.keys(assets), random)] ?? null, random);
  return {
    connection: random() < 0.8 ? 'treasury' : 'payroll',
    activity: random() < 0.75 ? 'transfer' : random() < 0.8 ? pick(kinds, random) : null,
    network: asset === null ? orNull(pick(networks, random), random) : random() < 0.95 ? asset.network : null,
    wallet: orNull(pick(wallets, random), random),
    initiator: orNull(pick(initiators, random), random),
    asset,
    amount: orNull(randomAmount(asset?.decimals ?? 0, random), random),
    priceCents: random() < 0.9 ? pick([100n, 1n, 250n, 180_050n], random) : null,
    recipient: orNull(pick(recipients, random), random),
    memo: random() < 0.5 ? null : 'invoice 7',
  };
}

/** On a limit, one unit beside it, or of any size up to 2^256 - 1. */
function randomAmount(decimals: number, random: Random): bigint {
  const roll = random();
  if (roll < 0.15) return most - BigInt(Math.floor(random() * 2));
  if (roll < 0.3)
    return BigInt(
      `0x${Array.from({ length: 1 + Math.floor(random() * 64) }, () => Math.floor(random() * 16).toString(16)).join('')}`,
    );
  const near = BigInt(pick(limits, random)) * 10n ** BigInt(decimals);
  const amount = near + BigInt(Math.floor(random() * 3) - 1);
  return amount < 0n ? 0n : amount;
}

export function observationOf(transaction: Transaction): Observation {
  const { connection, activity, network, wallet, initiator, asset, amount, priceCents, recipient, memo } = transaction;
  const amountBase = amount === null ? null : amount.toString();
  const approval = aPayout(
    {
      kind: activityKind(activity),
      network,
      wallet: wallet === null ? null : { id: wallet, name: null },
      destinations: recipient === null ? [] : [{ address: recipient, amountBase }],
      asset:
        asset === null
          ? null
          : {
              standard: 'any',
              reference: asset.reference === 'native' ? null : asset.reference,
              symbol: null,
              decimals: asset.decimals,
              verified: null,
            },
      amountBase,
      price: priceCents === null ? null : { perToken: centsText(priceCents), currency: 'USD', quotedAt: noon },
      memo,
      request: noRequest,
    },
    { initiator: initiator === null ? null : { account: initiator, serviceAccount: false } },
  );
  return { connection, approval, at: noon, spent: {}, demoted: [] };
}

function activityKind(text: string | null): 'transfer' | 'contract-call' | 'swap' | 'unknown' {
  return text === 'transfer' || text === 'contract-call' || text === 'swap' ? text : 'unknown';
}

function centsText(cents: bigint): string {
  const digits = cents.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function orNull<T>(value: T, random: Random): T | null {
  return random() < 0.95 ? value : null;
}

function pick<T>(values: readonly T[], random: Random): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

function some<T>(values: readonly T[], random: Random): T[] {
  const chosen = values.filter(() => random() < 0.5);
  return chosen.length === 0 ? [pick(values, random)] : chosen;
}

/** Repeatable: mulberry32, https://github.com/cprosche/mulberry32 */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
