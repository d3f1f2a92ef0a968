// What becomes of every recorded approval, and of the details that must never be guessed.
import { describe, expect, test } from 'vitest';
import { readPlainTransfer, type Activity } from '../../../src/domain/activity.ts';
import { changed, documentOf, namesIn, translated } from './fixtures.ts';

const payee = '0xb282dc7cde21717f18337a596e91ded00b79b25f';
const usdc = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';
const usdcMint = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
const solPayee = '3U6stgsD1FmA7o3omUguritCU8iWmUM7Rs6KqAHHxHVZ';
const btcPayee = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';
const requestedAt = Date.UTC(2026, 8, 14, 8, 30);

type Row = {
  readonly kind: Activity['kind'];
  readonly network: string | null;
  readonly to?: readonly string[];
  readonly amount?: string | null;
  /** `standard reference decimals` */
  readonly asset?: string | null;
  readonly price?: string | null;
  readonly unread?: readonly string[];
  readonly status?: string;
  readonly groups: readonly string[];
  readonly decisions?: readonly string[];
};

const treasury = ['Treasury'];
const anyone = ['(unnamed)'];
const whitelist = ['Compliance', 'Finance'];
const eth: Row = {
  kind: 'transfer',
  network: 'Ethereum',
  to: [payee],
  amount: '4250000000000000000',
  asset: 'Native null 18',
  price: '3020.82',
  groups: treasury,
};
const spl: Row = {
  kind: 'transfer',
  network: 'Solana',
  to: [solPayee],
  amount: '7500000000',
  asset: `Spl ${usdcMint} 6`,
  price: '1',
  groups: anyone,
};
const btc: Row = {
  kind: 'transfer',
  network: 'Bitcoin',
  to: [btcPayee],
  amount: '150000000',
  asset: 'Native null 8',
  price: '64250.5',
  groups: treasury,
};
const bigUsdc: Row = {
  kind: 'transfer',
  network: 'Ethereum',
  to: [payee],
  amount: '250000000000',
  asset: `Erc20 ${usdc} 6`,
  price: '1.0008',
  groups: [...treasury, ...whitelist],
  decisions: ['approved'],
};
const governance = { network: null, groups: anyone } as const;

const expected: Readonly<Record<string, Row>> = {
  'approvals/btc-native-transfer.json': btc,
  'approvals/btc-psbt.json': {
    kind: 'raw-transaction',
    network: 'Bitcoin',
    unread: ['partially signed Bitcoin transactions are not decoded'],
    groups: treasury,
  },
  'approvals/erc20-transfer-unpriced.json': {
    kind: 'transfer',
    network: 'Polygon',
    to: [payee],
    amount: '1000000000000000000000',
    asset: 'Erc20 0x5fe3b435f2a3c3a4e2a7b1c0d9e8f70615243342 null',
    groups: treasury,
  },
  'approvals/erc20-transfer.json': bigUsdc,
  'approvals/erc721-transfer.json': {
    kind: 'transfer',
    network: 'Ethereum',
    to: [payee],
    asset: 'Erc721 0x00fb58432ef9d418bf6688bcf0a226d2fcaa18e2:4182 null',
    unread: ['it moves a single item (an NFT), which has no amount'],
    groups: anyone,
  },
  'approvals/evm-transaction-json.json': { kind: 'contract-call', network: 'Ethereum', to: [usdc], groups: whitelist },
  'approvals/evm-transaction-raw-hex.json': {
    kind: 'raw-transaction',
    network: 'Ethereum',
    to: [payee],
    amount: '25000000000',
    asset: `Erc20 ${usdc} null`,
    groups: treasury,
  },
  'approvals/native-transfer.json': eth,
  'approvals/no-expiry.json': eth,
  'approvals/permissions-assign.json': { ...governance, kind: 'permission-change', groups: ['Owners'] },
  'approvals/permissions-modify.json': { ...governance, kind: 'permission-change' },
  'approvals/permissions-revoke.json': { ...governance, kind: 'permission-change' },
  'approvals/policies-modify-archive.json': { ...governance, kind: 'policy-change', groups: ['Owners'] },
  'approvals/policies-modify-update.json': { ...governance, kind: 'policy-change', groups: ['Owners'] },
  'approvals/registry-addresses-modify.json': { ...governance, kind: 'registry-change' },
  'approvals/resolved-approved.json': { ...bigUsdc, status: 'approved', decisions: ['approved', 'approved'] },
  'approvals/resolved-denied.json': { ...btc, status: 'denied', decisions: ['denied'] },
  'approvals/resolved-expired.json': { ...spl, status: 'expired' },
  'approvals/signature-eip712-permit.json': { kind: 'typed-data', network: 'Ethereum', groups: anyone },
  'approvals/signature-hash.json': {
    kind: 'raw-signature',
    network: 'Ethereum',
    unread: ['a bare hash is signed: nobody can see what it does'],
    groups: treasury,
  },
  'approvals/spl-transfer-memo.json': spl,
  'approvals/stellar-native-memo.json': {
    kind: 'transfer',
    network: 'Stellar',
    to: ['GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN'],
    amount: '500000000000',
    asset: 'Native null 7',
    price: '0.115',
    groups: anyone,
  },
  'approvals/swap.json': {
    kind: 'swap',
    network: 'Ethereum',
    amount: '2000000000000000000',
    asset: 'Native null 18',
    groups: anyone,
  },
  'variants/approval.docs-example-shape.json': { ...eth, decisions: ['approved'] },
  'variants/approval.legacy-2023-shape.json': eth,
  'variants/approval.seed-shape.json': eth,
};

