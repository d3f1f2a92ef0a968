import { describe, expect, test } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import { activityKinds, type Activity } from '../../src/domain/activity.ts';
import { anActivity, anAsset, hourMs, newRecipient, noon, serviceAccount } from '../builders.ts';
import { aRecipient, find } from './find.ts';

function to(address: string): Partial<Activity> {
  return { destinations: [{ address, amountBase: '1' }] };
}

const other = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

describe('every check', () => {
  test('has a name and a title of its own', () => {
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
    expect(new Set(checks.map(({ title }) => title)).size).toBe(checks.length);
  });

  test('passes the plain transfer that all other tests change in one thing', () => {
    const outcomes = checks.map(({ name }) => [name, find(name).outcome]);

    expect(outcomes).toEqual(checks.map(({ name }) => [name, 'pass']));
  });

  test('none of them passes nothing at all as harmless twice: an empty activity is stopped by several', () => {
    const nothing: Partial<Activity> = {
      kind: 'unknown',
      network: null,
      wallet: null,
      destinations: [],
      asset: null,
      amountBase: null,
      price: null,
    };

    const abstaining = checks.filter(({ name }) => find(name, nothing).outcome !== 'pass').map(({ name }) => name);

    expect(abstaining).toEqual([
      'activity-kind',
      'asset',
      'address-format',
      'decode-agreement',
      'signed-data',
      'look-alike',
      'price',
    ]);
  });
});

describe('activity-kind', () => {
  test.each(activityKinds.filter((kind) => kind !== 'transfer'))('flags %s', (kind) => {
    expect(find('activity-kind', { kind }).outcome).toBe('flag');
  });

  test.each([
    ['a field that could not be read', { unread: ['its fee is unknown'] }],
    ['two destinations', { destinations: [anActivity().destinations, anActivity().destinations].flat() }],
    ['no destination', { destinations: [] }],
    ['no wallet', { wallet: null }],
    ['no amount', { amountBase: null }],
  ] as const)('flags a transfer with %s', (_, activity) => {
    expect(find('activity-kind', activity).outcome).toBe('flag');
  });

  test('says that governance is never automatic', () => {
    expect(find('activity-kind', { kind: 'policy-change', platformKind: 'Policies:Modify' }).words).toBe(
      'it changes who controls what (Policies:Modify): never automatic',
    );
  });
});

describe('asset', () => {
  const coin = anAsset({ standard: 'Native', reference: null, decimals: 18, verified: null });

  test.each([
    ["the network's own coin", coin, 'pass'],
    ['a token that the platform vouches for', anAsset(), 'pass'],
    ['a token about which the platform says nothing', anAsset({ verified: null }), 'pass'],
    ['a token that the platform does not vouch for', anAsset({ verified: false }), 'flag'],
    ['a coin with the decimals of another', { ...coin, decimals: 8 }, 'flag'],
    ['unknown decimals', anAsset({ decimals: null }), 'unavailable'],
    ['broken decimals', anAsset({ decimals: 6.5 }), 'unavailable'],
    ['no asset', null, 'unavailable'],
  ] as const)('%s', (_, asset, outcome) => {
    expect(find('asset', { asset }).outcome).toBe(outcome);
  });
});

describe('address-format', () => {
  test.each([
    ['an address with a checksum', to(newRecipient), 'pass'],
    ['an address without a checksum', to(newRecipient.toLowerCase()), 'pass'],
    ['a wrong checksum', to(newRecipient.replace('dE', 'De')), 'flag'],
    ['an address that is too short', to('0x1234'), 'flag'],
    ['a name', to('alice.eth'), 'flag'],
    ['an address of another network', { ...to(newRecipient), network: 'Bitcoin' }, 'flag'],
    ['a network that cannot be checked', { ...to('G'.repeat(56)), network: 'Stellar' }, 'unavailable'],
    ['a network that is not known', { ...to(newRecipient), network: 'Atlantis' }, 'unavailable'],
    ['no network', { network: null }, 'unavailable'],
    ['no recipient', { destinations: [] }, 'unavailable'],
  ] as const)('%s', (_, activity, outcome) => {
    expect(find('address-format', activity).outcome).toBe(outcome);
  });

  test('one bad address among good ones is enough', () => {
    const destinations = [newRecipient, '0x1'].map((address) => ({ address, amountBase: '1' }));

    expect(find('address-format', { destinations }).outcome).toBe('flag');
  });

  test('says that a checksum is missing', () => {
    expect(find('address-format', to(newRecipient.toLowerCase())).words).toContain('without a checksum');
  });
});

