// Policies to import, what an import makes of them, and the answer to a payment under what it made.
import { expect } from 'vitest';
import type { DraftCondition, DraftRule, ImportRemark } from '../../../src/domain/rulebook-draft.ts';
import { dfnsLanguage } from '../../../src/platforms/dfns/index.ts';
import { anActivity, anApproval, anAsset, noon } from '../../builders.ts';
import { answerTo, aPayment, compiled, draftOf } from './imported.ts';

export const settings = { connection: 'treasury', stage: 'shadow', options: {} } as const;
export const vip = { name: 'VicePresidents', quorum: 1, approvers: { userId: { in: ['us-1', 'us-2'] } } };
export const asks = { kind: 'RequestApproval', approvalGroups: [vip], autoRejectTimeout: 60 };
export const paid = '0x00fb58432ef9d418bf6688bcf0a226d2fcaa18e2';
export const other = '0xa238b6008bc2fbd9e386a5d4784511980ce504cd';
export const usdc = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';

export function aPolicy(overrides: object = {}): object {
  const rule = { kind: 'AlwaysTrigger', configuration: {} };
  return { id: 'plc-1', name: 'One', status: 'Active', activityKind: 'Wallets:Sign', rule, action: asks, ...overrides };
}

export function withRule(kind: string, configuration?: object): object {
  return aPolicy({ rule: { kind, ...(configuration === undefined ? {} : { configuration }) } });
}

export function read(document: unknown) {
  return dfnsLanguage.importPolicies(typeof document === 'string' ? document : JSON.stringify(document), settings);
}

/** What is said beside "these rules only object", which every import begins with. */
export function importOf(document: unknown): { rules: readonly DraftRule[]; remarks: readonly ImportRemark[] } {
  const { draft, remarks } = draftOf(read(document));
  compiled(draft);
  expect(remarks[0]).toMatchObject({ place: 'all policies', instead: expect.stringContaining('only object') });
  return { rules: draft.sets.flatMap((set) => set.rules), remarks: remarks.slice(1) };
}

export function triggerOf(document: unknown): readonly DraftCondition[] {
  const [rule] = importOf(document).rules;
  return rule?.when.slice(1) ?? [];
}

export const notPlain = [
  { not: { kind: 'activity', in: ['transfer'] } },
  { not: { kind: 'base-units', atLeast: '1' } },
];

/** 100 USDC from the wallet wa-1 with these changes, after these payments of 100 USD. */
export function payout(rulebook: ReturnType<typeof compiled>, change: Parameters<typeof anActivity>[0], before = 0) {
  const activity = anActivity({
    wallet: { id: 'wa-1', name: null },
    destinations: [{ address: paid, amountBase: '100000000' }],
    asset: anAsset(),
    amountBase: '100000000',
    price: { perToken: '1', currency: 'USD', quotedAt: noon },
    request: { ...anActivity().request, method: 'Wallets:Sign', walletTags: ['treasury'] },
    ...change,
  });
  const past = Array.from({ length: before }, (_, index) =>
    aPayment({ reference: `p-${index}`, wallet: 'wa-1', at: noon - 1000, value: '100' }),
  );
  return answerTo(rulebook, { connection: 'treasury', approval: anApproval({ activity }), at: noon }, past);
}
