// Changes of who controls whom, told in words.
import { stringify } from 'lossless-json';
import { describe, expect, test } from 'vitest';
import type { Surroundings } from '../../../src/platforms/dfns/activity.ts';
import { documentOf, exact, policyOf, serviceAccount, translated } from './fixtures.ts';

const payee = '0xb282dc7cde21717f18337a596e91ded00b79b25f';

const factsOf = (name: string, around: Partial<Surroundings> = {}) =>
  translated(documentOf(`approvals/${name}.json`), around).activity.facts.map(
    ({ label, value }) => `${label}: ${value}`,
  );

describe('governance', () => {
  test('a change of a policy tells what is there now and what would be there after', () => {
    const policyNow = policyOf(documentOf('api/policy.get.amount-limit.json')).raw;

    const facts = factsOf('policies-modify-update', { policyNow });

    expect(facts).toEqual([
      'Change: changes the policy',
      'Policy: Large payments (raised) (plc-hjnmu-lhn0f-uoh6hooujdn4ttef)',
      'name: Large payments → Large payments (raised)',
      'rule.configuration.limit: 10000 → 100000',
    ]);
  });

  test('a policy that could not be read is told whole', () => {
    const facts = factsOf('policies-modify-update');
    expect(facts).toContain('As it stands now: could not be read');
    expect(facts).toContain('rule.configuration.limit: 100000');
  });

  test('archiving a policy is told as what it does', () => {
    expect(factsOf('policies-modify-archive')[0]).toBe('Change: archives the policy: it no longer protects anything');
  });

  test('a list tells what it gains and what it loses', () => {
    const text = stringify(documentOf('api/policy.get.amount-limit.json')) ?? '';
    const before = exact(text.replace('"us-togbr-mlvfv-vleftgk4kq3uifou"', '"us-former"'));

    const facts = factsOf('policies-modify-update', { policyNow: policyOf(before).raw });

    const path = 'action.approvalGroups.1.approvers.userId.in';
    expect(facts).toContain(`${path} gains: us-togbr-mlvfv-vleftgk4kq3uifou`);
    expect(facts).toContain(`${path} loses: us-former`);
  });

  test('a permission that goes to our own account says so', () => {
    expect(factsOf('permissions-assign')).toEqual([
      'Change: gives a permission',
      'Permission: pm-snek1-kj9in-7mm1o6a0694ovq5e',
      `To: ${serviceAccount} (the account that Countersign votes with)`,
      'Is immutable: no',
    ]);
    expect(factsOf('permissions-revoke')[0]).toBe('Change: takes a permission away');
    expect(factsOf('permissions-revoke')[2]).toBe('From: us-qac9l-4g1ho-qlaak6k1ks7md90j');
  });

  test('what a changed permission would allow is listed in full', () => {
    expect(factsOf('permissions-modify')).toContain(
      'Would allow: Wallets:Read, Wallets:Transfers:Create, Policies:Evaluations:Vote',
    );
  });

  test('a replaced address is shown whole, old and new', () => {
    const facts = factsOf('registry-addresses-modify');
    expect(facts).toContain(`Adds address: Ethereum ${payee}`);
    expect(facts).toContain('Removes address: Ethereum 0x1111111254eeb25477b68fb85ed929f73a960582');
  });
});
