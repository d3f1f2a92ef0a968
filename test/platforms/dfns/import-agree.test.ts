// Imported policies say what Dfns' own say, over generated policies and transactions with amounts at their limits.
import * as fc from 'fast-check';
import { getAddress } from 'viem';
import { expect, test } from 'vitest';
import { dfnsLanguage } from '../../../src/platforms/dfns/index.ts';
import { noon } from '../../builders.ts';
import { exact, translated } from './fixtures.ts';
import { passes, type Past, type Transaction, type WirePolicy } from './import-reference.ts';
import { anything, answerTo, aPayment, compiled, draftOf } from './imported.ts';

const wallets = ['wa-1', 'wa-2', 'wa-3'] as const;
const tags = ['treasury', 'payouts', 'strict'] as const;
const minute = 60_000;
const mostUnits = 2n ** 256n - 1n;

const evmAddresses = [1, 2, 3, 4].map((digit) => `0x${String(digit).repeat(38)}ab`);
const addressesOn = {
  evm: evmAddresses.flatMap((address) => [address, getAddress(address)]),
  Bitcoin: ['bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'],
  Solana: ['EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 'So11111111111111111111111111111111111111112'],
} as const;
const everyAddress = [...addressesOn.evm, ...addressesOn.Bitcoin, ...addressesOn.Solana];

const usdc = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';
const mint = 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB';

const assets = [
  { network: 'Ethereum', on: 'evm', kind: 'Native', symbol: 'ETH', decimals: 18, tid: 'native:eth', extra: {} },
  {
    network: 'Ethereum',
    on: 'evm',
    kind: 'Erc20',
    symbol: 'USDC',
    decimals: 6,
    tid: `erc20:${usdc}`,
    extra: { contract: getAddress(usdc) },
  },
  { network: 'Polygon', on: 'evm', kind: 'Native', symbol: 'POL', decimals: 18, tid: 'native:pol', extra: {} },
  { network: 'Bitcoin', on: 'Bitcoin', kind: 'Native', symbol: 'BTC', decimals: 8, tid: 'native:btc', extra: {} },
  { network: 'Solana', on: 'Solana', kind: 'Spl', symbol: 'USDT', decimals: 6, tid: `spl:${mint}`, extra: { mint } },
] as const;

const prices = [1, 0.5, 0.9998, 3020.82, 97_000.01, 0.000001];

/** In hundredths of a dollar, small ones as often as large ones. */
const limit = fc
  .oneof(fc.constantFrom(1, 100, 100_000, 1_000_000), fc.integer({ min: 1, max: 10 ** 12 }))
  .map((cents) => cents / 100);

const baseUnits = fc.oneof(
  fc.constantFrom(1n, 10n ** 6n, 5n * 10n ** 18n, mostUnits),
  fc.bigInt({ min: 1n, max: mostUnits }),
);

const rule: fc.Arbitrary<WirePolicy['rule']> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'AlwaysTrigger' }, { kind: 'AlwaysTrigger', configuration: {} }) },
  {
    weight: 4,
    arbitrary: fc
      .oneof(limit, fc.constant(0))
      .map((of) => configured('TransactionAmountLimit', { limit: of, currency: 'USD' })),
  },
  {
    weight: 3,
    arbitrary: fc
      .uniqueArray(fc.record({ asset: fc.constantFrom(...assets), limit: fc.oneof(baseUnits, fc.constant(0n)) }), {
        minLength: 1,
        maxLength: 3,
        selector: ({ asset }) => asset.tid,
      })
      .map((entries) =>
        configured('TransactionAmountLimitNominal', {
          assets: entries.map(({ asset, limit: most }) => ({
            network: asset.network,
            tid: asset.tid,
            limit: most.toString(),
          })),
        }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ limit, timeframe: fc.constantFrom(1, 60, 1440, 43_200) })
      .map((velocity) => configured('TransactionAmountVelocity', { ...velocity, currency: 'USD' })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ limit: fc.integer({ min: 1, max: 6 }), timeframe: fc.constantFrom(1, 60, 1440, 43_200) })
      .map((velocity) => configured('TransactionCountVelocity', velocity)),
  },
  {
    weight: 4,
    arbitrary: fc.subarray(everyAddress).map((addresses) => configured('TransactionRecipientWhitelist', { addresses })),
  },
  { weight: 1, arbitrary: fc.constant(configured('GlobalLedgerTransactionPrescreening', { riskScoreThreshold: 70 })) },
);

