// Raw transactions, calls and signatures: what we decode ourselves, and what we say when we can't.
import { describe, expect, test } from 'vitest';
import type { Activity } from '../../../src/domain/activity.ts';
import { exact, documentOf, translated, wireOf } from './fixtures.ts';

const usdc = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';
const payee = '0xb282dc7cde21717f18337a596e91ded00b79b25f';
const router = '0x1111111254eeb25477b68fb85ed929f73a960582';
const word = (hex: string): string => hex.replace('0x', '').padStart(64, '0');
const transferData = `0xa9059cbb${word(payee)}${word('0x5d21dba00')}`;
const rawTransfer =
  '0x02f86d01158459682f008506fc23ac0082fde894a0b86991c6218b36c1d19d4a2e9eb0ce3606eb4880b844a9059cbb000000000000000000000000b282dc7cde21717f18337a596e91ded00b79b25f00000000000000000000000000000000000000000000000000000005d21dba00c0';

function activityOf(request: string, body: Record<string, unknown>, fields: Record<string, unknown> = {}): Activity {
  const approval = {
    id: 'ap-1',
    initiatorId: 'us-1',
    status: 'Pending',
    activity: { kind: 'Wallets:Sign', [request]: { id: 'x-1', network: 'Ethereum', requestBody: body, ...fields } },
    policyEvaluations: [],
    decisions: [],
  };
  return translated(exact(JSON.stringify(approval))).activity;
}

const transaction = (body: Record<string, unknown>, fields?: Record<string, unknown>): Activity =>
  activityOf('transactionRequest', body, fields);
const signature = (body: Record<string, unknown>, fields?: Record<string, unknown>): Activity =>
  activityOf('signatureRequest', body, fields);

