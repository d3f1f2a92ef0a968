// Imported policies allow what AxonVault's own allow by name, over generated policies and transactions.
import * as fc from 'fast-check';
import { getAddress } from 'viem';
import { expect, test } from 'vitest';
import type { Approval } from '../../../src/domain/approval.ts';
import { axonvaultLanguage } from '../../../src/platforms/axonvault/index.ts';
import { anActivity, anApproval, anAsset, noon } from '../../builders.ts';
import { answerTo, aPayment, compiled, draftOf } from '../dfns/imported.ts';
import { allows, type Past, type Readings, type Transaction, type WirePolicy } from './reference.ts';

const addresses = [1, 2, 3, 4].map((digit) => `0x${String(digit).repeat(38)}ab`);
const spellings = addresses.flatMap((address) => [address, getAddress(address)]);
const wallets = ['0x9999999999999999999999999999999999999901', '0x9999999999999999999999999999999999999902'] as const;
const users = ['usr_a', 'usr_b'] as const;
const chains = { 'eip155:1': 'Ethereum', 'eip155:137': 'Polygon' } as const;
const mostUnits = 2n ** 256n - 1n;
const dayMs = 86_400_000;
/** Noon, UTC: the calendar day is twelve hours old. */
const intoDayMs = dayMs / 2;

/** As AxonVault writes it: hundredths of a dollar as a decimal text. */
const usdText = fc
  .oneof(fc.constantFrom(100, 10_000, 100_000, 1_000_000), fc.integer({ min: 1, max: 10 ** 9 }))
  .map((cents) =>
    cents % 100 === 0 ? String(cents / 100) : `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
  );

const on = fc.constantFrom(true, true, true, false);

const rule: fc.Arbitrary<WirePolicy['rule']> = fc.record(
  {
    addressWhitelist: fc.record({ enabled: on, allowedAddresses: fc.subarray(spellings), denyAll: fc.boolean() }),
    amountLimit: fc.oneof(
      fc.record({ enabled: on, perTxLimit: usdText, dailyLimit: usdText, currency: fc.constant('USD') }),
      fc.record({ enabled: on, perTxLimit: usdText, currency: fc.constant('USD') }),
      fc.record({ enabled: on, dailyLimit: usdText, currency: fc.constant('USD') }),
    ),
    approvalFlow: fc.record({
      enabled: on,
      threshold: fc.oneof({ weight: 6, arbitrary: usdText }, { weight: 1, arbitrary: fc.constant('0') }),
      approvers: fc.constant(['usr_cfo', 'usr_ceo']),
      requiredApprovals: fc.constantFrom(1, 2),
    }),
  },
  { requiredKeys: [] },
);

/** Mostly with a whitelist, because nothing else allows. */
const policies = fc
  .array(fc.record({ rule, priority: fc.constantFrom(1, 50, 100, 100), enabled: on }), { minLength: 1, maxLength: 4 })
  .map((all) => all.map((policy, index): WirePolicy => ({ name: `Policy ${index}`, ...policy })));

const readings: fc.Arbitrary<Readings> = fc.record({
  matching: fc.constantFrom('every', 'speaking'),
  threshold: fc.constantFrom('reached', 'exceeded'),
  day: fc.constantFrom('utc', 'rolling'),
  dailyPer: fc.constantFrom('connection', 'wallet', 'initiator'),
});

const seed = fc.record({
  userId: fc.constantFrom(...users),
  fromAddress: fc.constantFrom(...wallets),
  /** One of those that a policy lists, or any. */
  toAddress: fc.nat(1000),
  toListed: on,
  chainReference: fc.constantFrom('eip155:1', 'eip155:137'),
  txType: fc.constantFrom('transfer', 'transfer', 'transfer', 'transfer', 'contract_call'),
  decimals: fc.constantFrom(6, 18),
  usd: fc.option(fc.constantFrom('1', '0.5', '3020.82', '0.000001'), { freq: 10 }),
  at: fc.nat(1000),
  off: fc.constantFrom(-1n, 0n, 0n, 1n),
  amount: fc.option(fc.oneof(fc.constantFrom(0n, 1n, mostUnits), fc.bigInt({ min: 0n, max: mostUnits }))),
});
type Seed = typeof seed extends fc.Arbitrary<infer Value> ? Value : never;

const history = fc
  .array(
    fc.record({
      userId: fc.constantFrom(...users),
      fromAddress: fc.constantFrom(...wallets),
      age: fc.constantFrom(60_000, intoDayMs - 1, intoDayMs + 1, dayMs - 1, dayMs + 1),
      usd: fc.option(fc.constantFrom('0.01', '1', '99.99', '5000'), { freq: 8 }),
    }),
    { maxLength: 4 },
  )
  .map((all) => all.map(({ age, ...payment }): Past => ({ ...payment, at: noon - age })));

/** At a limit or a threshold of one of the policies, or one base unit beside it. */
function amountOf(given: Seed, among: readonly WirePolicy[]): bigint {
  if (given.amount !== null) return given.amount;
  const { decimals, usd, at, off } = given;
  const limits = among.flatMap(({ rule: { amountLimit: limit, approvalFlow: flow } }) =>
    [limit?.perTxLimit, limit?.dailyLimit, flow?.threshold].flatMap((text) => text ?? []),
  );
  const limit = limits[at % Math.max(1, limits.length)] ?? '10';
  const amount = (micros(limit) * 10n ** BigInt(decimals)) / micros(usd ?? '1') + off;
  return amount < 0n ? 0n : amount;
}

function transactionOf(given: Seed, among: readonly WirePolicy[]): Transaction {
  const { userId, fromAddress, chainReference, txType, decimals, usd } = given;
  const listed = among.flatMap((policy) => policy.rule.addressWhitelist?.allowedAddresses ?? []);
  const pool = given.toListed && listed.length > 0 ? listed : spellings;
  const toAddress = pool[given.toAddress % pool.length] ?? '';
  const amount = amountOf(given, among).toString();
  return { userId, fromAddress, toAddress, amount, chainReference, txType, decimals, usd, at: noon };
}

function approvalOf(transaction: Transaction): Approval {
  const { userId, fromAddress, toAddress, amount, chainReference, txType, decimals, usd } = transaction;
  const network = chainReference === 'eip155:1' ? chains['eip155:1'] : chains['eip155:137'];
  const activity = anActivity({
    kind: txType === 'transfer' ? 'transfer' : 'contract-call',
    network,
    wallet: { id: fromAddress, name: null },
    destinations: [{ address: toAddress, amountBase: amount }],
    asset: anAsset({ decimals }),
    amountBase: amount,
    price: usd === null ? null : { perToken: usd, currency: 'USD', quotedAt: noon },
  });
  return anApproval({ platform: 'axonvault', activity, initiator: { account: userId, serviceAccount: null } });
}

const perDocument = 25;
const seen = { pairs: 0, allowed: 0, stopped: 0 };

const micros = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(6, '0')}`);
};

