// Palisade's limits through the whole of our side, and its transactions as the approval and the history that we would see.
import { parseDecimal } from '../../../src/chains/units.ts';
import { noRequest, type Activity, type ActivityKind } from '../../../src/domain/activity.ts';
import type { Draft, ImportFault, ImportRemark } from '../../../src/domain/rulebook-draft.ts';
import type { Observation, Rulebook } from '../../../src/domain/rulebook.ts';
import { isCounted, questionKey, windowStart, type SpendQuestion, type SpendSum } from '../../../src/domain/spend.ts';
import { paymentOf } from '../../../src/flow/read-spend.ts';
import { palisadeLanguage } from '../../../src/platforms/palisade/index.ts';
import { compileRulebook } from '../../../src/rules/compile.ts';
import { evaluateRulebook, type RulebookAnswer } from '../../../src/rules/evaluate.ts';
import { factsOf } from '../../../src/rules/facts.ts';
import { parseRulebook } from '../../../src/rules/parse.ts';
import { writeRulebook } from '../../../src/rules/write.ts';
import { anActivity, anApproval, noon } from '../../builders.ts';
import type { Asset, Transaction } from './reference.ts';

export type Imported = {
  readonly draft: Draft;
  readonly rulebook: Rulebook;
  readonly remarks: readonly ImportRemark[];
};

type Options = Readonly<Record<string, string>>;

export function imported(document: unknown, options: Options = {}): Imported {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const reading = palisadeLanguage.importPolicies(text, { connection: 'treasury', stage: 'live', options });
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults, null, 2));
  const parsed = parseRulebook(writeRulebook(reading.draft, { source: [], remarks: reading.remarks }));
  if (parsed.kind === 'faults') throw new Error(JSON.stringify(parsed.faults, null, 2));
  return { draft: reading.draft, rulebook: parsed.rulebook, remarks: reading.remarks };
}

export function refused(document: unknown, options: Options = {}): readonly ImportFault[] {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const reading = palisadeLanguage.importPolicies(text, { connection: null, stage: 'live', options });
  return reading.kind === 'faults' ? reading.faults : [];
}

const kinds: Readonly<Record<string, ActivityKind>> = {
  PALISADE_RAW: 'raw-transaction',
  WEB3_RAW: 'raw-transaction',
  PASSKEY_RAW: 'raw-transaction',
  WEB3_SIGN: 'message-signature',
  PASSKEY_SIGN: 'message-signature',
  PALISADE_SIGN_PLAINTEXT: 'message-signature',
};

const networks: Readonly<Record<string, string>> = { ETHEREUM: 'Ethereum', BASE: 'Base', XRP_LEDGER: 'XrpLedger' };

function activityOf(transaction: Transaction): Activity {
  const { id, action, asset, walletId, destination, destinationAddress, qty } = transaction;
  const base = parseDecimal(qty, asset.decimals);
  const amountBase = base.kind === 'ok' ? base.base : null;
  const ids = destination.id === undefined ? {} : { 'destination.id': [destination.id] };
  return anActivity({
    kind: kinds[action] ?? 'transfer',
    platformKind: action,
    subjectId: id,
    network: networks[asset.blockchain] ?? asset.blockchain,
    wallet: { id: walletId, name: null },
    destinations: [{ address: destinationAddress, amountBase }],
    asset: {
      standard: asset.standard,
      // As the product writes what an XRPL account issues: the currency and the account.
      reference: asset.standard === 'ISSUED_CURRENCY' ? `${asset.symbol}:${asset.contract}` : (asset.contract ?? null),
      symbol: asset.symbol,
      decimals: asset.decimals,
      verified: null,
    },
    amountBase,
    price: null,
    request: {
      ...noRequest,
      transactionType: action,
      counterparty: destination.counterpartyId ?? null,
      fields: { 'destination.type': [destination.type], ...ids },
    },
  });
}

function approvalOf(transaction: Transaction) {
  return anApproval({
    activity: activityOf(transaction),
    initiator: { account: transaction.createdBy, serviceAccount: null },
  });
}

/** What the history says to a question, counted one payment at a time. */
function sumOf(question: SpendQuestion, transaction: Transaction, history: readonly Transaction[]): SpendSum | null {
  const own = paymentOf(approvalOf(transaction), 'treasury', noon);
  const start = windowStart(question.window, noon);
  if (own === null || start.kind === 'unknown') return null;
  const values = Object.fromEntries(question.counter.per.map((name) => [name, own.dimensions[name][0]]));
  if (Object.values(values).includes(undefined)) return null;
  const counted = history
    .map((past) => paymentOf(approvalOf(past), 'treasury', Date.parse(past.createdAt)))
    .flatMap((payment) => payment ?? [])
    .filter(({ dimensions }) => isCounted(question.counter, values, dimensions))
    .filter(({ at }) => start.kind === 'always' || at > start.at);
  const base = counted.reduce((sum, { amountBase }) => sum + BigInt(amountBase ?? 0), 0n);
  return { count: counted.length, base: base.toString(), withoutAmount: 0, fiat: '0', withoutPrice: 0 };
}

export function answered(
  { rulebook }: Imported,
  transaction: Transaction,
  history: readonly Transaction[] = [],
  demoted: readonly string[] = [],
): RulebookAnswer {
  const compiled = compileRulebook(rulebook);
  const questions = compiled.sets.flatMap(({ rules }) => rules.flatMap(({ asks }) => asks));
  const spent: Record<string, SpendSum> = {};
  for (const question of questions) {
    const sum = sumOf(question, transaction, history);
    if (sum !== null) spent[questionKey(question)] = sum;
  }
  const observation: Observation = {
    connection: 'treasury',
    approval: approvalOf(transaction),
    at: noon,
    spent,
    demoted,
  };
  return evaluateRulebook(compiled, factsOf(observation));
}

export const ether: Asset = { symbol: 'ETH', standard: 'NATIVE', blockchain: 'ETHEREUM', decimals: 18 };
export const usdc: Asset = {
  symbol: 'USDC',
  standard: 'ERC20',
  blockchain: 'ETHEREUM',
  decimals: 6,
  contract: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
};
export const payee = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

let count = 0;

/** At most 10 ETH per transaction from the wallet w-1. */
export function aLimit(overrides: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  count += 1;
  return {
    id: `limit-${count}`,
    walletId: 'w-1',
    limitType: 'PER_TX',
    limitQty: '10',
    duration: '0s',
    asset: ether,
    matchers: [],
    status: 'LIMIT_ENABLED',
    active: true,
    ...overrides,
  };
}

/** 2 ETH from the wallet w-1 to a counterparty. */
export function aTransfer(overrides: Partial<Transaction> = {}): Transaction {
  count += 1;
  return {
    id: `tx-${count}`,
    walletId: 'w-1',
    createdBy: 'u-1',
    createdAt: new Date(noon).toISOString(),
    action: 'PALISADE_TRANSFER',
    asset: ether,
    qty: '2',
    destinationAddress: payee,
    destination: { type: 'COUNTERPARTY', id: 'a-1', counterpartyId: 'c-1' },
    ...overrides,
  };
}

/** So many seconds ago. */
export function ago(seconds: number): string {
  return new Date(noon - seconds * 1000).toISOString();
}

/** What our side says about a transaction under these limits. */
export function verdict(
  limits: readonly unknown[],
  transaction: Transaction = aTransfer(),
  history: readonly Transaction[] = [],
  options: Options = {},
): string {
  return answered(imported({ walletLimits: limits }, options), transaction, history).kind;
}