describe('a transaction', () => {
  test.each<[string, Record<string, unknown>, Partial<Activity>]>([
    [
      'of bytes that are a token transfer',
      { kind: 'Transaction', transaction: rawTransfer },
      {
        kind: 'raw-transaction',
        decoded: { kind: 'transfer', asset: usdc, to: payee, amountBase: '25000000000' },
        destinations: [{ address: payee, amountBase: '25000000000' }],
        unread: [],
      },
    ],
    [
      'of fields that are a token transfer',
      { kind: 'Evm', to: usdc, value: '0', data: transferData },
      {
        kind: 'contract-call',
        decoded: { kind: 'transfer', asset: usdc, to: payee, amountBase: '25000000000' },
        unread: [],
      },
    ],
    [
      'as an object that is a token transfer',
      { kind: 'Transaction', transaction: { to: usdc, value: '0x0', data: transferData, nonce: 4, chainId: 1 } },
      { kind: 'contract-call', decoded: { kind: 'transfer', asset: usdc, to: payee, amountBase: '25000000000' } },
    ],
    [
      'that sends the coin',
      { kind: 'Eip1559', to: payee, value: '7', maxFeePerGas: '1' },
      { decoded: { kind: 'transfer', asset: null, to: payee, amountBase: '7' }, unread: [] },
    ],
    [
      'that gives an allowance without limit',
      { kind: 'Evm', to: usdc, data: `0x095ea7b3${word(router)}${'f'.repeat(64)}` },
      {
        decoded: { kind: 'other', words: `lets ${router} spend any amount of the token ${usdc}`, dangerous: true },
        destinations: [{ address: usdc, amountBase: null }],
        amountBase: null,
      },
    ],
    [
      'that calls something unknown',
      { kind: 'Evm', to: usdc, data: '0xdeadbeef' },
      {
        decoded: { kind: 'other', words: `calls the function 0xdeadbeef of ${usdc}`, dangerous: false },
        unread: ['the function 0xdeadbeef is not decoded'],
      },
    ],
    [
      'that creates a contract',
      { kind: 'Evm', data: '0x6000' },
      {
        decoded: { kind: 'other', words: 'creates a contract', dangerous: true },
        unread: ['what the new contract does is not known'],
        destinations: [],
      },
    ],
    [
      'of one user operation',
      { kind: 'UserOperations', userOperations: [{ to: usdc, data: transferData }] },
      { decoded: { kind: 'transfer', asset: usdc, to: payee, amountBase: '25000000000' } },
    ],
  ])('%s', (_, body, expected) => {
    expect(transaction(body)).toMatchObject(expected);
  });

  test.each<[string, Record<string, unknown>, string, Record<string, unknown>?]>([
    [
      'for another chain',
      { kind: 'Transaction', transaction: rawTransfer },
      'the transaction is for chain 1, not for Polygon',
      { network: 'Polygon' },
    ],
    [
      'on a network that is not known',
      { kind: 'Evm', to: payee, value: '1' },
      'its network is not known, so its payload is not decoded',
      { network: 'Ethereal' },
    ],
    [
      'on a network of another family',
      { kind: 'Evm', to: payee, value: '1' },
      'payloads of Bitcoin are not decoded',
      { network: 'Bitcoin' },
    ],
    [
      'that names another chain',
      { kind: 'Transaction', transaction: { to: payee, value: '1', chainId: 137 } },
      'the transaction names another chain than Ethereum',
    ],
    [
      'with a value that is a number',
      { kind: 'Evm', to: payee, value: 7 },
      'the recipient, value or data of the transaction is not a text',
    ],
    [
      'with an authorisation list',
      { kind: 'Transaction', transaction: { to: payee, authorizationList: [] } },
      'the transaction has a field "authorizationList", which is not known',
    ],
    [
      'of bytes that are no transaction',
      { kind: 'Transaction', transaction: '0x1234' },
      'not a legacy, EIP-2930 or EIP-1559 transaction in canonical form',
    ],
    ['without a transaction', { kind: 'Transaction' }, 'the transaction is missing'],
    ['without operations', { kind: 'UserOperations', userOperations: [] }, 'its operations are missing'],
    ['of a kind that is new', { kind: 'Teleport' }, 'transactions of kind "Teleport" are not decoded'],
  ])('%s is not decoded', (_, body, reason, fields) => {
    const activity = transaction(body, fields);
    expect(activity.decoded).toEqual({ kind: 'undecodable', reason });
    expect(activity).toMatchObject({ unread: [reason], destinations: [], amountBase: null });
  });

  test('of several operations names each, and is dangerous unless all of them are transfers', () => {
    const send = { to: usdc, data: transferData };
    const allow = { to: usdc, data: `0x095ea7b3${word(router)}${'f'.repeat(64)}` };

    const both = transaction({ kind: 'UserOperations', userOperations: [send, allow] });

    expect(both.decoded).toMatchObject({ kind: 'other', dangerous: true });
    expect(both.unread).toContain('it runs several operations');
    expect(both.facts[0]).toEqual({
      label: 'Operation 1',
      value: `sends 25000000000 base units of ${usdc} to ${payee}`,
    });
  });

  test('with a summary beside its bytes keeps it as a claim, to be compared with what they say', () => {
    const body = { kind: 'Transaction', transaction: rawTransfer, to: router, contract: usdc, amount: '25000000000' };

    expect(transaction(body).claim).toEqual({ to: router, asset: usdc, amountBase: '25000000000' });
    expect(transaction({ kind: 'Transaction', transaction: rawTransfer }).claim).toBeNull();
    expect(transaction({ kind: 'Evm', to: usdc, value: '0', data: transferData }).claim).toBeNull();
  });
});