test('an imported document allows exactly what AxonVault allows by name', () => {
  const seeds = fc.array(seed, { minLength: perDocument, maxLength: perDocument });
  fc.assert(
    fc.property(policies, seeds, history, readings, (all, transactions, past, options) => {
      const text = JSON.stringify({ policies: all });
      const { draft } = draftOf(
        axonvaultLanguage.importPolicies(text, { connection: 'treasury', stage: 'live', options }),
      );
      const rulebook = compiled(draft);
      const payments = past.map(({ userId, fromAddress, at, usd }, index) =>
        aPayment({ reference: `p-${index}`, wallet: fromAddress, initiator: userId, at, value: usd }),
      );
      for (const given of transactions) {
        const transaction = transactionOf(given, all);
        const expected = allows(all, transaction, past, options);

        const answer = answerTo(
          rulebook,
          { connection: 'treasury', approval: approvalOf(transaction), at: noon },
          payments,
        );

        seen.pairs += 1;
        seen[expected ? 'allowed' : 'stopped'] += 1;
        expect({ transaction, allowed: answer.kind === 'allow' }).toEqual({ transaction, allowed: expected });
      }
    }),
    { numRuns: 480 },
  );
  process.stdout.write(`axonvault: ${seen.pairs} pairs, ${seen.allowed} allowed, ${seen.stopped} not, 0 differences\n`);
  expect(seen.pairs).toBeGreaterThanOrEqual(10_000);
  expect(Math.min(seen.allowed, seen.stopped)).toBeGreaterThan(800);
});
