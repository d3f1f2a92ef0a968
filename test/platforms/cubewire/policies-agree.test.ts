import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { answered, imported, usdc, usdcOnBase } from './imported.ts';
import { decide, type Condition, type Knowledge, type NamedList, type Policy, type Transaction } from './reference.ts';

const people = [
  '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc',
  '0xde7212a9ed53fd325e3307205754b67fd8cbf263',
] as const;
/** An account at a bank, and an address whose checksum is wrong: entries that can't be read. */
const unreadable = ['062-000_12345678', '0x70997970c51812dc3A010C7d01b50e0d17dc79C8'] as const;

const symbols = {
  USDC: [
    { chainId: 1, contract: usdc, decimals: 6 },
    { chainId: 8453, contract: usdcOnBase, decimals: 6 },
  ],
  ETH: [
    { chainId: 1, contract: null, decimals: 18 },
    { chainId: 8453, contract: null, decimals: 18 },
  ],
  WETH: [{ chainId: 1, contract: '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2', decimals: 18 }],
} as const;

const options = {
  assets: Object.entries(symbols)
    .flatMap(([symbol, meant]) =>
      meant.map(({ chainId, contract, decimals }) => {
        const network = chainId === 1 ? 'Ethereum' : 'Base';
        return `${symbol}=${network}/${contract ?? 'native'}/${decimals}`;
      }),
    )
    .join(','),
};

const lists: readonly NamedList[] = [
  { id: 'l-1', name: 'suppliers', type: 'ADDRESS', status: 'ACTIVE', items: [people[0], people[1]] },
  { id: 'l-2', name: 'doubtful', type: 'ADDRESS', status: 'ACTIVE', items: [people[2], unreadable[0]] },
  { id: 'l-3', name: 'nobody', type: 'ADDRESS', status: 'ACTIVE', items: [] },
  { id: 'l-4', name: 'retired', type: 'ADDRESS', status: 'INACTIVE', items: [people[0]] },
  { id: 'l-5', name: 'bank accounts', type: 'ACCOUNT', status: 'ACTIVE', items: [people[0]] },
];

const isAddress = (text: string) =>
  people.some((one) => one.toLowerCase() === text.toLowerCase()) && !unreadable.some((one) => one === text);

const known = (nonStrict: Knowledge['nonStrict']): Knowledge => ({ lists, symbols, nonStrict, isAddress });

const largest = 2n ** 256n - 1n;

/** Limits and amounts come from one small set and its neighbours, so that many pairs meet at a boundary. */
const landmarks = [0n, 1n, 999_999n, 1_000_000n, 1_000_001n, 10n ** 18n, 10n ** 19n, largest];
const base = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...landmarks) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...landmarks.flatMap((one) => [one > 0n ? one - 1n : one, one < largest ? one + 1n : one]),
    ),
  },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: largest }) },
);

function decimal(units: bigint, decimals: number): string {
  const digits = units.toString().padStart(decimals + 1, '0');
  const fraction = decimals === 0 ? '' : digits.slice(-decimals);
  return fraction === '' ? digits : `${digits.slice(0, -decimals)}.${fraction}`;
}

const unit = fc.constantFrom(
  { unit: 'wei', decimals: 0 },
  { unit: 'ETH', decimals: 18 },
  { unit: 'USDC', decimals: 6 },
  { unit: 'WETH', decimals: 18 },
  { unit: 'USD', decimals: 2 },
  { unit: 'EUR', decimals: 2 },
  { unit: 'bananas', decimals: 3 },
  { unit: undefined, decimals: 0 },
);

const comparison = fc.constantFrom(
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUAL',
  'LESS_THAN',
  'LESS_THAN_OR_EQUAL',
  'EQUALS',
  'NOT_EQUALS',
);

const amountCondition = unit.chain(({ unit: name, decimals }): fc.Arbitrary<Condition> => {
  const value = base.map((units) => decimal(decimals === 2 ? units % 10n ** 26n : units, decimals));
  const field = fc.constant('transaction.amount');
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ field, operator: comparison, value, unit: fc.constant(name) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        field,
        operator: fc.constant('BETWEEN'),
        value: fc.tuple(value, value),
        unit: fc.constant(name),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        field,
        operator: fc.constantFrom('IN', 'NOT_IN'),
        value: fc.array(value, { minLength: 1, maxLength: 3 }),
        unit: fc.constant(name),
      }),
    },
  );
});

const address = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...people, people[0].toLowerCase()) },
  { weight: 1, arbitrary: fc.constantFrom(...unreadable) },
);

const addressCondition = fc.oneof(
  fc.record({
    field: fc.constantFrom('transaction.recipient', 'transaction.sender'),
    operator: fc.constantFrom('IN_LIST', 'NOT_IN_LIST'),
    value: fc.constantFrom(
      'suppliers',
      'l-1',
      'suppliers',
      'doubtful',
      'nobody',
      'retired',
      'bank accounts',
      'missing',
    ),
  }),
  fc.record({
    field: fc.constantFrom('transaction.recipient', 'transaction.sender'),
    operator: fc.constantFrom('EQUALS', 'NOT_EQUALS', 'CONTAINS'),
    value: address,
  }),
  fc.record({
    field: fc.constant('transaction.recipient'),
    operator: fc.constantFrom('IN', 'NOT_IN'),
    value: fc.array(address, { minLength: 1, maxLength: 3 }),
  }),
);

const symbol = fc.constantFrom('ETH', 'USDC', 'WETH', 'ETH', 'USDC', 'DOGE');