describe('a signature', () => {
  test.each<[string, Record<string, unknown>, Partial<Activity>]>([
    ['of a bare hash is blind', { kind: 'Hash', hash: '0x12' }, { kind: 'raw-signature', blind: true }],
    [
      'of readable text is a message',
      { kind: 'Eip191', message: 'Log in' },
      { kind: 'message-signature', blind: false, unread: [] },
    ],
    [
      'of hexadecimal text is read',
      { kind: 'Message', message: '0x4c6f6720696e' },
      { kind: 'message-signature', blind: false, unread: [] },
    ],
    [
      'of bytes that are no text is blind',
      { kind: 'Message', message: '0x00ff10' },
      { kind: 'message-signature', blind: true },
    ],
    ['of an empty message is blind', { kind: 'Message', message: '' }, { blind: true }],
    [
      'of a signer payload is blind',
      { kind: 'SignerPayload', payload: '0x12' },
      { kind: 'message-signature', blind: true },
    ],
    [
      'of a transaction is decoded',
      { kind: 'Transaction', transaction: rawTransfer },
      { kind: 'raw-transaction', amountBase: '25000000000', unread: ['somebody else sends the signed transaction'] },
    ],
    [
      'of a Bitcoin transaction is not decoded',
      { kind: 'Psbt', psbt: '0x70' },
      {
        kind: 'raw-transaction',
        decoded: { kind: 'undecodable', reason: 'partially signed Bitcoin transactions are not decoded' },
      },
    ],
    [
      'that delegates the account is dangerous',
      { kind: 'Eip7702', address: router, chainId: 1, nonce: 0 },
      {
        kind: 'typed-data',
        decoded: {
          kind: 'other',
          words: `lets the code of ${router} act for this account on chain 1`,
          dangerous: true,
        },
      },
    ],
    [
      'of a kind that is new is unknown',
      { kind: 'Rune' },
      { kind: 'unknown', unread: ['signatures of kind "Rune" are not known'] },
    ],
    ['of a kind that objects have is unknown', { kind: 'toString' }, { kind: 'unknown' }],
  ])('%s', (_, body, expected) => {
    expect(signature(body)).toMatchObject(expected);
  });

  const types = { Permit: [{ name: 'spender', type: 'address' }], EIP712Domain: [{ name: 'name', type: 'string' }] };
  const domain = { name: 'USD Coin', verifyingContract: usdc, chainId: 1 };

  test.each<[string, Record<string, unknown>, string, boolean]>([
    [
      'a permit without limit',
      { types, message: { spender: router, value: (2n ** 256n - 1n).toString() } },
      `lets ${router} spend any amount of the token ${usdc}`,
      true,
    ],
    [
      'a permit with a limit',
      { types, message: { spender: router, value: '5' } },
      `lets ${router} spend up to 5 base units of the token ${usdc}`,
      true,
    ],
    [
      'a permit of Permit2',
      {
        types: { PermitSingle: [{ name: 'details', type: 'PermitDetails' }], PermitDetails: [] },
        message: { spender: router },
      },
      `gives ${router} an allowance ("PermitSingle")`,
      true,
    ],
    [
      'an order of a market',
      { types: { Order: [{ name: 'items', type: 'Item[]' }], Item: [{ name: 'of', type: 'Item' }] }, message: {} },
      `signs "Order" for ${usdc}`,
      false,
    ],
    ['two types that nobody refers to', { types: { A: [], B: [] }, message: {} }, `signs "unknown" for ${usdc}`, false],
  ])('of typed data: %s', (_, body, words, dangerous) => {
    const activity = signature({ kind: 'Eip712', domain, ...body });
    expect(activity).toMatchObject({ kind: 'typed-data', decoded: { kind: 'other', words, dangerous } });
  });

  test('finds its wallet behind the key, or in the request of older days', () => {
    const document = documentOf('approvals/signature-hash.json');
    const keyWallet = { id: 'wa-key', network: 'Ethereum', name: 'Treasury' };
    expect(translated(document, { keyWallet }).activity.wallet).toEqual({ id: 'wa-key', name: 'Treasury' });
    expect(translated(document).activity.wallet).toBeNull();

    const activity = documentOf('variants/signature-request.legacy-walletId.json');
    const legacy = { ...wireOf(document).raw, activity };
    expect(translated(legacy, { keyWallet }).activity.wallet?.id).toBe('wa-br4q3-gen0p-nb1n7ldimog29eu4');
  });
});
