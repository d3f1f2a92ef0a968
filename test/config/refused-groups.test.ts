import { describe, expect, test } from 'vitest';
import { change, short, withoutRemedy, type Refusal } from './settings.ts';

const groups: readonly Refusal[] = [
  [
    'an unknown connection',
    change('  - connection: treasury\n', '  - connection: tresury\n'),
    'groups[0].connection "tresury" is not one of `connections`',
  ],
  [
    'an unknown approver',
    change('[alice, bob, carol]', '[alice, bob, karol]'),
    'groups[0].approvers[2] "karol" is not the id of anybody in `people`',
  ],
  ['an approver twice', change('[alice, bob, carol]', '[alice, bob, bob]'), 'groups[0].approvers[2] repeats "bob"'],
  ['a quorum of zero', change('quorum: 2', 'quorum: 0'), 'groups[0].quorum must be at least 1'],
  ['a negative quorum', change('quorum: 2', 'quorum: -1'), 'groups[0].quorum must be at least 1'],
  [
    'a fractional quorum',
    change('quorum: 2', 'quorum: 1.5'),
    'groups[0].quorum must be a whole number, not the number 1.5',
  ],
  [
    'a quorum that is not a number',
    change('quorum: 2', 'quorum: .nan'),
    'groups[0].quorum must be a number, not the number NaN',
  ],
  [
    'a quorum above the approvers',
    change('quorum: 2', 'quorum: 4'),
    'groups[0].quorum is 4, but only 3 approvers are listed',
  ],
  [
    'a deny quorum above the approvers',
    change('quorum: 2', 'quorum: 2\n    denyQuorum: 4'),
    'groups[0].denyQuorum is 4, but only 3 approvers are listed',
  ],
  [
    'Slack votes without a quorum',
    change('    quorum: 2\n', ''),
    'groups[0].quorum is missing, and votes in Slack need one',
  ],
  [
    'Slack votes without approvers',
    change('    approvers: [alice, bob, carol]\n', ''),
    'groups[0].quorum is 2, but only 0 approvers are listed',
  ],
  [
    'a quorum that only people without an account could reach',
    change(
      '{ treasury: [us-alice] }',
      '{}',
      change('[us-bob]', '[us-bob]\n    slack_x: 1')
        .replace('\n    slack_x: 1', '')
        .replace('    slack: [T0ACME/U0CAROL]\n', ''),
    ),
    'groups[0].approvers "alice", "carol" cannot vote: no Slack user, or no account there',
  ],
  [
    'a group twice',
    change('budgets:', '  - { connection: treasury, name: Treasury }\nbudgets:'),
    'groups[1] repeats "Treasury" of "treasury" (without a policy)',
  ],
  [
    'two currencies in a ceiling',
    change('per24h: 2000000 USD', 'per24h: 2000000 EUR'),
    'groups[0].ceiling has two currencies',
  ],
  [
    'a ceiling for one item above that for a day',
    change('per24h: 2000000 USD', 'per24h: 2 USD'),
    'groups[0].ceiling allows more for one item than for 24 hours',
  ],
  ['half a ceiling', change(', per24h: 2000000 USD', ''), 'groups[0].ceiling.per24h is missing'],
  [
    'automation that is almost true',
    change('automation: true', 'automation: yes'),
    'groups[0].automation must be true or false, not text',
  ],
];

const money = [
  '10_000 USD',
  '10.000,00 USD',
  '10,000 USD',
  '10.000 USD',
  '10000',
  '10000 usd',
  '10000USD',
  '-5 USD',
  '1e4 USD',
  '0x10 USD',
  '5 ETH',
  'USD 5',
  '',
  ' ',
];

const budgets: readonly Refusal[] = [
  ...money.map((text): Refusal => [
    `"${text}" for money`,
    change('amount: 50000 USD', `amount: '${text}'`),
    `budgets[0].amount "${text}" is not an amount of money`,
  ]),
  [
    'a number for money',
    change('amount: 50000 USD', 'amount: 50000'),
    'budgets[0].amount must be text, not the number 50000',
  ],
  ['nothing for money', change('amount: 50000 USD', 'amount: 0.00 USD'), 'budgets[0].amount must be more than zero'],
  ...['0h', '24', '24 h', '25m', '1.5h', '32d', '-1h', '1w'].map((text): Refusal => [
    `"${text}" for a window`,
    change('window: 24h', `window: '${text}'`),
    `budgets[0].window "${text}" is not a window between 1h and 31d`,
  ]),
  ['a count of zero', change('count: 20', 'count: 0'), 'budgets[0].count must be at least 1'],
  [
    'a budget twice',
    change('per: recipient', 'per: connection'),
    'budgets[1] repeats a budget with the same connection, per and window',
  ],
  [
    'a budget for an unknown connection',
    change('budgets:\n  - { connection: treasury', 'budgets:\n  - { connection: ops'),
    'budgets[0].connection "ops" is not one of `connections`',
  ],
];

describe.each([
  ['groups', groups],
  ['budgets', budgets],
] as const)('faults of %s', (_, rows) => {
  test.each(rows)('refuses %s', (_name, text, fault) => {
    expect(short(text)).toContain(fault);
  });

  test('every one of them says what to do', () => {
    expect(withoutRemedy(rows)).toEqual([]);
  });
});
