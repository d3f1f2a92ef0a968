// Policies to import, what an import makes of them, and the answer to a payment under what it made.
import { readFileSync } from 'node:fs';
import type { DraftRule, ImportRemark } from '../../../src/domain/rulebook-draft.ts';
import { axonvaultLanguage } from '../../../src/platforms/axonvault/index.ts';
import { anActivity, anApproval, anAsset, noon } from '../../builders.ts';
import { answerTo, aPayment, compiled, draftOf } from '../dfns/imported.ts';

export const listed = '0x1234567890123456789012345678901234567890';
export const second = '0xabcdef1234567890abcdef1234567890abcdef12';
export const stranger = '0x9999999999999999999999999999999999999999';

export const whitelist = { enabled: true, allowedAddresses: [listed, second], denyAll: true };
export const limits = { enabled: true, dailyLimit: '1000', perTxLimit: '400', currency: 'USD' };
export const flow = { enabled: true, threshold: '300', approvers: ['usr_cfo', 'usr_ceo'], requiredApprovals: 2 };

export function aPolicy(rule: object, overrides: object = {}): object {
  return { policyId: 'pol_1', name: 'Production', priority: 100, enabled: true, rule, ...overrides };
}

export function read(document: unknown, options: Readonly<Record<string, string>> = {}) {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return axonvaultLanguage.importPolicies(text, { connection: 'treasury', stage: 'live', options });
}

export function importOf(
  document: unknown,
  options: Readonly<Record<string, string>> = {},
): { rules: readonly DraftRule[]; remarks: readonly ImportRemark[] } {
  const { draft, remarks } = draftOf(read(document, options));
  compiled(draft);
  return { rules: draft.sets.flatMap((set) => set.rules), remarks };
}

export function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/axonvault/${name}.json`, import.meta.url), 'utf8');
}

/** The answer to a payment of so many dollars in USDC, after others of 100 dollars at these ages. */
export function payout(
  document: unknown,
  change: {
    readonly dollars?: number;
    readonly to?: string;
    readonly ages?: readonly number[];
    readonly price?: null;
  } = {},
  options: Readonly<Record<string, string>> = {},
) {
  const { dollars = 100, to = listed, ages = [] } = change;
  const amountBase = String(Math.round(dollars * 1_000_000));
  const activity = anActivity({
    wallet: { id: 'wal_1', name: null },
    destinations: [{ address: to, amountBase }],
    asset: anAsset(),
    amountBase,
    price: change.price === null ? null : { perToken: '1', currency: 'USD', quotedAt: noon },
  });
  const past = ages.map((age, index) =>
    aPayment({ reference: `p-${index}`, wallet: index % 2 === 0 ? 'wal_1' : 'wal_2', at: noon - age, value: '100' }),
  );
  const rulebook = compiled(draftOf(read(document, options)).draft);
  return answerTo(rulebook, { connection: 'treasury', approval: anApproval({ activity }), at: noon }, past);
}