describe('initiator', () => {
  test.each([
    ['a person', { account: 'us-dave', serviceAccount: false }, 'pass'],
    ['another service account', { account: 'us-payroll', serviceAccount: true }, 'pass'],
    ['our own service account', { account: serviceAccount, serviceAccount: true }, 'flag'],
    ['our own service account, not marked as one', { account: serviceAccount, serviceAccount: null }, 'flag'],
    ['nobody known', null, 'unavailable'],
  ] as const)('%s', (_, initiator, outcome) => {
    expect(find('initiator', {}, { initiator }).outcome).toBe(outcome);
  });
});

describe('blind-signature', () => {
  test.each([
    ['a bare hash', { blind: true }],
    ['a raw signature', { kind: 'raw-signature' }],
  ] as const)('%s is a stop', (_, activity) => {
    expect(find('blind-signature', activity).outcome).toBe('stop');
  });
});

describe('look-alike', () => {
  const imitated = `${newRecipient.slice(0, 6)}${'a'.repeat(30)}${newRecipient.slice(-6)}`.toLowerCase();
  const alike = [imitated];

  test('stops for a recipient that imitates a known one', () => {
    const finding = find('look-alike', {}, { recipients: [aRecipient({ paidOn: [], alike })] });

    expect(finding).toMatchObject({ outcome: 'stop', evidence: { recipient: newRecipient, looksLike: imitated } });
  });

  test.each([
    ['paid before', { paidOn: ['Ethereum'] }],
    ['named by a rule', { paidOn: [], isListed: true }],
  ])('flags two known recipients that look alike, and locks nobody out for good: %s', (_, known) => {
    expect(find('look-alike', {}, { recipients: [aRecipient({ ...known, alike })] }).outcome).toBe('flag');
  });

  test('stops where nobody knows whether the recipient was paid', () => {
    expect(find('look-alike', {}, { recipients: [aRecipient({ paidOn: null, alike })] }).outcome).toBe('stop');
  });

  test('looks at every recipient', () => {
    const recipients = [aRecipient({ address: other }), aRecipient({ paidOn: [], alike })];

    expect(find('look-alike', {}, { recipients }).outcome).toBe('stop');
  });

  test('is unavailable when nothing is known about the recipients', () => {
    expect(find('look-alike', {}, { recipients: [] }).outcome).toBe('unavailable');
  });

  test('asks for what is known about the recipients', () => {
    expect(checks.filter(({ needs }) => needs.recipients === true).map(({ name }) => name)).toEqual(['look-alike']);
  });
});

describe('price', () => {
  const price = { perToken: '1', currency: 'USD', quotedAt: noon - 23 * hourMs };

  test.each([
    ['a fresh quote', price, 'pass'],
    ['no quote', null, 'unavailable'],
    ['a quote older than a day', { ...price, quotedAt: noon - 25 * hourMs }, 'unavailable'],
    ['a quote from the future', { ...price, quotedAt: noon + hourMs }, 'unavailable'],
    ['a quote of nothing', { ...price, perToken: '0' }, 'unavailable'],
    ['a negative quote', { ...price, perToken: '-3' }, 'unavailable'],
    ['a quote that is no number', { ...price, perToken: 'NaN' }, 'unavailable'],
  ] as const)('%s', (_, quote, outcome) => {
    expect(find('price', { price: quote }).outcome).toBe(outcome);
  });

  test('says what it is worth and how old the quote is', () => {
    expect(find('price', { price })).toMatchObject({
      words: "it is worth 250,000.00 USD by the platform's quote",
      dataAt: price.quotedAt,
    });
  });
});
