// Amounts, decimals, prices and strange fields of a transfer: nothing about money is ever guessed.
import { describe, expect, test } from 'vitest';
import { readPlainTransfer, type Activity } from '../../../src/domain/activity.ts';
import { changed, exact, translated } from './fixtures.ts';

const inNative = (amount: string): Activity =>
  translated(changed('native-transfer', '"amount":"4250000000000000000"', `"amount":${amount}`)).activity;

describe('amounts', () => {
  test('keep every digit up to 2^256', () => {
    const largest = (2n ** 256n - 1n).toString();
    expect(inNative(`"${largest}"`)).toMatchObject({ amountBase: largest, unread: [] });
  });

  test.each([
    ['a number', '4250000000000000000', 'the amount came as a number, in which digits may have been lost'],
    ['a small number', '5', 'the amount came as a number, in which digits may have been lost'],
    ['missing', 'null', 'its amount is missing'],
    ['negative', '"-5"', 'the amount is not a whole number of base units'],
    ['a fraction', '"4.25"', 'the amount is not a whole number of base units'],
    ['an exponent', '"1e18"', 'the amount is not a whole number of base units'],
    ['hexadecimal', '"0x5"', 'the amount is not a whole number of base units'],
    ['zero-padded', '"007"', 'the amount is not a whole number of base units'],
    ['empty', '""', 'the amount is not a whole number of base units'],
    ['with a space', '"5 "', 'the amount is not a whole number of base units'],
    ['in other digits', '"٥"', 'the amount is not a whole number of base units'],
    ['a list', '["5"]', 'the amount is not a whole number of base units'],
  ])('that are %s are not read', (_, amount, reason) => {
    const activity = inNative(amount);
    expect(activity).toMatchObject({ amountBase: null, unread: [reason] });
    expect(readPlainTransfer(activity).kind).toBe('not-plain');
  });
});

const withDecimals = (decimals: string): Activity =>
  translated(changed('erc20-transfer', '"decimals":6', `"decimals":${decimals}`)).activity;

describe('decimals and prices', () => {
  test.each([
    ['6', 6],
    ['0', 0],
    ['255', 255],
    ['256', null],
    ['"6"', null],
    ['6.5', null],
    ['-6', null],
    ['null', null],
    ['1e2', null],
  ])('decimals %s are read as %s', (written, read) => {
    expect(withDecimals(written).asset?.decimals).toBe(read);
  });

  test("a coin's decimals that are not those of its network are not believed", () => {
    const activity = translated(changed('native-transfer', '"decimals":18', '"decimals":8')).activity;
    expect(activity.unread).toEqual(['the decimals of its coin are not those of Ethereum']);
  });

  test.each([
    ['3020.82', '3020.82'],
    ['1', '1'],
    ['1e-7', '1e-7'],
    ['0.1234567890123456789', '0.1234567890123456789'],
    ['0', null],
    ['0.00', null],
    ['0e5', null],
    ['-1', null],
    ['1e999', null],
    ['"3020.82"', null],
    ['{"price":3020.82}', null],
    ['null', null],
  ])('a quote of %s is the price %s', (written, price) => {
    const activity = translated(changed('native-transfer', '"USD":3020.82', `"USD":${written}`)).activity;
    expect(activity.price?.perToken ?? null).toBe(price);
  });

  test('only dollars are a price', () => {
    const activity = translated(changed('native-transfer', '"USD":3020.82,', '')).activity;
    expect(activity.price).toBeNull();
  });

  test('a price without the date of its request has no age', () => {
    const activity = translated(changed('native-transfer', '"dateRequested"', '"dateAsked"')).activity;
    expect(activity.price?.quotedAt).toBeNull();
  });
});