const otherCondition = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      field: fc.constant('transaction.asset'),
      operator: fc.constantFrom('EQUALS', 'NOT_EQUALS'),
      value: symbol,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      field: fc.constant('transaction.asset'),
      operator: fc.constantFrom('IN', 'NOT_IN'),
      value: fc.array(symbol, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ field: 'transaction.time', operator: 'GREATER_THAN', value: '09:00' }) },
  { weight: 1, arbitrary: fc.constant({ field: 'transaction.mood', operator: 'EQUALS', value: 'good' }) },
  { weight: 1, arbitrary: fc.constant({ field: 'transaction.asset', operator: 'SOUNDS_LIKE', value: 'ETH' }) },
);

const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: amountCondition },
  { weight: 3, arbitrary: addressCondition },
  { weight: 2, arbitrary: otherCondition },
);

const action = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ type: 'ALLOW' }) },
  { weight: 2, arbitrary: fc.constant({ type: 'BLOCK' }) },
  {
    weight: 2,
    arbitrary: fc.constant({ type: 'REQUIRE_APPROVAL', approverListId: 'approvers', requiredApprovers: 2 }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'NOTIFY', notificationTarget: 'ops@example.com' }) },
  { weight: 1, arbitrary: fc.constant({ type: 'ASK_THE_MOON' }) },
);

const mostly = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof(
    { weight: 10, arbitrary: fc.constant(usual) },
    ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })),
  );

const type = fc.oneof(
  { weight: 12, arbitrary: fc.constant('TRANSFER') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'CONTRACT_WRITE',
      'CONTRACT_READ',
      'CONTRACT_DEPLOY',
      'MINT',
      'BURN',
      'RAW_SIGNING',
      'TYPED_MESSAGE',
    ),
  },
);

const policy: fc.Arbitrary<Policy> = fc
  .record({
    logicalId: fc.constantFrom('p-1', 'p-2', 'p-3', 'p-4', 'p-5', 'p-6', 'p-7'),
    version: fc.integer({ min: 1, max: 3 }),
    isLatest: mostly(true, false),
    name: fc.string({ minLength: 1, maxLength: 12 }),
    type: fc.oneof(
      { weight: 30, arbitrary: type },
      { weight: 1, arbitrary: fc.constantFrom('CONTRACT_CALL', 'TELEPORT') },
    ),
    status: mostly('ACTIVE', 'DRAFT', 'PENDING_APPROVAL', 'INACTIVE', 'ARCHIVED', 'FROZEN'),
    enforcementMode: mostly('STRICT', 'ADVISORY', 'LOG_ONLY', 'AUDIT_ONLY', 'SOMETIMES'),
    conditionLogic: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('ALL', 'ANY') },
      { weight: 1, arbitrary: fc.constant('SOME') },
    ),
    priority: fc.integer({ min: 0, max: 4 }),
    deletedAt: mostly<string | null>(null, '2025-03-01T09:00:00.000Z'),
    conditions: fc.array(condition, { minLength: 1, maxLength: 3 }),
    actions: fc.oneof(
      { weight: 3, arbitrary: action.map((one) => [one]) },
      { weight: 1, arbitrary: fc.array(action, { minLength: 1, maxLength: 3 }) },
    ),
  })
  .map((made) => ({ ...made, id: `${made.logicalId}-v${made.version}` }));

const policies = fc.uniqueArray(policy, { minLength: 1, maxLength: 7, selector: ({ id }) => id });

const transaction: fc.Arbitrary<Transaction> = fc
  .record({
    type,
    from: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...people) }, { weight: 1, arbitrary: fc.constant(null) }),
    to: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...people, people[0].toLowerCase()) },
      { weight: 1, arbitrary: fc.constantFrom(...unreadable) },
    ),
    value: fc.oneof({ weight: 15, arbitrary: base.map(String) }, { weight: 1, arbitrary: fc.constant(null) }),
    what: fc.constantFrom(
      { asset: 'ETH', contract: null, decimals: 18, chainId: 1 },
      { asset: 'ETH', contract: null, decimals: 18, chainId: 8453 },
      { asset: 'USDC', contract: usdc, decimals: 6, chainId: 1 },
      { asset: 'USDC', contract: usdcOnBase.toLowerCase(), decimals: 6, chainId: 8453 },
      { asset: 'USDC', contract: '0xdAC17F958D2ee523a2206206994597C13D831ec7', decimals: 6, chainId: 1 },
    ),
    quote: fc.constantFrom(
      null,
      { perToken: '1', currency: 'USD' },
      { perToken: '3120.57', currency: 'USD' },
      { perToken: '0.92', currency: 'EUR' },
    ),
  })
  .map(({ what, ...rest }) => ({ ...rest, ...what }));

test('allows what a literal reading of the policies allows, and nothing else', () => {
  const seen = { pairs: 0, allowed: 0, documents: 0 };
  const cases = fc.record({
    data: policies,
    nonStrict: mostly<Knowledge['nonStrict']>('continue', 'stop'),
    transactions: fc.array(transaction, { minLength: 40, maxLength: 40 }),
  });
  fc.assert(
    fc.property(cases, ({ data, nonStrict, transactions }) => {
      const rulebook = imported({ data, lists }, { ...options, nonStrict });
      seen.documents += 1;
      for (const one of transactions) {
        const ours = answered(rulebook, one).kind;
        seen.pairs += 1;
        if (ours === 'allow') seen.allowed += 1;
        expect({ one, verdict: ours }).toEqual({ one, verdict: decide(data, one, known(nonStrict)) });
      }
    }),
    { numRuns: 300 },
  );
  expect(seen.pairs).toBeGreaterThanOrEqual(10_000);
  // Neither side may agree by abstaining from everything.
  expect(seen.allowed).toBeGreaterThan(100);
}, 60_000);
