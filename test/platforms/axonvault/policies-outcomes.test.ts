// What imported policies of AxonVault allow: only by name, within limits, below the threshold, by the highest policy.
import { describe, expect, test } from 'vitest';
import { draftOf } from '../dfns/imported.ts';
import { aPolicy, flow, importOf, limits, listed, payout, read, second, stranger, whitelist } from './documents.ts';

const at = (hours: number) => hours * 3_600_000;

const named = (name: string, priority: number, rule: object) =>
  aPolicy(rule, { policyId: `pol_${name}`, name, priority });

describe('what is allowed', () => {
  const whole = aPolicy({ addressWhitelist: whitelist, amountLimit: limits, approvalFlow: flow });

  test.each<[string, Parameters<typeof payout>[1], object]>([
    [
      'a listed recipient, within its limits, below the threshold',
      { dollars: 299.999999 },
      { kind: 'allow', rule: 'pol_1.allow' },
    ],
    [
      'exactly the threshold is asked about',
      { dollars: 300 },
      { kind: 'abstain', because: 'objection', rules: ['pol_1.approval'] },
    ],
    [
      'above the limit of one transaction',
      { dollars: 400.000001 },
      { kind: 'abstain', because: 'objection', rules: ['pol_1.limits'] },
    ],
    [
      'nobody who is not listed',
      { to: stranger },
      { kind: 'abstain', because: 'objection', rules: ['pol_1.recipients'] },
    ],
    ['what completes the daily limit exactly', { ages: Array(9).fill(1000) }, { kind: 'allow', rule: 'pol_1.allow' }],
    [
      'nothing above the daily limit',
      { dollars: 100.000001, ages: Array(9).fill(1000) },
      { kind: 'abstain', because: 'objection', rules: ['pol_1.limits'] },
    ],
    [
      'what was spent yesterday does not count',
      { ages: Array(20).fill(12 * 3_600_000 + 1) },
      { kind: 'allow', rule: 'pol_1.allow' },
    ],
    ['nothing without a price', { price: null }, { kind: 'abstain', because: 'unknown' }],
  ])('%s', (_, change, expected) => {
    expect(payout(whole, change)).toMatchObject(expected);
  });

  test('limits, or an approval flow, alone never allow', () => {
    expect(payout(aPolicy({ amountLimit: limits }))).toMatchObject({ kind: 'abstain' });
    expect(payout(aPolicy({ approvalFlow: flow }))).toMatchObject({ kind: 'abstain' });
  });

  test.each([
    ['a policy that is not enabled', aPolicy({ addressWhitelist: whitelist }, { enabled: false })],
    ['a whitelist that is not enabled', aPolicy({ addressWhitelist: { ...whitelist, enabled: false } })],
    [
      'a whitelist that does not say whether it is',
      aPolicy({ addressWhitelist: { allowedAddresses: [listed], denyAll: true } }),
    ],
    [
      'a whitelist without addresses',
      aPolicy({ addressWhitelist: { enabled: true, allowedAddresses: [], denyAll: true } }),
    ],
    ['a limit of zero', aPolicy({ addressWhitelist: whitelist, amountLimit: { ...limits, perTxLimit: '0' } })],
    ['a threshold of zero', aPolicy({ addressWhitelist: whitelist, approvalFlow: { ...flow, threshold: '0' } })],
    ['a part that is new', aPolicy({ addressWhitelist: whitelist, timeWindow: { enabled: true } })],
    ['a key that is new', aPolicy({ addressWhitelist: { ...whitelist, chains: ['eip155:1'] } })],
    [
      'a limit in a currency that nothing is priced in',
      aPolicy({ addressWhitelist: whitelist, amountLimit: { ...limits, currency: 'EUR' } }),
    ],
  ])('%s allows nothing', (_, policy) => {
    expect(payout(policy).kind).toBe('abstain');
    expect(payout(policy, {}, { matching: 'speaking' }).kind).toBe('abstain');
  });

  test('the threshold itself, the day and whose spend counts are settings', () => {
    const daily = aPolicy({ addressWhitelist: whitelist, amountLimit: { ...limits, dailyLimit: '200' } });

    expect(payout(whole, { dollars: 300 }, { threshold: 'exceeded' }).kind).toBe('allow');
    expect(payout(daily, { ages: [at(1), at(13)] }).kind).toBe('allow');
    expect(payout(daily, { ages: [at(1), at(13)] }, { day: 'rolling' }).kind).toBe('abstain');
    expect(payout(daily, { ages: [at(1), at(13)] }, { day: 'Pacific/Kiritimati' }).kind).toBe('allow');
    expect(payout(daily, { ages: [at(1), at(2)] }).kind).toBe('abstain');
    expect(payout(daily, { ages: [at(1), at(2)] }, { dailyPer: 'wallet' }).kind).toBe('allow');
  });
});

describe('priority', () => {
  const big = named('big', 100, { approvalFlow: flow });
  const known = named('known', 50, { addressWhitelist: whitelist });

  test('the highest policy decides alone, or the highest that has something to say', () => {
    expect(payout([known, big])).toMatchObject({ kind: 'abstain', rules: ['pol_big.rest'] });
    expect(payout([known, big], {}, { matching: 'speaking' })).toMatchObject({
      kind: 'allow',
      rule: 'pol_known.allow',
    });
    expect(payout([known, big], { dollars: 500 }, { matching: 'speaking' })).toMatchObject({
      rules: ['pol_big.approval'],
      groups: ['usr_cfo', 'usr_ceo'],
    });
  });

  test('policies of one priority count together, and that is said', () => {
    const same = [known, named('other', 50, { addressWhitelist: { ...whitelist, allowedAddresses: [listed] } })];
    const { remarks } = importOf(same);

    expect(remarks).toMatchObject([
      { place: 'pol_known, pol_other', words: expect.stringContaining('same priority (50)') },
    ]);
    expect(payout(same).kind).toBe('allow');
    expect(payout(same, { to: second }).kind).toBe('abstain');
    expect(payout([...same, named('silent', 50, { amountLimit: limits })]).kind).toBe('abstain');
  });

  test('beyond a million keeps its order without its number', () => {
    const { draft } = draftOf(
      read([known, named('first', 2_147_483_647, { addressWhitelist: { ...whitelist, allowedAddresses: [second] } })]),
    );
    expect(draft.sets[0]).toMatchObject({ order: 'as-written' });
    expect(draft.sets[0]?.rules.map(({ id, priority }) => [id, priority])[0]).toEqual([
      'pol_first.recipients',
      undefined,
    ]);
  });
});
