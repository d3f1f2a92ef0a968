// AxonVault's policies as rules: the documented examples and every form of document.
import { describe, expect, test } from 'vitest';
import { axonvaultLanguage } from '../../../src/platforms/axonvault/index.ts';
import { draftOf } from '../dfns/imported.ts';
import { aPolicy, fixture, flow, importOf, limits, listed, second, whitelist } from './documents.ts';

const looks = (value: unknown) => axonvaultLanguage.recognises(value);

describe('the documented examples', () => {
  test.each(['policy.create.request', 'policy.create.response'])('%s is carried over whole', (name) => {
    const { rules, remarks } = importOf(fixture(name));
    expect(remarks).toEqual([]);
    expect(rules.map(({ id }) => id.split('.')[1])).toEqual(['approval', 'rest']);
    expect(rules[0]).toMatchObject({
      title: 'High Value Approval: asks people',
      priority: 100,
      when: [{ kind: 'amount', atLeast: '10000 USD' }],
      effect: { people: ['usr_admin1', 'usr_admin2'], quorum: 1 },
    });
  });

  test.each([
    ['policy.whitelist.rule', ['recipients', 'allow', 'rest']],
    ['policy.amount-limit.rule', ['limits', 'rest']],
  ])('%s is carried over whole, in a policy that is enabled', (name, parts) => {
    const { rule }: { rule: object } = JSON.parse(fixture(name));
    const { rules, remarks } = importOf(aPolicy(rule));
    expect(remarks).toEqual([]);
    expect(rules.map(({ id }) => id.split('.')[1])).toEqual(parts);
  });

  test('a bare rule is read as in force, allows nothing, and says so', () => {
    const { rules, remarks } = importOf(fixture('policy.whitelist.rule'));
    expect(rules.map(({ id }) => id)).toEqual(['policy-1.recipients', 'policy-1.rest']);
    expect(remarks).toEqual([
      {
        place: 'Policy 1 enabled',
        words: 'does not say whether it is enabled',
        instead: 'taken as in force; it allows nothing',
      },
    ]);
  });

  test('three parts at once become one set, first match, the highest priority first', () => {
    const { draft, remarks } = draftOf(
      axonvaultLanguage.importPolicies(
        JSON.stringify({
          policy: aPolicy(
            { addressWhitelist: whitelist, amountLimit: limits, approvalFlow: flow },
            { updateAt: '2024-01-15T10:30:00Z' },
          ),
        }),
        { connection: 'treasury', stage: 'shadow', options: {} },
      ),
    );
    const source = { platform: 'axonvault', id: 'pol_1', version: '2024-01-15T10:30:00Z' };
    const common = { priority: 100, source };
    const within = [
      { kind: 'amount', atMost: '400 USD' },
      { kind: 'spent', window: 'day UTC', per: 'connection', atMost: '1000 USD' },
    ];
    const toListed = { kind: 'recipient', in: [listed, second] };
    expect(remarks).toEqual([]);
    expect(draft.sets).toEqual([
      {
        name: 'axonvault-treasury',
        connections: ['treasury'],
        match: 'first-match',
        order: 'high-first',
        otherwise: 'abstain',
        rules: [
          {
            id: 'pol_1.recipients',
            title: 'Production: only to its addresses',
            stage: 'live',
            ...common,
            when: [{ not: toListed }],
            effect: { abstain: 'AxonVault blocks recipients that are not listed' },
          },
          {
            id: 'pol_1.limits',
            title: 'Production: within its limits',
            stage: 'live',
            ...common,
            when: [{ any: within.map((not) => ({ not })) }],
            effect: { abstain: 'AxonVault blocks what is above its limits' },
          },
          {
            id: 'pol_1.approval',
            title: 'Production: asks people',
            stage: 'live',
            ...common,
            when: [{ kind: 'amount', atLeast: '300 USD' }],
            effect: { people: ['usr_cfo', 'usr_ceo'], quorum: 2 },
          },
          {
            id: 'pol_1.allow',
            title: 'Production: allows its addresses',
            stage: 'shadow',
            ...common,
            when: [
              { kind: 'activity', in: ['transfer'] },
              toListed,
              ...within,
              { not: { kind: 'amount', atLeast: '300 USD' } },
            ],
            effect: 'allow',
          },
          {
            id: 'pol_1.rest',
            title: 'Production: decides alone',
            stage: 'live',
            ...common,
            when: [{ kind: 'always' }],
            effect: { abstain: 'this policy decides, and does not allow it by name' },
          },
        ],
      },
    ]);
  });

  test('are recognised by their parts, and no other policy is', () => {
    const policy = aPolicy({ approvalFlow: flow });
    expect([policy, [policy], { policy }, { policies: [policy] }, { items: [policy] }].map(looks)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect([{}, [], null, 7, { rule: { kind: 'AlwaysTrigger' } }, { policies: [] }].map(looks)).not.toContain(true);
  });
});