describe('every recorded approval', () => {
  test('has its row in this table', () => {
    const names = ['approvals', 'variants'].flatMap((folder) => namesIn(folder).map((name) => `${folder}/${name}`));
    expect(names.filter((name) => !name.includes('signature-request'))).toEqual(Object.keys(expected));
  });

  test.each(Object.entries(expected))('%s', (name, row) => {
    const approval = translated(documentOf(name));

    const { activity } = approval;
    const { asset, price } = activity;
    expect({
      kind: activity.kind,
      network: activity.network,
      to: activity.destinations.map(({ address }) => address),
      amount: activity.amountBase,
      asset: asset === null ? null : `${asset.standard} ${asset.reference} ${asset.decimals}`,
      price: price?.perToken ?? null,
      unread: activity.unread,
      status: approval.status,
      groups: approval.policies.flatMap((policy) => policy.groups.map((group) => group.name)),
      decisions: approval.decisions.map((decision) => decision.value),
    }).toEqual({
      to: [],
      amount: null,
      asset: null,
      price: null,
      unread: [],
      status: 'pending',
      decisions: [],
      ...row,
    });
    expect(approval.initiator?.account).toBe('us-qfpce-cul24-8i927thi68qf76bs');
    expect(price ?? { currency: 'USD', quotedAt: requestedAt }).toMatchObject({
      currency: 'USD',
      quotedAt: requestedAt,
    });
  });

  test('is a plain transfer only where nothing about it is left unknown', () => {
    const plain = Object.keys(expected).filter(
      (name) => readPlainTransfer(translated(documentOf(name)).activity).kind === 'plain',
    );
    expect(plain.map((name) => name.split('/')[1])).toEqual([
      'btc-native-transfer.json',
      'erc20-transfer.json',
      'native-transfer.json',
      'no-expiry.json',
      'resolved-approved.json',
      'resolved-denied.json',
      'resolved-expired.json',
      'spl-transfer-memo.json',
      'stellar-native-memo.json',
      'approval.docs-example-shape.json',
      'approval.legacy-2023-shape.json',
      'approval.seed-shape.json',
    ]);
  });
});

describe('dates and people', () => {
  test('the deadline is the one that the approval names, and none where it names none', () => {
    expect(translated(documentOf('approvals/native-transfer.json')).expiresAt).toBe(Date.UTC(2026, 8, 15, 8, 30));
    expect(translated(documentOf('approvals/no-expiry.json')).expiresAt).toBeNull();
  });

  test('a decision keeps its account, its reason and its date, under both names of the date', () => {
    const decidedAt = Date.UTC(2026, 8, 14, 8, 41, 10, 120);
    const account = 'us-lnkqj-rgqu6-412mhno82nmjdskd';
    expect(translated(documentOf('approvals/erc20-transfer.json')).decisions).toEqual([
      { account, value: 'approved', reason: 'Invoice 77120 checked', decidedAt },
    ]);
    expect(translated(documentOf('variants/approval.docs-example-shape.json')).decisions).toEqual([
      { account, value: 'approved', reason: null, decidedAt },
    ]);
  });

  test('names of wallets and kinds of initiators come from outside and change nothing else', () => {
    const document = documentOf('approvals/native-transfer.json');
    const bare = translated(document);

    const told = translated(document, { walletName: 'Treasury', initiatorIsServiceAccount: true });

    expect(told.activity.wallet?.name).toBe('Treasury');
    expect(told.initiator?.serviceAccount).toBe(true);
    expect(told.decisive).toEqual(bare.decisive);
  });

  test('an approval without an initiator has none, and one whose request names another is doubted', () => {
    expect(
      translated(changed('native-transfer', '"initiatorId":"us-qfpce-cul24-8i927thi68qf76bs"', '"x":1')).initiator,
    ).toBeNull();
    const disputed = translated(changed('native-transfer', '"initiatorId":"us-qfpce', '"initiatorId":"us-other'));
    expect(disputed.activity.unread).toEqual(['the request names another initiator than the approval']);
  });
});

describe('words that change', () => {
  test.each([
    ['Pending', 'pending'],
    ['Approved', 'approved'],
    ['AutoApproved', 'approved'],
    ['Denied', 'denied'],
    ['Rejected', 'denied'],
    ['Expired', 'expired'],
    ['pending', 'unknown'],
    ['Escalated', 'unknown'],
    ['constructor', 'unknown'],
    ['', 'unknown'],
  ])('the status "%s" is %s', (word, status) => {
    const document = changed(
      'native-transfer',
      '"status":"Pending","expirationDate"',
      `"status":"${word}","expirationDate"`,
    );
    expect(translated(document)).toMatchObject({ status, statusText: word });
  });

  test.each([
    ['Approved', 'approved'],
    ['Denied', 'denied'],
    ['Rejected', 'denied'],
    ['Abstained', 'unknown'],
  ])('the decision "%s" is %s', (word, value) => {
    const document = changed('resolved-denied', '"value":"Denied"', `"value":"${word}"`);
    expect(translated(document).decisions.map((decision) => decision.value)).toEqual([value]);
  });
});
