import { describe, expect, test } from 'vitest';
import { env, faultsOf, load, short, yaml } from './settings.ts';

describe('faults of the environment', () => {
  test.each([
    ['PORT', '70000', 'must be a whole number from 0 to 65535'],
    ['PORT', '80a', 'must be a whole number from 0 to 65535'],
    ['PORT', '-1', 'must be a whole number from 0 to 65535'],
    ['ROLE', 'wroker', 'must be one of: web, worker, all, migrate'],
    ['ROLE', 'web', 'is web, but the embedded database serves one process only'],
    ['LOG_LEVEL', 'verbose', 'must be one of: fatal, error, warn, info, debug, trace, silent'],
    ['DATABASE_URL', 'mysql://localhost', 'must be a URL that begins with postgres:// or postgresql://'],
    ['DATABASE_URL', '', 'is set but empty'],
    ['REDIS_URL', 'localhost:6379', 'must be a URL that begins with redis:// or rediss://'],
    ['SLACK_BOT_TOKEN', 'xapp-1', 'is not a bot token (xoxb-…)'],
    ['SLACK_APP_TOKEN', 'xoxb-1', 'is not an app-level token (xapp-…)'],
    ['SLACK_SIGNING_SECRET', 'short', 'must be at least 24 bytes long'],
    ['SLACK_SIGNING_SECRET', '', 'is set but empty'],
    [
      'SLACK_API_URL',
      'http://slack.example',
      'must begin with https:// (http:// only for this machine, as the sandbox uses it)',
    ],
  ])('refuses %s=%j', (variable, value, words) => {
    expect(short(yaml, { ...env, [variable]: value })).toContain(`${variable} ${words}`);
  });

  test('refuses to start without Slack tokens while Slack is on, and says how to turn it off', () => {
    const { SLACK_BOT_TOKEN: _b, SLACK_SIGNING_SECRET: _s, ...without } = env;

    const faults = faultsOf(load(yaml, without));

    expect(faults.map(({ path }) => path)).toEqual(['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET']);
    expect(faults[0]?.remedy).toContain('enabled: false');
  });

  test('names the missing tokens also when the Slack section has a fault of its own', () => {
    const { SLACK_BOT_TOKEN: _b, SLACK_SIGNING_SECRET: _s, ...without } = env;

    const faults = faultsOf(load(yaml.replace(/channel: C[A-Z0-9]+/, 'channel: approvals'), without));

    expect(faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'slack.channel']),
    );
  });

  test.each(['junk', 'mysql://localhost', ''])(
    'does not speak of the embedded database where DATABASE_URL is %j: nobody meant it',
    (url) => {
      const faults = short(yaml, { ...env, ROLE: 'web', DATABASE_URL: url });

      expect(faults.join('\n')).toContain('DATABASE_URL');
      expect(faults.join('\n')).not.toContain('embedded');
    },
  );

  test('refuses several processes without an audit key that they share', () => {
    const faults = short(yaml, { ...env, DATABASE_URL: 'postgres://localhost/x' });

    expect(faults).toEqual(['audit.key is missing: with DATABASE_URL every process must use the same key']);
  });

  test('names every unset variable at once, and where each is used', () => {
    const faults = short(yaml, { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: env['SLACK_SIGNING_SECRET'] });

    expect(faults).toEqual(
      [
        'connections.treasury.webhookSecrets[0] needs the environment variable DFNS_WEBHOOK_SECRET, which is not set',
      ].concat(
        ['token', 'credentialId', 'privateKey'].map((key, index) => {
          const variable = ['DFNS_TOKEN', 'DFNS_CREDENTIAL_ID', 'DFNS_PRIVATE_KEY'][index];
          return `connections.treasury.credentials.${key} needs the environment variable ${variable}, which is not set`;
        }),
      ),
    );
  });

  test('takes an empty variable for an unset one', () => {
    const faults = short(yaml, { ...env, DFNS_WEBHOOK_SECRET: '' });

    expect(faults).toEqual([
      'connections.treasury.webhookSecrets[0] needs the environment variable DFNS_WEBHOOK_SECRET, which is not set',
    ]);
  });
});
