import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { change, configOf, env, faultsOf, load, platforms, rulebook, yaml } from './settings.ts';

describe('a configuration without faults', () => {
  test('loads into the whole configuration, with the defaults of the contract', () => {
    const config = configOf(load());

    expect(config).toMatchObject({
      role: 'all',
      host: '127.0.0.1',
      port: 3000,
      dataDir: '.countersign',
      logLevel: 'info',
      databaseUrl: null,
      redisUrl: null,
      slack: { enabled: true, channel: 'C0APPROVALS', botToken: 'xoxb-1-bot', appToken: null, apiUrl: null },
      timing: { approveAfterMs: 30_000, denyAfterMs: 60_000, personCoolingMs: 86_400_000, sweepMs: 30_000 },
      admins: ['alice', 'bob'],
      auditKey: null,
    });
    expect(config.connections).toEqual([
      {
        name: 'treasury',
        platform: 'dfns',
        mode: 'vote',
        baseUrl: 'https://api.dfns.io',
        webhookSecrets: [env['DFNS_WEBHOOK_SECRET']],
        credentials: {
          userId: 'us-service',
          token: 'eyJ-token',
          credentialId: 'cr-1',
          privateKey: '-----BEGIN PRIVATE KEY-----',
        },
        channel: 'C0APPROVALS',
      },
    ]);
    expect(config.groups[0]).toEqual({
      connection: 'treasury',
      policy: null,
      name: 'Treasury',
      votes: 'slack',
      automation: true,
      quorum: 2,
      denyQuorum: 1,
      approvers: ['alice', 'bob', 'carol'],
      ceiling: { perItem: { value: '1000000', currency: 'USD' }, per24h: { value: '2000000', currency: 'USD' } },
    });
    expect(config.budgets[0]).toEqual({
      connection: 'treasury',
      per: 'connection',
      windowMs: 86_400_000,
      count: 20,
      amount: { value: '50000', currency: 'USD' },
    });
    expect(config.rulebook?.sets.flatMap((set) => set.rules.map((rule) => rule.id))).toEqual(['routine']);
  });

  test('gives no warnings', () => {
    const reading = load();

    expect(reading).toMatchObject({ kind: 'ok', warnings: [] });
  });

  test('is what the example in manifests/ is, with its variables set', () => {
    const reading = loadConfig({
      env: {
        ...env,
        CONFIG_FILE: 'manifests/countersign.example.yaml',
        DATABASE_URL: 'postgres://localhost/countersign',
        AUDIT_KEY: 'k'.repeat(32),
      },
      // The two examples are copied under these names, as the README says.
      readFile: (path) => readFileSync(path.replace(/rulebook\.yaml$/, 'rulebook.example.yaml'), 'utf8'),
      platforms,
      parseRulebook,
    });

    expect(faultsOf(reading)).toEqual([]);
    const warnings = reading.kind === 'ok' ? reading.warnings.map(({ words }) => words) : [];
    expect(warnings).toEqual(['has no effect while the mode of "treasury" is observe']);
  });

  test('a connection may name its own channel', () => {
    const config = configOf(load(change('    mode: vote', '    mode: vote\n    channel: C0OTHER')));

    expect(config.connections[0]?.channel).toBe('C0OTHER');
  });

  test('a rulebook is found beside the configuration file, not in the working directory', () => {
    const asked: string[] = [];

    loadConfig({
      env: { ...env, CONFIG_FILE: '/etc/countersign/countersign.yaml' },
      readFile: (path) => {
        asked.push(path);
        return path.endsWith('countersign.yaml') ? yaml : rulebook;
      },
      platforms,
      parseRulebook,
    });

    expect(asked).toEqual(['/etc/countersign/countersign.yaml', '/etc/countersign/rulebook.yaml']);
  });

  test('without a rulebook and budgets nothing is automatic, and the groups that expect it are warned about', () => {
    const bare = yaml.slice(0, yaml.indexOf('budgets:'));

    const reading = load(bare);

    expect(configOf(reading)).toMatchObject({ rulebook: null, budgets: [] });
    expect(reading.kind === 'ok' && reading.warnings.map(({ path, words }) => `${path} ${words}`)).toEqual([
      'groups[0].automation has no effect without a rulebook',
    ]);
  });

  test('a group without further settings votes on the platform and allows no automation', () => {
    const section = '  - connection: treasury\n    name: Ops\ngroups_end:';
    const text = change(/ {2}- connection: treasury\n {4}name: Treasury[^]*per24h: 2000000 USD \}/, section);

    const config = configOf(load(text.replace('groups_end:\n', '')));

    expect(config.groups[0]).toEqual({
      connection: 'treasury',
      policy: null,
      name: 'Ops',
      votes: 'platform',
      automation: false,
      quorum: 1,
      denyQuorum: 1,
      approvers: [],
      ceiling: null,
    });
  });

  test('Slack off needs no tokens', () => {
    const { SLACK_BOT_TOKEN: _b, SLACK_SIGNING_SECRET: _s, ...without } = env;

    const config = configOf(load(change('  channel: C0APPROVALS', '  enabled: false'), without));

    expect(config.slack).toEqual({ enabled: false });
  });

  test('an app token makes it Socket Mode, which needs no signing secret', () => {
    const { SLACK_SIGNING_SECRET: _, ...without } = env;

    const config = configOf(load(yaml, { ...without, SLACK_APP_TOKEN: 'xapp-1' }));

    expect(config.slack).toMatchObject({ enabled: true, signingSecret: null, appToken: 'xapp-1' });
  });

  test.each(['http://127.0.0.1:8080', 'http://localhost:9', 'http://[::1]:9'])('takes %s as the sandbox', (url) => {
    const config = configOf(load(change('https://api.dfns.io', url)));

    expect(config.connections[0]?.baseUrl).toBe(url);
  });

  test('a value of the environment never becomes YAML', () => {
    const config = configOf(load(yaml, { ...env, DFNS_TOKEN: 'a: [b]\n"#' }));

    expect(config.connections[0]?.credentials).toMatchObject({ token: 'a: [b]\n"#' });
  });
});

