// Every kind that the SDK's types name has a translation here: the compiler fails this file when one is missing.
import type { GetApprovalResponse } from '@dfns/sdk/generated/policies/types.js';
import { expect, test } from 'vitest';
import { exact, translated } from './fixtures.ts';

type Signing = Extract<GetApprovalResponse['activity'], { kind: 'Wallets:Sign' }>;
type KindOf<Request> = Request extends { requestBody: { kind: infer Kind extends string } } ? Kind : never;

const transfers: Record<KindOf<NonNullable<Signing['transferRequest']>>, 'amount' | 'nft'> = {
  Native: 'amount',
  Aip21: 'amount',
  Asa: 'amount',
  Asset: 'amount',
  Cip56: 'amount',
  Cis2: 'amount',
  Cis7: 'amount',
  Coin: 'amount',
  Erc20: 'amount',
  Erc721: 'nft',
  Erc7984: 'amount',
  Hip17: 'nft',
  Hts: 'amount',
  Iou: 'amount',
  Sep41: 'amount',
  Snip2: 'amount',
  Snip3: 'nft',
  Spl: 'amount',
  Spl2022: 'amount',
  Tep74: 'amount',
  Trc10: 'amount',
  Trc20: 'amount',
  Trc721: 'nft',
  Xls33: 'amount',
};

const statuses: Record<GetApprovalResponse['status'], string> = {
  Pending: 'pending',
  Approved: 'approved',
  Denied: 'denied',
  Expired: 'expired',
};

const activities: Record<GetApprovalResponse['activity']['kind'], string> = {
  'Wallets:Sign': 'unknown',
  'Wallets:IncomingTransaction': 'unknown',
  'Policies:Modify': 'policy-change',
  'Permissions:Assign': 'permission-change',
  'Permissions:Modify': 'permission-change',
  'Registry:Addresses:Modify': 'registry-change',
  'Registry:ContractSchemas:Modify': 'registry-change',
};

const signatures: Record<KindOf<NonNullable<Signing['signatureRequest']>>, string> = {
  Hash: 'raw-signature',
  Message: 'message-signature',
  Eip191: 'message-signature',
  Bip322: 'message-signature',
  Cip8: 'message-signature',
  SignerPayload: 'message-signature',
  Eip712: 'typed-data',
  Eip7702: 'typed-data',
  Snip12: 'typed-data',
  Transaction: 'raw-transaction',
  Psbt: 'raw-transaction',
  SignDocDirect: 'raw-transaction',
  DfnsSmartAccountTransaction: 'raw-transaction',
  StellarFeeBumpTransaction: 'raw-transaction',
};

const assetFields = {
  contract: 'c',
  mint: 'c',
  assetId: 'c',
  metadata: 'c',
  coin: 'c',
  tokenId: 'c',
  tokenAddress: 'c',
  instrumentAdmin: 'c',
  instrumentId: 'c',
  currency: 'c',
  issuer: 'c',
  assetCode: 'c',
  master: 'c',
  issuanceId: 'c',
  serialNumber: 'c',
};

function approvalWith(activity: object, status = 'Pending') {
  const approval = { id: 'ap-1', initiatorId: 'us-1', status, activity, policyEvaluations: [], decisions: [] };
  return translated(exact(JSON.stringify(approval)));
}

test.each(Object.entries(transfers))('a %s transfer is read with its %s and its asset', (kind, form) => {
  const requestBody = { kind, to: 'somebody', amount: '5', ...assetFields };
  const { activity } = approvalWith({ kind: 'Wallets:Sign', transferRequest: { id: 'xfr-1', requestBody } });

  expect(activity.kind).toBe('transfer');
  expect(activity.asset?.reference ?? 'none').toMatch(kind === 'Native' ? /^none$/ : /^c(:c)?$/);
  expect(activity.amountBase).toBe(form === 'amount' ? '5' : null);
  expect(activity.unread.some((reason) => reason.includes('NFT'))).toBe(form === 'nft');
});

test.each(Object.entries(signatures))('a %s signature is a %s', (kind, expected) => {
  const signatureRequest = { id: 'sig-1', requestBody: { kind } };
  expect(approvalWith({ kind: 'Wallets:Sign', signatureRequest }).activity.kind).toBe(expected);
});

test.each(Object.entries(activities))('a %s activity is a %s', (kind, expected) => {
  expect(approvalWith({ kind, changeRequest: { id: 'cr-1', body: {} } }).activity.kind).toBe(expected);
});

test.each(Object.entries(statuses))('the status %s is %s', (status, expected) => {
  expect(approvalWith({ kind: 'Wallets:Sign' }, status).status).toBe(expected);
});
