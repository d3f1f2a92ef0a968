// Dfns' policies as rules: every documented example and form of document.
import { describe, expect, test } from 'vitest';
import type { DraftCondition } from '../../../src/domain/rulebook-draft.ts';
import { readJson } from '../../../src/domain/json.ts';
import { dfnsLanguage } from '../../../src/platforms/dfns/index.ts';
import { textOf } from './fixtures.ts';
import { draftOf } from './imported.ts';
import {
  aPolicy,
  importOf,
  notPlain,
  other,
  paid,
  read,
  settings,
  triggerOf,
  usdc,
  withRule,
} from './import-documents.ts';

const looks = (value: unknown) => dfnsLanguage.recognises(value);

const filtered = (filters: object) => triggerOf(aPolicy({ filters }));

describe('a document', () => {
  test.each(['amount-limit', 'anyone-can-approve', 'whitelist-two-groups'])('like %s is carried over whole', (name) => {
    const { rules, remarks } = importOf(textOf(`api/policy.get.${name}.json`));
    expect(rules).toHaveLength(1);
    expect(remarks).toEqual([]);
  });

  test('may hold one policy, a list, a page of Dfns’ list, or the argument of a creation', () => {
    const policy = aPolicy();
    const { id: _id, status: _status, ...body } = { id: '', status: '', ...policy };

    expect(importOf(policy).rules).toHaveLength(1);
    expect(importOf([policy, aPolicy({ id: 'plc-2' })]).rules.map(({ id }) => id)).toEqual(['plc-1', 'plc-2']);
    expect(importOf({ items: [policy] }).rules).toHaveLength(1);
    expect(importOf({ body }).rules).toMatchObject([{ id: 'one', source: { platform: 'dfns', id: 'One' } }]);
  });

  test('becomes one set in which every rule counts, about the one connection', () => {
    const { draft } = draftOf(read(textOf('api/policy.get.amount-limit.json')));

    expect(draft.sets).toEqual([
      {
        name: 'dfns-treasury',
        connections: ['treasury'],
        match: 'all-trigger',
        otherwise: 'pass-on',
        rules: [
          {
            id: 'plc-hjnmu-lhn0f-uoh6hooujdn4ttef',
            title: 'Large payments',
            stage: 'live',
            when: [
              { kind: 'method', in: ['Wallets:Sign'] },
              { kind: 'wallet-tag', anyOf: ['treasury'] },
              { any: [...notPlain, { not: { kind: 'amount', atMost: '10000 USD' } }] },
            ],
            effect: [{ people: ['Treasury'], quorum: 2 }],
            source: {
              platform: 'dfns',
              id: 'plc-hjnmu-lhn0f-uoh6hooujdn4ttef',
              version: '2026-08-20T09:12:44.010Z',
            },
          },
        ],
      },
    ]);
    expect(
      draftOf(dfnsLanguage.importPolicies(JSON.stringify(aPolicy()), { ...settings, connection: null })).draft.sets[0],
    ).not.toHaveProperty('connections');
  });

  test('is recognised by its activity kinds and rules, and no other is', () => {
    expect([aPolicy(), [aPolicy()], { items: [aPolicy()] }, { body: aPolicy() }].map(looks)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(
      [{}, [], null, 7, { rule: { kind: 'x' } }, { items: [] }, { rule: { approvalFlow: {} } }].map(looks),
    ).not.toContain(true);
    const reading = readJson(JSON.stringify({ items: [aPolicy()] }));
    expect(reading.kind === 'ok' && looks(reading.value)).toBe(true);
  });
});

describe('the documented example of', () => {
  test.each<[string, object | undefined, readonly DraftCondition[]]>([
    ['AlwaysTrigger', undefined, []],
    [
      'TransactionAmountLimit',
      { limit: 1000, currency: 'USD' },
      [{ any: [...notPlain, { not: { kind: 'amount', atMost: '1000 USD' } }] }],
    ],
    [
      'TransactionAmountLimitNominal',
      {
        assets: [
          { network: 'Ethereum', tid: 'native:eth', limit: '5000000000000000000' },
          { network: 'Ethereum', tid: `erc20:${usdc}`, limit: '10000000000' },
        ],
      },
      [
        {
          any: [
            ...notPlain,
            {
              all: [
                { kind: 'asset', in: [{ network: 'Ethereum', reference: 'native' }] },
                {
                  not: {
                    kind: 'base-units',
                    of: { network: 'Ethereum', reference: 'native' },
                    atMost: '5000000000000000000',
                  },
                },
              ],
            },
            {
              all: [
                { kind: 'asset', in: [{ network: 'Ethereum', reference: usdc }] },
                { not: { kind: 'base-units', of: { network: 'Ethereum', reference: usdc }, atMost: '10000000000' } },
              ],
            },
          ],
        },
      ],
    ],
    [
      'TransactionAmountVelocity',
      { limit: 1000, currency: 'USD', timeframe: 60 },
      [{ not: { kind: 'spent', window: '60m', per: ['wallet'], atMost: '1000 USD' } }],
    ],
    [
      'TransactionCountVelocity',
      { limit: 5, timeframe: 60 },
      [{ not: { kind: 'spent', window: '60m', per: ['wallet'], count: 5 } }],
    ],
    [
      'TransactionRecipientWhitelist',
      { addresses: [paid, other] },
      [{ any: [...notPlain, { not: { kind: 'recipient', in: [paid, other] } }] }],
    ],
  ])('%s is carried over with nothing to say', (kind, configuration, expected) => {
    const { rules, remarks } = importOf(withRule(kind, configuration));
    expect(rules[0]?.when.slice(1)).toEqual(expected);
    expect(remarks).toEqual([]);
  });

  test.each([
    ['ChainalysisTransactionPrescreening', { alerts: { alertLevel: 'LOW', categoryIds: [] } }, 'Chainalysis'],
    ['GlobalLedgerTransactionPrescreening', { riskScoreThreshold: 70, fallbackBehaviours: {} }, 'Global Ledger'],
    ['TravelRuleTransactionPrescreening', { vendor: 'Notabene', autoTriggerTimeoutSeconds: 300 }, 'Notabene'],
  ])('%s leaves all that it covers to people, and says so', (kind, configuration, by) => {
    const { rules, remarks } = importOf(withRule(kind, configuration));
    expect(rules[0]?.when[1]).toMatchObject({ kind: 'unsupported', what: expect.stringContaining(by) });
    expect(remarks).toEqual([
      {
        place: 'plc-1 rule.kind',
        words: expect.stringContaining(by),
        instead: expect.stringContaining('configure the screening check'),
      },
    ]);
  });

  test('a filter on wallets, on any tag, on all tags, and on both', () => {
    expect(filtered({ walletId: { in: ['wa-1', 'wa-2'] } })).toEqual([{ kind: 'wallet', in: ['wa-1', 'wa-2'] }]);
    expect(filtered({ walletTags: { hasAny: ['a', 'b'] } })).toEqual([{ kind: 'wallet-tag', anyOf: ['a', 'b'] }]);
    expect(filtered({ walletTags: { hasAll: ['a', 'b'], hasAny: ['c'] } })).toEqual([
      { kind: 'wallet-tag', allOf: ['a', 'b'] },
      { kind: 'wallet-tag', anyOf: ['c'] },
    ]);
    expect(filtered({ walletTags: { hasAll: [] } })).toEqual([]);
    expect(filtered({ policyId: { in: ['plc-1'] } })).toEqual([{ kind: 'field', name: 'policyId', in: ['plc-1'] }]);
    expect(filtered({ permissionId: { in: ['pm-1'] } })).toEqual([
      { kind: 'field', name: 'permissionId', in: ['pm-1'] },
    ]);
  });

  test('governance is about its own activities', () => {
    const kinds = ['Policies:Modify', 'Permissions:Assign', 'Registry:Addresses:Modify', 'Vaults:CreateLock'];
    const { rules, remarks } = importOf(
      kinds.map((activityKind, index) => aPolicy({ id: `plc-${index}`, activityKind })),
    );
    expect(rules.map(({ when }) => when[0])).toEqual([
      { kind: 'method', in: ['Policies:Modify'] },
      { kind: 'method', in: ['Permissions:Assign'] },
      { kind: 'method', in: ['Registry:Addresses:Modify', 'Alias:Modify'] },
      { kind: 'method', in: ['Vaults:CreateLock'] },
    ]);
    expect(remarks).toEqual([]);
  });
});
