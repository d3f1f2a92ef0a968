import { describe, expect, test } from 'vitest';
import type { KnownRecipient, SimilarPayment } from '../../src/checks/check.ts';
import { duplicatePayment } from '../../src/checks/duplicate-payment.ts';
import { firstPayment } from '../../src/checks/first-payment.ts';
import { networkHistory } from '../../src/checks/network-history.ts';
import type { Outcome } from '../../src/domain/finding.ts';
import { hourMs, newRecipient, noon } from '../builders.ts';
import { aRecipient, find } from './find.ts';

const other = aRecipient({ address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' });

describe('first-payment', () => {
  test.each<readonly [string, readonly KnownRecipient[], Outcome]>([
    ['somebody who was paid before', [aRecipient()], 'pass'],
    ['somebody who was paid on another network', [aRecipient({ paidOn: ['Polygon'] })], 'pass'],
    ['a stranger whom a rule names', [aRecipient({ paidOn: [], isListed: true })], 'pass'],
    ['a stranger', [aRecipient({ paidOn: [] })], 'flag'],
    ['one stranger among others', [other, aRecipient({ paidOn: [] })], 'flag'],
    ['an address that cannot be read', [aRecipient({ paidOn: null })], 'unavailable'],
    ['an address that cannot be read, and that a rule names', [aRecipient({ paidOn: null, isListed: true })], 'pass'],
    ['nobody, or too many', [], 'unavailable'],
  ])('%s', (_, recipients, outcome) => {
    expect(find(firstPayment, {}, { recipients }).outcome).toBe(outcome);
  });

  test('names the stranger in full', () => {
    expect(find(firstPayment, {}, { recipients: [aRecipient({ paidOn: [] })] })).toMatchObject({
      words: `nothing was paid to ${newRecipient} before, and no rule names it`,
      evidence: { recipient: newRecipient },
    });
  });
});

describe('network-history', () => {
  test.each<readonly [string, Partial<KnownRecipient>, Outcome]>([
    ['paid on this network', { paidOn: ['Ethereum'] }, 'pass'],
    ['paid on this network and on others', { paidOn: ['Polygon', 'Ethereum'] }, 'pass'],
    ['never paid', { paidOn: [] }, 'pass'],
    ['paid on others only', { paidOn: ['Polygon', 'Base'] }, 'flag'],
    ['paid on others only, and named by a rule', { paidOn: ['Polygon'], isListed: true }, 'flag'],
    ['unreadable', { paidOn: null }, 'unavailable'],
  ])('%s', (_, recipient, outcome) => {
    expect(find(networkHistory, {}, { recipients: [aRecipient(recipient)] }).outcome).toBe(outcome);
  });

  test('says where it was paid', () => {
    expect(find(networkHistory, {}, { recipients: [aRecipient({ paidOn: ['Polygon', 'Base'] })] }).words).toBe(
      `${newRecipient} was paid on Polygon, Base before, and never on Ethereum`,
    );
  });

  test.each([
    ['without a network', { network: null }, {}],
    ['without recipients', {}, { recipients: [] }],
  ])('is unavailable %s', (_, activity, around) => {
    expect(find(networkHistory, activity, around).outcome).toBe('unavailable');
  });
});

describe('duplicate-payment', () => {
  const check = duplicatePayment(24 * hourMs);
  const similar: readonly SimilarPayment[] = [
    { reference: 'ap-1', state: 'pending', at: noon - hourMs, externalId: 'inv-1' },
  ];

  test('flags an earlier payment like it, and says which', () => {
    expect(find(check, {}, { similar })).toMatchObject({
      outcome: 'flag',
      words: 'the same amount to the same recipient was asked for before (ap-1, pending)',
      evidence: { earlier: 'ap-1', state: 'pending', at: '2026-11-20T11:00:00Z', externalId: 'inv-1' },
    });
  });

  test('passes when there was none', () => {
    expect(find(check)).toMatchObject({
      outcome: 'pass',
      words: 'there was no payment like it in the last 24 hours',
    });
  });

  test.each([
    ['no recipient', { destinations: [] }, {}],
    ['an unknown amount', { amountBase: null }, {}],
    ['what cannot be compared', {}, { similar: null }],
  ])('is unavailable for %s', (_, activity, around) => {
    expect(find(check, activity, around).outcome).toBe('unavailable');
  });

  test('asks for payments in its window', () => {
    expect(check.needs).toEqual({ similarWithinMs: 24 * hourMs });
  });
});
