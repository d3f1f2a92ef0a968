import { describe, expect, test } from 'vitest';
import { change, short, withoutRemedy, yaml, type Refusal } from './settings.ts';

const carol = '  - id: carol\n';

const structure: readonly Refusal[] = [
  ['an unknown section', `${yaml}budget: []\n`, 'budget is not a key that is known here'],
  [
    'an unknown key',
    change('    quorum: 2', '    quorun: 2\n    quorum: 2'),
    'groups[0].quorun is not a key that is known here',
  ],
  ['a list instead of sections', '- a\n', ' must be a section with keys'],
  ['a list that is a section', change('budgets:\n', 'budgets:\n  x: 1\nother:\n'), 'budgets must be a list'],
  ['no connections', yaml.replace(/connections:[^]*?people:/, 'people:'), 'connections is missing'],
  [
    'a connection name with a slash',
    change('  treasury:\n', '  a/b:\n'),
    'connections.a/b is not a name of a connection: it becomes part of a URL',
  ],
  [
    'a platform that is not built',
    change('dfns\n', 'fireblocks\n'),
    'connections.treasury.platform "fireblocks" is not supported; this version supports: dfns, keyed',
  ],
  ['no mode', change('    mode: vote\n', ''), 'connections.treasury.mode is missing'],
  [
    'an unknown mode',
    change('mode: vote', 'mode: auto'),
    'connections.treasury.mode must be one of: observe, card, vote',
  ],
  [
    'plain http',
    change('https://api', 'http://api'),
    'connections.treasury.baseUrl must begin with https:// (http:// only for this machine, as the sandbox uses it)',
  ],
  [
    'a password in the URL',
    change('https://api', 'https://me:pass@api'),
    'connections.treasury.baseUrl must not hold a user or password',
  ],
  ['a URL that is none', change('https://api.dfns.io', 'dfns'), 'connections.treasury.baseUrl must be a URL'],
  [
    'no webhook secret',
    change("['${DFNS_WEBHOOK_SECRET}']", '[]'),
    'connections.treasury.webhookSecrets must not be empty',
  ],
  [
    'a short webhook secret',
    change("['${DFNS_WEBHOOK_SECRET}']", '[whs-short]'),
    'connections.treasury.webhookSecrets[0] must be at least 24 bytes long',
  ],
  [
    'credentials that the platform does not know',
    change('      userId: us-service\n', '      user: us-service\n'),
    'connections.treasury.credentials.userId is missing',
  ],
  [
    'a channel name',
    change('channel: C0APPROVALS', "channel: '#approvals'"),
    'slack.channel must be a Slack channel id',
  ],
  ['a sweep that is too slow', `${yaml}timing: { sweepSeconds: 61 }\n`, 'timing.sweepSeconds must be at most 60'],
  ['a negative pause', `${yaml}timing: { denyAfterSeconds: -1 }\n`, 'timing.denyAfterSeconds must be at least 0'],
  ['a short audit key', `${yaml}audit: { key: short }\n`, 'audit.key must be at least 32 characters long'],
  [
    'a stray ${',
    change('us-service', "'us-${x-y}'"),
    'connections.treasury.credentials.userId has a ${ that does not name an environment variable',
  ],
];

const people: readonly Refusal[] = [
  ['one id twice', change(carol, '  - id: bob\n'), 'people[2].id "bob" is already the id of another person'],
  [
    'one Slack user for two people',
    change('T0ACME/U0BOB', 'T0ACME/U0ALICE'),
    'people[1].slack[0] T0ACME/U0ALICE already belongs to "alice"',
  ],
  [
    'one account for two people',
    change('[us-bob]', '[us-alice]'),
    'people[1].accounts.treasury[0] us-alice already belongs to "alice"',
  ],
  [
    'an e-mail address for a Slack user',
    change('T0ACME/U0BOB', 'bob@acme.example'),
    'people[1].slack[0] must be team/user',
  ],
  ['a Slack user without its team', change('T0ACME/U0BOB', 'U0BOB'), 'people[1].slack[0] must be team/user'],
  [
    'an account on an unknown connection',
    change('{ treasury: [us-bob] }', '{ tresury: [us-bob] }'),
    'people[1].accounts.tresury "tresury" is not one of `connections`',
  ],
  [
    'the service account as a person',
    change('[us-bob]', '[us-service]'),
    'people[1].accounts.treasury[0] us-service is the service account of "treasury", not a person\'s account',
  ],
  [
    'an unknown admin',
    change('admins: [alice, bob]', 'admins: [alice, bobby]'),
    'admins[1] "bobby" is not the id of anybody in `people`',
  ],
  ['an admin twice', change('admins: [alice, bob]', 'admins: [alice, alice]'), 'admins[1] repeats "alice"'],
];

describe.each([
  ['structure', structure],
  ['people', people],
] as const)('faults of %s', (_, rows) => {
  test.each(rows)('refuses %s', (_name, text, fault) => {
    expect(short(text)).toContain(fault);
  });

  test('every one of them says what to do', () => {
    expect(withoutRemedy(rows)).toEqual([]);
  });
});