describe('what a transfer holds beyond what we know', () => {
  test.each<[string, string, string, string]>([
    ['a field in the request body', '"priority":"Standard"', '"offer":true', 'its field "offer" is not known'],
    ['a kind that is new', '"kind":"Native"', '"kind":"Erc9999"', 'transfers of kind "Erc9999" are not known'],
    [
      'a kind that objects have',
      '"kind":"Native"',
      '"kind":"constructor"',
      'transfers of kind "constructor" are not known',
    ],
    ['no recipient', '"to":"0xb282dc7cde21717f18337a596e91ded00b79b25f"', '"to":""', 'its recipient is missing'],
    ['a memo that is no text', '"priority":"Standard"', '"memo":{"a":1}', 'its memo is not a text'],
    [
      'something beside the request',
      '"activity":{"kind":"Wallets:Sign"',
      '"activity":{"kind":"Wallets:Sign","overrides":{"to":"0x1"}',
      'its activity has a field "overrides", which is not known',
    ],
  ])('%s is named, and the transfer is not plain', (_, from, to, reason) => {
    const activity = translated(changed('native-transfer', from, to)).activity;
    expect(activity.unread).toContain(reason);
    expect(readPlainTransfer(activity).kind).toBe('not-plain');
  });

  test('a destination tag that came as a number keeps its digits', () => {
    const activity = translated(
      changed('native-transfer', '"priority":"Standard"', '"memo":12345678901234567890'),
    ).activity;
    expect(activity).toMatchObject({ memo: '12345678901234567890', unread: [] });
  });

  test.each([
    ['two requests', '{"kind":"Wallets:Sign","transferRequest":{"id":"xfr-1"},"swapRequest":{"id":"swap-1"}}'],
    ['no request', '{"kind":"Wallets:Sign"}'],
    [
      'an unknown request',
      '{"kind":"Vaults:ReleaseQuarantine","releaseRequest":{"id":"rel-1","amount":12345678901234567890}}',
    ],
    ['a change under a signing kind', '{"kind":"Wallets:Sign","changeRequest":{"id":"cr-1","body":{}}}'],
    [
      'a transfer under another kind',
      '{"kind":"Policies:Modify","transferRequest":{"id":"xfr-1","requestBody":{"kind":"Native"}}}',
    ],
    ['an incoming transaction', '{"kind":"Wallets:IncomingTransaction","blockchainEvent":{"kind":"NativeTransfer"}}'],
  ])('an activity with %s is unknown, is doubted, and shows all of itself', (_, activity) => {
    const approval = translated(exact(anApprovalWith(activity)));
    expect(approval.activity.kind).toBe('unknown');
    expect(approval.activity.unread).toHaveLength(1);
    expect(approval.activity.facts.length).toBeGreaterThan(0);
  });

  test('a number in an unknown activity is shown with every digit', () => {
    const activity = '{"kind":"New","thing":{"amount":12345678901234567890.10}}';
    const { facts } = translated(exact(anApprovalWith(activity))).activity;
    expect(facts).toContainEqual({ label: 'thing.amount', value: '12345678901234567890.10' });
  });

  test('Details never hold more than a hundred facts', () => {
    const fields = Array.from({ length: 1000 }, (_, index) => `"f${index}":${index}`).join(',');
    expect(translated(exact(anApprovalWith(`{"kind":"New","thing":{${fields}}}`))).activity.facts).toHaveLength(100);
  });
});

function anApprovalWith(activity: string): string {
  return `{"id":"ap-1","initiatorId":"us-1","status":"Pending","activity":${activity},"policyEvaluations":[],"decisions":[]}`;
}

describe('a memo that is too long for a card', () => {
  const long = 'x'.repeat(201);

  test('leaves a transfer unread where the memo may decide who is credited', () => {
    const { activity } = translated(changed('stellar-native-memo', '"memo":"104417"', `"memo":"${long}"`));
    expect(readPlainTransfer(activity)).toMatchObject({
      kind: 'not-plain',
      reasons: expect.arrayContaining(['its memo is too long to show in full, and may decide who is credited']),
    });
  });

  test('does not where the network keeps no memo', () => {
    const amount = '"amount":"4250000000000000000"';
    const { activity } = translated(changed('native-transfer', amount, `${amount},"memo":"${long}"`));
    expect(readPlainTransfer(activity).kind).toBe('plain');
  });
});
