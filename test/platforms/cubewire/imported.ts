// Cubewire's policies through the whole of our side, and one of its transactions as the approval that we would see.
import { noRequest, type ActivityKind } from '../../../src/domain/activity.ts';
import type { Draft, ImportFault, ImportRemark } from '../../../src/domain/rulebook-draft.ts';
import type { Observation, Rulebook } from '../../../src/domain/rulebook.ts';
import { cubewireLanguage } from '../../../src/platforms/cubewire/index.ts';
import { compileRulebook } from '../../../src/rules/compile.ts';
import { evaluateRulebook, type RulebookAnswer } from '../../../src/rules/evaluate.ts';
import { factsOf } from '../../../src/rules/facts.ts';
import { parseRulebook } from '../../../src/rules/parse.ts';
import { writeRulebook } from '../../../src/rules/write.ts';
import { anActivity, anApproval, noon } from '../../builders.ts';
import type { Policy, Transaction } from './reference.ts';

export const usdc = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
export const usdcOnBase = '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913';
const assets = `USDC=Ethereum/${usdc}/6,USDC=Base/${usdcOnBase}/6,ETH=Ethereum/native,ETH=Base/native`;

export type Imported = {
  readonly draft: Draft;
  readonly rulebook: Rulebook;
  readonly remarks: readonly ImportRemark[];
};

type Options = Readonly<Record<string, string>>;

export function imported(document: unknown, options: Options = { assets }): Imported {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const reading = cubewireLanguage.importPolicies(text, { connection: 'treasury', stage: 'live', options });
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults, null, 2));
  const parsed = parseRulebook(writeRulebook(reading.draft, { source: [], remarks: reading.remarks }));
  if (parsed.kind === 'faults') throw new Error(JSON.stringify(parsed.faults, null, 2));
  return { draft: reading.draft, rulebook: parsed.rulebook, remarks: reading.remarks };
}

export function refused(document: unknown, options: Options = { assets }): readonly ImportFault[] {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const reading = cubewireLanguage.importPolicies(text, { connection: null, stage: 'live', options });
  return reading.kind === 'faults' ? reading.faults : [];
}

/** Which connector or not: its own word for the type becomes a kind of activity. */
const kinds: Readonly<Record<string, ActivityKind>> = {
  TRANSFER: 'transfer',
  RAW_SIGNING: 'raw-signature',
  TYPED_MESSAGE: 'typed-data',
};

const networks: Readonly<Record<number, string>> = { 1: 'Ethereum', 8453: 'Base' };

function observed(transaction: Transaction): Observation {
  const { type, value, contract, decimals, quote, from, to, asset, chainId } = transaction;
  const activity = anActivity({
    kind: kinds[type] ?? 'contract-call',
    platformKind: type,
    network: networks[chainId] ?? 'unheard-of',
    destinations: to === null ? [] : [{ address: to, amountBase: value }],
    asset: {
      standard: contract === null ? 'Native' : 'Erc20',
      reference: contract,
      symbol: asset,
      decimals,
      verified: null,
    },
    amountBase: value,
    price: quote === null ? null : { ...quote, quotedAt: noon - 60_000 },
    request: { ...noRequest, transactionType: type, fields: from === null ? {} : { sender: [from] } },
  });
  return { connection: 'treasury', approval: anApproval({ activity }), at: noon, spent: {}, demoted: [] };
}

export function answered({ rulebook }: Imported, transaction: Transaction): RulebookAnswer {
  return evaluateRulebook(compileRulebook(rulebook), factsOf(observed(transaction)));
}

export const supplier = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
export const stranger = '0xde7212a9ed53fd325e3307205754b67fd8cbf263';
export const suppliers = {
  id: 'l-1',
  name: 'suppliers',
  type: 'ADDRESS',
  status: 'ACTIVE',
  items: [supplier.toLowerCase()],
};

export type PolicyJson = Omit<Policy, 'conditions' | 'actions'> & { conditions: unknown[]; actions: unknown[] };

let count = 0;

/** Allows every transfer of more than nothing. */
export function aPolicy(overrides: Partial<PolicyJson> & Readonly<Record<string, unknown>> = {}) {
  count += 1;
  return {
    id: `v-${count}`,
    logicalId: `p-${count}`,
    version: 1,
    isLatest: true,
    name: 'Payouts',
    type: 'TRANSFER',
    status: 'ACTIVE',
    enforcementMode: 'STRICT',
    conditionLogic: 'ALL',
    priority: 5,
    deletedAt: null,
    conditions: [{ field: 'transaction.amount', operator: 'GREATER_THAN', value: '0' }],
    actions: [{ type: 'ALLOW' }],
    ...overrides,
  };
}

export const allow = [{ type: 'ALLOW' }];
export const block = [{ type: 'BLOCK' }];

/** 25 ETH on Ethereum to a supplier. */
export function aTransfer(overrides: Partial<Transaction> = {}): Transaction {
  return {
    type: 'TRANSFER',
    from: stranger,
    to: supplier,
    value: '25000000000000000000',
    asset: 'ETH',
    contract: null,
    decimals: 18,
    chainId: 1,
    quote: { perToken: '3000', currency: 'USD' },
    ...overrides,
  };
}

/** What our side says about a transaction under these policies. */
export function verdict(document: unknown, transaction: Transaction, options: Options = { assets }): string {
  return answered(imported(document, options), transaction).kind;
}
