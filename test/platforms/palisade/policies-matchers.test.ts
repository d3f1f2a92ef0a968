import { describe, expect, test } from 'vitest';
import { aLimit, aTransfer, ago, answered, imported, payee, verdict } from './imported.ts';
import type { Matcher, Transaction } from './reference.ts';

/** Limits the wallet w-1 to 1 ETH where the matcher matches, beside 10 ETH for everything. */
function withMatcher(...matchers: readonly Matcher[]): readonly unknown[] {
  return [aLimit(), aLimit({ limitQty: '1', matchers: [...matchers] })];
}

/** 9 ETH, a minute ago. */
function nineBefore(createdBy: string): readonly Transaction[] {
  return [aTransfer({ qty: '9', createdBy, createdAt: ago(60) })];
}

function low(...matchers: readonly Matcher[]): unknown {
  return aLimit({ limitQty: '1', matchers });
}

function high(...matchers: readonly Matcher[]): unknown {
  return aLimit({ limitQty: '10', matchers });
}

describe('a matcher', () => {
  const wallet = { type: 'WALLET', id: 'w-2' };
  const external = { type: 'EXTERNAL' };

  test.each<[string, Matcher, Partial<Transaction>, 'applies' | 'does not apply' | 'unknown']>([
    ['the type', { type: 'TRANSACTION_TYPE', value: 'WITHDRAWAL,PALISADE_TRANSFER' }, {}, 'applies'],
    ['another type', { type: 'TRANSACTION_TYPE', values: ['WITHDRAWAL'] }, {}, 'does not apply'],
    ['a type that nobody knows', { type: 'TRANSACTION_TYPE', value: 'Payment' }, {}, 'unknown'],
    ['the user', { type: 'USER', value: 'u-1' }, {}, 'applies'],
    ['another user', { type: 'USER', value: 'u-2' }, {}, 'does not apply'],
    ['the credential', { type: 'API_CREDENTIAL', value: 'k-1' }, { createdBy: 'k-1' }, 'applies'],
    ['a user where a credential is meant', { type: 'API_CREDENTIAL', value: 'k-1' }, {}, 'does not apply'],
    ['the counterparty’s address', { type: 'COUNTERPARTY', value: payee.toLowerCase() }, {}, 'applies'],
    ['an address that cannot be read', { type: 'COUNTERPARTY', value: 'bank-1' }, {}, 'unknown'],
    ['the counterparty', { type: 'COUNTERPARTY_ID', value: 'c-1' }, {}, 'applies'],
    ['another counterparty', { type: 'COUNTERPARTY_ID', value: 'c-2' }, {}, 'does not apply'],
    [
      'a wallet, which is no counterparty',
      { type: 'COUNTERPARTY_ID', value: 'c-1' },
      { destination: wallet },
      'does not apply',
    ],
    ['any counterparty', { type: 'ALL_COUNTERPARTIES' }, {}, 'applies'],
    ['no counterparty', { type: 'ALL_COUNTERPARTIES' }, { destination: external }, 'does not apply'],
    [
      'an entry of the older list',
      { type: 'ALL_COUNTERPARTIES' },
      { destination: { type: 'ALLOW_ADDRESS', id: 'a' } },
      'unknown',
    ],
    ['the entry of the address book', { type: 'ADDRESS_ID', values: ['a-1'] }, {}, 'applies'],
    ['another entry', { type: 'ADDRESS_ID', values: ['a-2'] }, {}, 'does not apply'],
    ['the other wallet', { type: 'WALLET_ID', value: 'w-2' }, { destination: wallet }, 'applies'],
    ['an address, which is no wallet', { type: 'WALLET_ID', value: 'w-2' }, {}, 'does not apply'],
    ['an address that has the id of a wallet', { type: 'WALLET_ID', value: 'a-1' }, {}, 'does not apply'],
    ['another chain', { type: 'CHAIN_ID', value: '8453' }, {}, 'does not apply'],
    ['this chain, which is documented for raw signing', { type: 'CHAIN_ID', value: '1' }, {}, 'unknown'],
    ['whom it is signed for, which nobody tells', { type: 'SIGN_FOR', value: payee }, {}, 'unknown'],
    ['a matcher that nobody knows', { type: 'MOON_PHASE', value: 'full' }, {}, 'unknown'],
    ['a matcher without values', { type: 'USER' }, {}, 'unknown'],
    ['a value and values that differ', { type: 'USER', value: 'u-1', values: ['u-2'] }, {}, 'unknown'],
  ])('on %s', (_, matcher, overrides, expected) => {
    const answer = answered(
      imported([aLimit({ limitQty: '1', matchers: [matcher] })]),
      aTransfer({ qty: '1', ...overrides }),
    );

    const found = answer.kind === 'allow' ? 'applies' : answer.because === 'nothing' ? 'does not apply' : 'unknown';
    expect(found).toBe(expected);
  });

  test('every one of a limit must match for it to apply', () => {
    const user: Matcher = { type: 'USER', value: 'u-1' };

    expect(verdict(withMatcher(user, { type: 'COUNTERPARTY_ID', value: 'c-1' }))).toBe('abstain');
    expect(verdict(withMatcher(user, { type: 'COUNTERPARTY_ID', value: 'c-2' }))).toBe('allow');
  });

  test('narrows a sum to what matches too', () => {
    const limits = [
      aLimit({ limitType: 'ROLLING_DURATION', duration: '3600s', matchers: [{ type: 'USER', value: 'u-1' }] }),
    ];

    expect(verdict(limits, aTransfer(), nineBefore('u-2'))).toBe('allow');
    expect(verdict(limits, aTransfer(), nineBefore('u-1'))).toBe('abstain');
  });

  test('that a sum cannot be narrowed to counts more, which is never wrong: above the limit it is unknown', () => {
    const limits = [
      aLimit({ limitType: 'ROLLING_DURATION', duration: '3600s', matchers: [{ type: 'ADDRESS_ID', value: 'a-1' }] }),
    ];
    const past = [
      aTransfer({
        qty: '9',
        destination: { type: 'COUNTERPARTY', id: 'a-2', counterpartyId: 'c-2' },
        createdAt: ago(60),
      }),
    ];

    expect(imported(limits).remarks).toMatchObject([{ words: expect.stringContaining('sum') }]);
    expect(verdict(limits)).toBe('allow');
    expect(answered(imported(limits), aTransfer(), past)).toMatchObject({ because: 'unknown' });
  });

  test('that names sweeps says that they never come here', () => {
    const { remarks } = imported([aLimit({ matchers: [{ type: 'TRANSACTION_TYPE', value: 'PALISADE_SWEEP' }] })]);

    expect(remarks).toMatchObject([{ words: expect.stringContaining('bypasses') }]);
  });
});

