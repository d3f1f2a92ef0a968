import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { noon } from '../../builders.ts';
import { answered, ether, imported, payee, usdc } from './imported.ts';
import { decide, type Asset, type Limit, type Matcher, type Question, type Transaction } from './reference.ts';

const other = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
const onXrpl = 'rNDvqWSvarYhvFsezgBE7jfJbqdAGXRRio';
const onBase: Asset = { ...ether, blockchain: 'BASE' };
const issued: Asset = {
  symbol: 'USD',
  standard: 'ISSUED_CURRENCY',
  blockchain: 'XRP_LEDGER',
  decimals: 6,
  contract: 'rIssuer',
};
const elsewhere: Asset = { symbol: 'HBAR', standard: 'NATIVE', blockchain: 'HEDERA', decimals: 8 };

const asset = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(ether, ether, usdc, onBase) },
  { weight: 1, arbitrary: fc.constantFrom(issued, elsewhere) },
);

const largest = 2n ** 256n - 1n;

/** In base units: limits, payments and histories are made of the same few, so that many sums meet a limit exactly. */
const quantity = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1n, 2n, 3n, 5n, 8n, 10n).map((one) => one * 1_000_000n) },
  { weight: 2, arbitrary: fc.constantFrom(1_999_999n, 2_000_001n, 9_999_999n, 10_000_001n, 1n, 0n) },
  { weight: 1, arbitrary: fc.constantFrom(largest, largest - 1n, largest / 2n) },
);

function decimal(units: bigint, decimals: number): string {
  const digits = units.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

const matcher: fc.Arbitrary<Matcher> = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(
        fc.constant('TRANSACTION_TYPE'),
        fc.subarray(['WITHDRAWAL', 'PALISADE_TRANSFER'], { minLength: 1 }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constant('TRANSACTION_TYPE'),
        fc.constantFrom<string[][]>(['PALISADE_RAW'], ['PALISADE_SWEEP'], ['Payment']),
      ),
    },
    {
      weight: 4,
      arbitrary: fc.tuple(
        fc.constantFrom('USER', 'API_CREDENTIAL'),
        fc.subarray(['u-1', 'u-2', 'k-1'], { minLength: 1 }),
      ),
    },
    { weight: 3, arbitrary: fc.tuple(fc.constant('COUNTERPARTY_ID'), fc.subarray(['c-1', 'c-2'], { minLength: 1 })) },
    {
      weight: 2,
      arbitrary: fc.tuple(
        fc.constant('COUNTERPARTY'),
        fc.subarray([payee, other.toLowerCase(), onXrpl], { minLength: 1 }),
      ),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constant('ADDRESS_ID'), fc.subarray(['a-1', 'a-2'], { minLength: 1 })) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('WALLET_ID'), fc.subarray(['w-2', 'w-3'], { minLength: 1 })) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('ALL_COUNTERPARTIES'), fc.constant<string[]>([])) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constant('CHAIN_ID'), fc.constantFrom<string[][]>(['1'], ['8453'], ['1', '8453'])),
    },
    { weight: 1, arbitrary: fc.constantFrom<[string, string[]]>(['SIGN_FOR', [payee]], ['MOON_PHASE', ['full']]) },
  )
  .chain(([type, values]) =>
    fc.constantFrom<Matcher>(
      { type, values },
      { type, value: values.join(',') },
      { type, value: values.join(','), values },
    ),
  );

const mostly = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof(
    { weight: 25, arbitrary: fc.constant(usual) },
    ...others.map((one) => ({ weight: 1, arbitrary: fc.constant(one) })),
  );

const span = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ limitType: 'PER_TX', duration: '0s' }) },
  {
    weight: 5,
    arbitrary: fc.constantFrom('3600s', '86400s').map((duration) => ({ limitType: 'ROLLING_DURATION', duration })),
  },
  { weight: 3, arbitrary: fc.constantFrom('0s', undefined).map((duration) => ({ limitType: 'CONSTANT', duration })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ limitType: 'PER_MOON', duration: '0s' }, { limitType: 'PER_TX', duration: '60s' }),
  },
);

const limit: fc.Arbitrary<Limit> = fc
  .record({
    id: fc.constant(''),
    walletId: fc.constantFrom('w-1', 'w-1', 'w-2'),
    span,
    asset,
    quantity: fc.oneof({ weight: 30, arbitrary: quantity }, { weight: 1, arbitrary: fc.constant(-1_000_000n) }),
    matchers: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Matcher[]>([]) },
      { weight: 5, arbitrary: matcher.map((one) => [one]) },
      { weight: 2, arbitrary: fc.array(matcher, { minLength: 2, maxLength: 2 }) },
    ),
    status: mostly(
      'LIMIT_ENABLED',
      'LIMIT_DELETION_APPROVAL_PENDING',
      'LIMIT_CREATED',
      'LIMIT_CREATION_APPROVAL_PENDING',
      'LIMIT_CREATION_APPROVAL_COMPLETE',
      'LIMIT_REJECTED',
      'LIMIT_DELETION_APPROVAL_COMPLETE',
      'LIMIT_DELETED',
      'LIMIT_ERROR',
      'LIMIT_ASLEEP',
    ),
    flipped: mostly(false, true),
  })
  .map(({ span: { limitType, duration }, quantity: base, flipped, ...rest }) => {
    const enforced = ['LIMIT_ENABLED', 'LIMIT_DELETION_APPROVAL_PENDING', 'LIMIT_ASLEEP'].includes(rest.status);
    const sign = base < 0n ? '-' : '';
    const limitQty = `${sign}${decimal(base < 0n ? -base : base, rest.asset.decimals)}`;
    return { ...rest, limitType, duration, limitQty, active: enforced !== flipped };
  });