describe('the key that signs votes', () => {
  const { DFNS_PRIVATE_KEY: _, ...keyless } = env;
  const worker = { DATABASE_URL: 'postgres://localhost/x', AUDIT_KEY: 'k'.repeat(32) };
  const withAudit = `${yaml}audit: { key: '\${AUDIT_KEY}' }\n`;

  test('is not needed by a process that only serves the web', () => {
    const config = configOf(load(withAudit, { ...keyless, ...worker, ROLE: 'web' }));

    expect(config.connections[0]?.credentials).not.toHaveProperty('privateKey');
  });

  test('is not needed by a connection that never votes', () => {
    const reading = load(change('mode: vote', 'mode: card'), keyless);

    expect(configOf(reading).connections[0]?.credentials).not.toHaveProperty('privateKey');
  });

  test('is needed where votes are sent', () => {
    const faults = faultsOf(load(withAudit, { ...keyless, ...worker, ROLE: 'worker' }));

    expect(faults.map(({ path, words }) => `${path} ${words}`)).toEqual([
      'connections.treasury.credentials.privateKey needs the environment variable DFNS_PRIVATE_KEY, which is not set',
    ]);
  });

  test("is needed even there when the platform's schema cannot do without it", () => {
    const text = change('platform: dfns', 'platform: keyed', withAudit);

    const faults = faultsOf(load(text, { ...keyless, ...worker, ROLE: 'web' }));

    expect(faults.map(({ words }) => words)).toEqual([
      'needs the environment variable DFNS_PRIVATE_KEY, which is not set',
    ]);
  });
});

describe('the hash', () => {
  const hash = configOf(load()).hash;

  test.each([
    ['another token', yaml, { ...env, DFNS_TOKEN: 'other' }],
    ['another webhook secret', yaml, { ...env, DFNS_WEBHOOK_SECRET: 'whs-zyxwvutsrqponmlkjihgfedcba' }],
    ['another bot token', yaml, { ...env, SLACK_BOT_TOKEN: 'xoxb-other' }],
    ['another signing secret', yaml, { ...env, SLACK_SIGNING_SECRET: 'f'.repeat(32) }],
    ['another port', yaml, { ...env, PORT: '4000' }],
    ['an audit key', `${yaml}audit: { key: ${'k'.repeat(40)} }\n`, env],
    ['a comment', `# a comment\n${yaml}`, env],
  ])('is the same with %s', (_, text, variables) => {
    expect(configOf(load(text, variables)).hash).toBe(hash);
  });

  test.each([
    ['a lower quorum', change('quorum: 2', 'quorum: 3')],
    ['another approver', change('approvers: [alice, bob, carol]', 'approvers: [alice, bob]')],
    ['another ceiling', change('perItem: 1000000 USD', 'perItem: 1000001 USD')],
    ['another budget', change('count: 20', 'count: 21')],
    ['another Slack user', change('T0ACME/U0BOB', 'T0ACME/U0ROB')],
    ['another mode', change('mode: vote', 'mode: observe')],
    ['another pause', `${yaml}timing: { approveAfterSeconds: 31 }\n`],
  ])('is another with %s', (_, text) => {
    expect(configOf(load(text)).hash).not.toBe(hash);
  });

  test('is another with another rulebook', () => {
    const files = { 'rulebook.yaml': change('atMost: 1000 USD', 'atMost: 1001 USD', rulebook) };

    expect(configOf(load(yaml, env, files)).hash).not.toBe(hash);
  });

  test('holds nothing of a secret: no secret is a part of what is hashed', () => {
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