describe('limits that apply together', () => {
  const user: Matcher = { type: 'USER', value: 'u-1' };
  const type: Matcher = { type: 'TRANSACTION_TYPE', value: 'PALISADE_TRANSFER' };
  const chain: Matcher = { type: 'MOON_PHASE', value: 'full' };

  test.each<[string, string, readonly unknown[], string]>([
    ['all', 'a low one objects', [high(user), low()], 'abstain'],
    ['any', 'a high one is enough', [high(user), low()], 'allow'],
    ['any', 'none is', [low(user), low()], 'abstain'],
    ['override', 'the initiator before the type', [high(user), low(type)], 'allow'],
    ['override', 'the type before none', [high(type), low()], 'allow'],
    ['override', 'a low one that is stronger', [low(user), high(type)], 'abstain'],
    [
      'override',
      'two that are equally strong',
      [high(user), aLimit({ limitType: 'CONSTANT', limitQty: '1', matchers: [user] })],
      'abstain',
    ],
    ['override', 'a stronger one that does not match', [low({ type: 'USER', value: 'u-2' }), high()], 'allow'],
    ['override', 'one whose strength nobody knows', [low(chain), high()], 'abstain'],
    ['specific', 'one with a matcher stands for those without', [high(type), low()], 'allow'],
    ['specific', 'all with a matcher count', [high(user), low(type)], 'abstain'],
    ['specific', 'without a match, those without matcher', [high({ type: 'USER', value: 'u-2' }), low()], 'abstain'],
  ])('%s: %s', (evaluation, _, limits, expected) => {
    expect(verdict(limits, aTransfer(), [], { evaluation })).toBe(expected);
  });
});