/** The platform refuses two with the same wallet, type, symbol and matchers. */
const limits = fc
  .uniqueArray(limit, {
    minLength: 1,
    maxLength: 6,
    selector: ({ walletId, limitType, asset: { symbol }, matchers = [] }) => {
      const sorted = matchers.map(({ type, value = '', values = [] }) => {
        return JSON.stringify([
          type,
          [...new Set([...value.split(','), ...values])].filter((one) => one !== '').toSorted(),
        ]);
      });
      return JSON.stringify([walletId, limitType, symbol, sorted.toSorted()]);
    },
  })
  .map((made) => made.map((one, at) => ({ ...one, id: `limit-${at + 1}` })));

/** Just inside and just outside of a window, and far from both. */
const seconds = fc.constantFrom(0, 60, 3599.999, 3600, 3600.001, 7200, 86_399.999, 86_400, 86_400.001, 1_000_000);

const transaction: fc.Arbitrary<Transaction> = fc
  .record({
    id: fc.uuid(),
    walletId: fc.constantFrom('w-1', 'w-1', 'w-1', 'w-2'),
    createdBy: fc.constantFrom('u-1', 'u-2', 'k-1'),
    seconds,
    action: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('WITHDRAWAL', 'PALISADE_TRANSFER') },
      { weight: 1, arbitrary: fc.constantFrom('PALISADE_RAW', 'WEB3_SIGN') },
    ),
    asset,
    quantity,
    destinationAddress: fc.constantFrom(payee, payee.toLowerCase(), other),
    destination: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.constantFrom(
          { type: 'COUNTERPARTY', id: 'a-1', counterpartyId: 'c-1' },
          { type: 'COUNTERPARTY', id: 'a-2', counterpartyId: 'c-2' },
          { type: 'WALLET', id: 'w-2' },
          { type: 'EXTERNAL' },
        ),
      },
      { weight: 1, arbitrary: fc.constantFrom({ type: 'ALLOW_ADDRESS', id: 'a-1' }, { type: 'COUNTERPARTY' }) },
    ),
  })
  .map(({ seconds: past, quantity: base, ...rest }) => {
    const createdAt = new Date(noon - past * 1000).toISOString();
    const onLedger = rest.asset.blockchain === 'XRP_LEDGER' ? { destinationAddress: onXrpl } : {};
    return { ...rest, ...onLedger, createdAt, qty: decimal(base, rest.asset.decimals) };
  });

/** A sweep waits for an approval like anything else, but nobody says whether it uses up a limit. */
const asked = fc.oneof(
  { weight: 30, arbitrary: transaction },
  { weight: 1, arbitrary: transaction.map((one) => ({ ...one, action: 'PALISADE_SWEEP' })) },
);

test('allows what a literal reading of the limits allows, and nothing else', () => {
  const seen = { pairs: 0, allowed: 0, withHistory: 0 };
  const cases = fc.record({
    walletLimits: limits,
    evaluation: fc.constantFrom<Question['evaluation']>('all', 'all', 'any', 'override', 'specific'),
    questions: fc.array(fc.tuple(asked, fc.array(transaction, { maxLength: 4 })), { minLength: 40, maxLength: 40 }),
  });
  fc.assert(
    fc.property(cases, ({ walletLimits, evaluation, questions }) => {
      const rulebook = imported({ walletLimits }, { evaluation });
      for (const [one, history] of questions) {
        const ours = answered(rulebook, one, history).kind;
        const told = decide(walletLimits, one, history, { evaluation, now: noon, history: 'told' });
        seen.pairs += 1;
        if (ours === 'allow') seen.allowed += 1;
        if (ours === 'allow' && history.length > 0) seen.withHistory += 1;
        expect({ one, history, verdict: ours }).toEqual({ one, history, verdict: told });
        // Whoever knew the whole history would never say no to what is allowed here.
        const whole = decide(walletLimits, one, history, { evaluation, now: noon, history: 'whole' });
        expect({ one, history, wrong: ours === 'allow' && whole !== 'allow' }).toEqual({ one, history, wrong: false });
      }
    }),
    { numRuns: 300 },
  );
  expect(seen.pairs).toBeGreaterThanOrEqual(10_000);
  // Neither side may agree by abstaining from everything.
  expect(seen.allowed).toBeGreaterThan(100);
  expect(seen.withHistory).toBeGreaterThan(50);
}, 60_000);
