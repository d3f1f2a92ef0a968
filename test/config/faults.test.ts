import { describe, expect, test } from 'vitest';
import { describeFaults } from '../../src/config.ts';
import { change, env, faultsOf, load, rulebook, short, yaml } from './settings.ts';

describe('how faults are reported', () => {
  test('all of them at once, whatever their section', () => {
    const text = change(
      'quorum: 2',
      'quorum: 0',
      change('mode: vote', 'mode: auto', change('U0BOB', 'bob', `${yaml}x: 1\n`)),
    );

    expect(short(text, { ...env, PORT: 'x' })).toEqual([
      'PORT must be a whole number from 0 to 65535',
      'x is not a key that is known here',
      'connections.treasury.mode must be one of: observe, card, vote',
      'people[1].slack[0] must be team/user',
      'groups[0].quorum must be at least 1',
    ]);
  });

  test('with the line of the file', () => {
    const [fault] = faultsOf(load(change('quorum: 2', 'quorum: 0')));

    expect(fault).toMatchObject({ file: 'countersign.yaml', line: yaml.split('\n').indexOf('    quorum: 2') + 1 });
  });

  test('a missing key has the line of its section', () => {
    const [fault] = faultsOf(load(change('    mode: vote\n', '')));

    expect(fault?.line).toBe(yaml.split('\n').indexOf('  treasury:') + 1);
  });

  test('an unknown key gets the nearest known one', () => {
    const [fault] = faultsOf(load(change('    automation: true', '    automaton: true')));

    expect(fault).toMatchObject({ path: 'groups[0].automaton', remedy: 'Did you mean "automation"?' });
  });

  test('no fault repeats a secret', () => {
    const secrets = {
      ...env,
      DFNS_WEBHOOK_SECRET: 'hunter2',
      DFNS_PRIVATE_KEY: 'not-a-key-hunter2',
      DATABASE_URL: 'mysql://me:hunter2@db',
      SLACK_BOT_TOKEN: 'hunter2',
      SLACK_SIGNING_SECRET: 'hunter2',
      REDIS_URL: 'hunter2',
      SLACK_API_URL: 'https://me:hunter2@slack.example',
    };
    const text = change('https://api.dfns.io', 'https://me:hunter2@api.dfns.io');

    const described = describeFaults(faultsOf(load(text, secrets)));

    expect(described).toMatch(/has 8 faults/);
    expect(described).not.toContain('hunter2');
  });

  test('a file that is not there is one fault with a remedy', () => {
    const faults = faultsOf(load(yaml, { ...env, CONFIG_FILE: 'nowhere.yaml' }));

    expect(faults).toMatchObject([{ file: 'nowhere.yaml', line: null, path: '' }]);
    expect(faults[0]?.words).toContain('cannot be read');
  });

  test.each([
    ['two documents', `${yaml}---\na: 1\n`],
    ['a key twice', `${yaml}admins: [alice]\n`],
    ['an unknown tag', `${yaml}x: !!js/function "f"\n`],
    ['a tab for indentation', 'a:\n\tb: 1\n'],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
    ],
    ['a key that is __proto__', `${yaml}__proto__: { admins: [] }\n`],
  ])('%s is refused before anything is read', (_, text) => {
    expect(faultsOf(load(text))).toHaveLength(1);
  });

  test('an unquoted ${NAME} inside braces gets the remedy', () => {
    const [fault] = faultsOf(load(`${yaml}audit: { key: \${AUDIT_KEY} }\n`));

    expect(fault?.remedy).toContain('put quotes around "${NAME}"');
  });

  test("the rulebook's faults are among them, with its own file and line", () => {
    const files = { 'rulebook.yaml': change('atMost: 1000 USD', 'atMost: 1000', rulebook) };

    const faults = faultsOf(load(change('quorum: 2', 'quorum: 0'), env, files));

    expect(faults).toHaveLength(2);
    expect(faults[1]?.file).toMatch(/\/rulebook\.yaml$/);
    expect(faults[1]).toMatchObject({ line: 10, path: 'rules[0].when[1].atMost' });
  });

  test.each([
    ['activity', / {6}- \{ kind: activity.*\n/, 'is live but has no condition on activity'],
    ['amount', / {6}- \{ kind: amount.*\n/, 'is live but has no condition on amount with atMost'],
    ['recipient', / {6}- \{ kind: recipient.*\n/, 'is live but has no condition on recipient'],
  ])('a rulebook whose live rule does not say which %s is refused', (_, line, words) => {
    const faults = faultsOf(load(yaml, env, { 'rulebook.yaml': change(line, '', rulebook) }));

    expect(faults).toMatchObject([
      {
        line: 8,
        path: 'rules[0].when',
        words: `${words}, so it would approve too much`,
        file: expect.stringMatching(/rulebook\.yaml$/),
      },
    ]);
  });

  test('a rulebook about a connection that does not exist is refused', () => {
    const files = { 'rulebook.yaml': change('rules:', 'connections: [tresury]\nrules:', rulebook) };

    expect(faultsOf(load(yaml, env, files))).toMatchObject([
      { line: 4, path: 'connections[0]', remedy: 'Did you mean "treasury"?' },
    ]);
  });

  test('a rulebook that is not there is a fault, never "no rulebook"', () => {
    const faults = faultsOf(load(yaml, env, {}));

    expect(faults).toHaveLength(1);
    expect(faults[0]?.remedy).toContain('relative to that file');
  });

  test('the description for the terminal counts, places and remedies them', () => {
    const text = describeFaults(faultsOf(load(change('quorum: 2', 'quorum: 0'), { ...env, PORT: 'x' })));

    expect(text).toBe(
      [
        'The configuration has 2 faults:',
        '  environment  PORT must be a whole number from 0 to 65535',
        '      Write e.g. PORT=3000; 0 takes any free port.',
        '  countersign.yaml:33  groups[0].quorum must be at least 1',
        '      Write how many different people must approve, e.g. `quorum: 2`.',
      ].join('\n'),
    );
  });
});

describe('warnings', () => {
  test.each([
    [
      'one admin only',
      change('admins: [alice, bob]', 'admins: [alice]'),
      'admins names fewer than two people, and it takes two to resume a switch',
    ],
    [
      'a quorum of one',
      change('quorum: 2', 'quorum: 1'),
      'groups[0].quorum is 1, but at least 2 different people stand behind every release',
    ],
    [
      'an approver without an account',
      change('{ treasury: [us-carol] }', '{}'),
      'groups[0].approvers "carol" cannot vote: no Slack user, or no account there',
    ],
    [
      'Slack votes without a ceiling',
      change(/ {4}ceiling: .*\n/, ''),
      'groups[0].ceiling is missing, so Slack votes release nothing here',
    ],
    [
      'Slack votes while Slack is off',
      change('  channel: C0APPROVALS', '  enabled: false'),
      'groups[0] votes in Slack, which is off',
    ],
    [
      'a mode that sends nothing',
      change('mode: vote', 'mode: observe'),
      'groups[0] has no effect while the mode of "treasury" is observe',
    ],
    [
      'a secret in the file',
      change('${DFNS_TOKEN}', 'eyJ-literal'),
      'connections.treasury.credentials.token is a secret that stands in the file',
    ],
  ])('warns about %s and loads', (_, text, warning) => {
    const reading = load(text);

    expect(
      reading.kind === 'ok' ? reading.warnings.map(({ path, words }) => `${path} ${words}`) : reading.faults,
    ).toEqual([warning]);
  });
});