function configured(kind: string, configuration: Readonly<Record<string, unknown>>): WirePolicy['rule'] {
  return { kind, configuration };
}

const group = { name: 'Treasury', quorum: 1, approvers: { userId: { in: ['us-1', 'us-2'] } } };

const policies = fc
  .array(
    fc.record({
      rule,
      status: fc.constantFrom('Active', 'Active', 'Active', 'Archived'),
      activityKind: fc.constantFrom('Wallets:Sign', 'Wallets:Sign', 'Wallets:Sign', 'Policies:Modify'),
      action: fc.constantFrom(
        { kind: 'RequestApproval', approvalGroups: [group] },
        { kind: 'Block' },
        { kind: 'NoAction' },
      ),
      filters: fc.oneof(
        { weight: 3, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.subarray([...wallets], { minLength: 1 }).map((ids) => ({ walletId: { in: ids } })) },
        {
          weight: 2,
          arbitrary: fc.record({
            walletTags: fc.record(
              { hasAny: fc.subarray([...tags], { minLength: 1 }), hasAll: fc.subarray([...tags]) },
              { requiredKeys: [] },
            ),
          }),
        },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) =>
    all.map((policy, index): WirePolicy => {
      const own = { id: `plc-${index}`, ...policy };
      if (policy.activityKind === 'Wallets:Sign' || index % 2 === 0) return own;
      return { ...own, filters: { policyId: { in: [`plc-${index}`, 'plc-7'] } } };
    }),
  );

const choice = fc.nat(1000);

/** What a transaction is made of, whatever the policies are; `at` and `off` place its amount beside one of their limits. */
const seed = fc.record({
  shape: fc.constantFrom(
    ...(['transfer', 'transfer', 'transfer', 'transfer', 'nft', 'new-kind'] as const),
    ...(['evm', 'raw', 'hash', 'swap', 'policy'] as const),
  ),
  asset: fc.constantFrom(...assets),
  wallet: fc.constantFrom(...wallets),
  tags: fc.subarray([...tags]),
  isSharedKey: fc.constantFrom(false, false, false, true),
  to: choice,
  price: fc.option(fc.constantFrom(...prices), { freq: 8 }),
  at: choice,
  off: fc.constantFrom(-1n, 0n, 1n),
  amount: fc.option(fc.oneof(baseUnits, fc.constant(0n))),
});
type Seed = typeof seed extends fc.Arbitrary<infer Value> ? Value : never;

/** Payments just inside and just outside the windows that the policies have. */
const history = fc
  .array(
    fc.record({
      walletId: fc.constantFrom(...wallets),
      minutes: fc.constantFrom(1, 60, 1440, 43_200),
      off: fc.constantFrom(-1, 1),
      usd: fc.option(fc.constantFrom('0', '0.01', '10', '999.99', '9999.99', '123456.789'), { freq: 8 }),
    }),
    { maxLength: 6 },
  )
  .map((all) =>
    all.map(({ walletId, minutes, off, usd }): Past => ({ walletId, at: noon - minutes * minute + off, usd })),
  );

/** At a limit of one of the policies, or one base unit beside it. */
function amountOf(given: Seed, among: readonly WirePolicy[]): bigint {
  const { asset, price, at, off } = given;
  if (given.amount !== null) return given.amount;
  const limits = among.flatMap(({ rule: { configuration = {} } }): bigint[] => {
    const { limit: fiat, assets: nominal } = configuration;
    if (Array.isArray(nominal)) return nominal.flatMap((one) => (one.tid === asset.tid ? [BigInt(one.limit)] : []));
    if (typeof fiat !== 'number' || price === null) return [];
    return [
      (BigInt(Math.round(fiat * 100)) * 10n ** BigInt(asset.decimals + 6)) /
        (100n * BigInt(Math.round(price * 10 ** 6))),
    ];
  });
  const amount = (limits[at % Math.max(1, limits.length)] ?? 1000n) + off;
  return amount < 0n ? 0n : amount > mostUnits ? mostUnits : amount;
}

function transactionOf(given: Seed, among: readonly WirePolicy[]): Transaction {
  const { asset, price, shape } = given;
  const places = addressesOn[asset.on];
  const to = places[given.to % places.length] ?? '';
  const amount = amountOf(given, among).toString();
  const { network, kind, symbol, decimals } = asset;
  const known = { id: 'x-1', walletId: given.wallet, network, requester: { userId: 'us-dave' }, status: 'Pending' };
  const metadata = { asset: { symbol, decimals, ...(price === null ? {} : { quotes: { USD: price } }) } };
  const wallet = { id: given.wallet, tags: given.tags };
  const sign = (request: object): Transaction => ({ activity: { kind: 'Wallets:Sign', ...request }, wallet, at: noon });
  switch (shape) {
    case 'transfer':
      return sign({ transferRequest: { ...known, requestBody: { kind, to, amount, ...asset.extra }, metadata } });
    case 'nft':
      return sign({
        transferRequest: { ...known, requestBody: { kind: 'Erc721', to, contract: usdc, tokenId: '7' }, metadata },
      });
    case 'new-kind':
      return sign({ transferRequest: { ...known, requestBody: { kind: 'Teleport', to }, metadata } });
    case 'evm':
      return sign({
        transactionRequest: {
          ...known,
          network: 'Ethereum',
          requestBody: { kind: 'Evm', to, value: amount, data: '0xdeadbeef' },
        },
      });
    case 'raw':
      return sign({ transactionRequest: { ...known, requestBody: { kind: 'Transaction', transaction: '0x02' } } });
    case 'swap':
      return sign({
        swapRequest: { ...known, quotedSourceAsset: { kind: 'Native', amount, metadata: { network, decimals } } },
      });
    case 'hash': {
      const { walletId: _walletId, ...byKey } = known;
      const request = { ...byKey, keyId: 'key-1', requestBody: { kind: 'Hash', hash: '0x12' } };
      return { ...sign({ signatureRequest: request }), wallet: given.isSharedKey ? null : wallet };
    }
    case 'policy': {
      const { walletId: _walletId, ...change } = known;
      const body = {
        ...change,
        kind: 'Policy',
        operationKind: 'Update',
        entityId: `plc-${given.to % 4}`,
        body: { name: 'x' },
      };
      return { activity: { kind: 'Policies:Modify', changeRequest: body }, wallet: null, at: noon };
    }
  }
}

function approvalOf({ activity, wallet, at }: Transaction) {
  const date = new Date(at).toISOString();
  const approval = {
    id: 'ap-1',
    initiatorId: 'us-dave',
    status: 'Pending',
    activity,
    policyEvaluations: [],
    decisions: [],
  };
  const document = exact(JSON.stringify({ ...approval, dateCreated: date }));
  const keyWallet = wallet === null ? null : { id: wallet.id, network: 'Ethereum', name: null };
  return translated(document, { walletTags: wallet?.tags ?? null, keyWallet });
}

const perDocument = 25;
const seen = { pairs: 0, passed: 0, stopped: 0 };

test('an imported document objects exactly where Dfns would stop a transaction', () => {
  fc.assert(
    fc.property(
      policies,
      fc.array(seed, { minLength: perDocument, maxLength: perDocument }),
      history,
      (all, seeds, past) => {
        const text = JSON.stringify({ items: all });
        const { draft } = draftOf(
          dfnsLanguage.importPolicies(text, { connection: 'treasury', stage: 'live', options: {} }),
        );
        const rulebook = compiled(draft, anything);
        const payments = past.map(({ walletId, at, usd }, index) =>
          aPayment({ reference: `p-${index}`, wallet: walletId, at, value: usd }),
        );
        for (const given of seeds) {
          const transaction = transactionOf(given, all);
          const expected = passes(all, transaction, past);
          const approval = approvalOf(transaction);

          const answer = answerTo(rulebook, { connection: 'treasury', approval, at: noon }, payments);

          seen.pairs += 1;
          seen[expected ? 'passed' : 'stopped'] += 1;
          expect({ transaction, allowed: answer.kind === 'allow' }).toEqual({ transaction, allowed: expected });
        }
      },
    ),
    { numRuns: 480 },
  );
  process.stdout.write(`dfns: ${seen.pairs} pairs, ${seen.passed} pass, ${seen.stopped} are stopped, 0 differences\n`);
  expect(seen.pairs).toBeGreaterThanOrEqual(10_000);
  expect(Math.min(seen.passed, seen.stopped)).toBeGreaterThan(1000);
});
