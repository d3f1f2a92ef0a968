// The scenes of the sandbox's custody platform have the shapes of the recorded approvals, and say what they promise.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addresses, payoutsBot, people, policyIds, suppliers, tokens, wallets } from '../../src/sandbox/company.ts';
import { baseUnits } from '../../src/sandbox/custody/amounts.ts';
import { transferCall, unlimitedApproveCall, unsignedTransaction } from '../../src/sandbox/custody/ethereum.ts';
import { startCustody } from '../../src/sandbox/custody/index.ts';
import type { Custody } from '../../src/sandbox/custody/index.ts';
import type { SceneName } from '../../src/sandbox/custody/scenes.ts';
import { call } from './custody-client.ts';

const recorded = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/dfns/approvals/${name}.json`, import.meta.url), 'utf8'));

let custody: Custody;

beforeEach(async () => {
  custody = await startCustody();
});

afterEach(() => custody.stop());

async function shown(name: SceneName, overrides: object = {}) {
  const { approvalId } = custody.play(name, overrides);
  const reply = await call(custody.url, `GET /v2/policy-approvals/${approvalId}`);
  return Object(reply.body);
}

/** Every member, by its path; lists count as their first element. */
function membersOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [path] : membersOf(value[0], `${path}[]`);
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, each]) => membersOf(each, `${path}.${key}`));
}

function requestIn(from: { activity: Record<string, unknown> }): [string, unknown] | undefined {
  const { kind: _, ...requests } = from.activity;
  return Object.entries(requests)[0];
}

const ends = (address: string): string[] => [address.slice(2, 6), address.slice(-4)].map((each) => each.toLowerCase());

const policiesIn = (approval: { policyEvaluations: { policyId: string }[] }): string[] =>
  approval.policyEvaluations.map((each) => each.policyId);

describe('shapes', () => {
  it.each<[SceneName, string, string[]]>([
    ['large-transfer', 'erc20-transfer', ['.metadata.asset.quotes.EUR']],
    ['hostile-memo', 'native-transfer', ['.metadata.asset.quotes.EUR', '.requestBody.priority']],
    ['contract-call', 'evm-transaction-json', []],
    ['raw-transaction', 'evm-transaction-raw-hex', []],
    ['signature', 'signature-hash', []],
    ['typed-signature', 'signature-eip712-permit', []],
    [
      'policy-change',
      'policies-modify-update',
      ['.body.rule.configuration.limit', '.body.rule.configuration.currency'],
    ],
    ['permission-assign', 'permissions-assign', []],
  ])('%s has every member of the recorded %s', async (scene, fixture, notHere) => {
    const approval = await shown(scene);

    const [key, request] = requestIn(approval) ?? [];
    const [recordedKey, recordedRequest] = requestIn(recorded(fixture)) ?? [];
    const wanted = membersOf(recordedRequest).filter((path) => !notHere.includes(path));
    expect(key).toBe(recordedKey);
    expect(membersOf(request)).toEqual(expect.arrayContaining(wanted));
    expect(Object.keys(approval).toSorted()).toEqual(
      expect.arrayContaining(
        Object.keys(recorded(fixture))
          .filter((each) => each !== 'dateResolved')
          .toSorted(),
      ),
    );
  });

  it('writes a raw transaction byte for byte like the recorded one', () => {
    const data = transferCall('0xb282dc7cde21717f18337a596e91ded00b79b25f', 25_000_000_000n);
    const transaction = unsignedTransaction({ nonce: 21n, to: tokens.USDC.contract, data });

    expect(transaction).toBe(recorded('evm-transaction-raw-hex').activity.transactionRequest.requestBody.transaction);
  });

  it('writes an unlimited approval like the recorded one', () => {
    const { data } = recorded('evm-transaction-json').activity.transactionRequest.requestBody;

    expect(unlimitedApproveCall(addresses.router)).toBe(data);
  });

  it.each([
    ['120', 6, '120000000'],
    ['0.5', 6, '500000'],
    ['4.25', 18, '4250000000000000000'],
    ['0', 18, '0'],
    ['250000', 6, '250000000000'],
  ])('reads %s with %i decimals as %s', (whole, decimals, base) => {
    expect(baseUnits(whole, decimals)).toBe(base);
  });

  it.each(['1.0000001', '-1', '1e3', '', '1,5'])('does not read %o as an amount', (whole) => {
    expect(() => baseUnits(whole, 6)).toThrow('failed to read the amount');
  });
});

describe('promises', () => {
  it('pays 120 USDC from the hot wallet to Acme, started by the payouts account', async () => {
    const approval = await shown('routine-payout');

    expect(approval.initiatorId).toBe(payoutsBot.userId);
    expect(approval.activity.transferRequest).toMatchObject({
      walletId: wallets.hot.id,
      requestBody: { to: suppliers.acme.address, amount: '120000000' },
    });
    expect(approval.policyEvaluations.map((each: { policyId: string }) => each.policyId)).toEqual([policyIds.routine]);
  });

  it('shows an address that begins and ends like Acme’s and is another', async () => {
    const { to } = (await shown('look-alike')).activity.transferRequest.requestBody;

    expect(ends(to)).toEqual(ends(suppliers.acme.address));
    expect(to.toLowerCase()).not.toBe(suppliers.acme.address.toLowerCase());
  });

  it('carries a memo that pings, links, reverses, hides and is long', async () => {
    const { memo, externalId } = (await shown('hostile-memo')).activity.transferRequest.requestBody;

    expect(memo.length).toBeGreaterThan(500);
    for (const trick of ['<!channel>', 'https://', '\u202E', '```', '\u200B', '\u0000']) expect(memo).toContain(trick);
    expect(externalId).toContain('<!everyone>');
  });

  it('says that a raw transaction is small when it is told to lie', async () => {
    const lying = await shown('raw-transaction', { summaryDisagrees: true });
    const honest = await shown('raw-transaction');

    expect(lying.policyEvaluations[0].context.transactionAmount.value).toBe('25');
    expect(honest.policyEvaluations[0]).not.toHaveProperty('context');
    expect(lying.activity.transactionRequest.requestBody).toEqual(honest.activity.transactionRequest.requestBody);
  });

  it('triggers Treasury and Compliance together, and an unknown kind where the bot could vote', async () => {
    const both = await shown('compliance-too');
    const unknown = await shown('unknown-kind');

    expect(policiesIn(both)).toEqual([policyIds.large, policyIds.compliance]);
    expect(policiesIn(unknown)).toEqual([policyIds.vaults]);
    expect(unknown.activity.kind).toBe('Vaults:ReleaseQuarantine');
  });

  it('takes overrides by name or by id, and an unpriced asset', async () => {
    const approval = await shown('large-transfer', {
      amount: '0.5',
      asset: 'ETH',
      to: suppliers.initech.address,
      initiatorId: 'alice',
      walletId: 'hot',
      externalId: 'x-1',
      priceUsd: null,
      expiresInMs: 60_000,
    });

    expect(approval.initiatorId).toBe(people.alice.userId);
    expect(approval.activity.transferRequest).toMatchObject({
      walletId: wallets.hot.id,
      externalId: 'x-1',
      requestBody: { kind: 'Native', amount: '500000000000000000', to: suppliers.initech.address, externalId: 'x-1' },
    });
    expect(approval.activity.transferRequest.metadata.asset).not.toHaveProperty('quotes');
    expect(Date.parse(approval.expirationDate) - Date.parse(approval.dateCreated)).toBe(60_000);
  });
});
