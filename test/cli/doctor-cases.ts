// Everything that `doctor` must notice in a deployment of the demo company, one fault at a time.
import type { Diagnosis } from '../../src/platforms/platform.ts';
import { bot, people, policyIds } from '../../src/sandbox/company.ts';
import type { Deployment } from './lab.ts';

/** What is wrong, how it is made so, which line says it, and what that line tells to do. */
export type Case = readonly [
  name: string,
  arrange: (deployment: Deployment) => unknown,
  outcome: Diagnosis['outcome'],
  words: RegExp,
  remedy: RegExp,
];

const replace = (from: string, to: string) => async (deployment: Deployment) =>
  deployment.rewrite((text) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`the file has no ${from}`);
    return changed;
  });

const configuration: readonly Case[] = [
  [
    'a group that the platform has not',
    replace('name: Compliance', 'name: Complaince'),
    'fault',
    /no policy on the platform has a group of this name/,
    /Did you mean "Compliance"\?/,
  ],
  [
    'an approver without an account',
    replace(`accounts:\n      treasury:\n        - ${people.carol.userId}\n`, 'accounts: {}\n'),
    'fault',
    /Carol Castillo \(carol\) has no account on "treasury"/,
    /Add `accounts: \{ treasury/,
  ],
  [
    'a secret in the file',
    replace('${TREASURY_TOKEN}', bot.token),
    'warning',
    /is a secret that stands in the file/,
    /Move it to the environment/,
  ],
  [
    'a missing ceiling',
    replace('    ceiling:\n      perItem: 1000000 USD\n      per24h: 20000000 USD\n', ''),
    'warning',
    /is missing, so Slack votes release nothing here/,
    /Write a ceiling/,
  ],
];

const services: readonly Case[] = [
  [
    'a database that does not answer',
    ({ env }) => (env['DATABASE_URL'] = 'postgres://nobody@127.0.0.1:1/none'),
    'fault',
    /does not answer/,
    /Check DATABASE_URL/,
  ],
  [
    'an embedded database that nobody started',
    ({ env }) => delete env['DATABASE_URL'],
    'warning',
    /embedded, and nothing has run in .*data yet/,
    /The first `countersign start` makes it/,
  ],
  [
    'a Redis that does not answer',
    ({ env }) => (env['REDIS_URL'] = 'redis://127.0.0.1:1'),
    'fault',
    /failed to reach Redis/,
    /Check REDIS_URL, or unset it/,
  ],
];

const slack: readonly Case[] = [
  [
    'a revoked token',
    ({ sandbox }) => sandbox.slack.token({ revoked: true }),
    'fault',
    /Slack refuses it: token_revoked/,
    /Install the app to the workspace again/,
  ],
  [
    'a missing scope',
    ({ sandbox }) => sandbox.slack.scopes(['chat:write', 'commands', 'users:read', 'channels:read', 'groups:read']),
    'fault',
    /missing: im:write/,
    /manifests\/slack-app\.yaml/,
  ],
  [
    'a scope too many',
    ({ sandbox }) =>
      sandbox.slack.scopes([
        'chat:write',
        'commands',
        'users:read',
        'channels:read',
        'groups:read',
        'im:write',
        'files:write',
      ]),
    'warning',
    /more than needed: files:write/,
    /Remove them from the app/,
  ],
  [
    'an archived channel',
    ({ sandbox }) => sandbox.slack.changeChannel({ id: 'C0APPROVALS', is_archived: true }),
    'fault',
    /is archived/,
    /Unarchive it/,
  ],
  [
    'a channel shared with another company',
    ({ sandbox }) => sandbox.slack.changeChannel({ id: 'C0APPROVALS', is_ext_shared: true }),
    'fault',
    /is shared with another company/,
    /Name a channel that only this workspace can read/,
  ],
  [
    'a channel without the app',
    ({ sandbox }) => sandbox.slack.changeChannel({ id: 'C0APPROVALS', members: ['U0ALICE'] }),
    'fault',
    /not a member|can't be read/,
    /Invite the app there/,
  ],
  [
    'a deactivated approver',
    ({ sandbox }) => sandbox.slack.changeUser('U0BOB', { deleted: true }),
    'fault',
    /U0BOB is deactivated/,
    /people\.bob\.slack/,
  ],
  [
    'an approver who is a guest',
    ({ sandbox }) => sandbox.slack.changeUser('U0BOB', { is_restricted: true }),
    'fault',
    /U0BOB is a guest/,
    /people\.bob\.slack/,
  ],
  [
    'Slack turned off',
    replace('slack:\n', 'slack:\n  enabled: false\n'),
    'warning',
    /is off: no cards/,
    /Set `slack: /,
  ],
];

const platform: readonly Case[] = [
  [
    'a token that is not accepted',
    ({ sandbox }) => sandbox.custody.setToken(bot.token, null),
    'fault',
    /does not accept the token/,
    /Create a new access token/,
  ],
  [
    'a missing permission',
    ({ sandbox }) =>
      sandbox.custody.setPermissions(
        bot.userId,
        bot.permissions.filter((name) => name !== 'Policies:Evaluations:Vote'),
      ),
    'fault',
    /missing: Policies:Evaluations:Vote/,
    /Add them to the permission/,
  ],
  [
    'a permission too many',
    ({ sandbox }) => sandbox.custody.setPermissions(bot.userId, [...bot.permissions, 'Wallets:Transfers:Create']),
    'fault',
    /more than needed: Wallets:Transfers:Create/,
    /Take them away/,
  ],
  [
    'somebody else’s account',
    replace(`userId: ${bot.userId}`, 'userId: us-wrong-accou-000000000000001'),
    'fault',
    /the token belongs to/,
    /the same service account/,
  ],
  [
    'a key that the platform does not know',
    replace(`credentialId: ${bot.credentialId}`, 'credentialId: Y3ItdW5rbm93bg'),
    'fault',
    /./,
    /Set `credentialId`/,
  ],
  [
    'a platform that does not answer',
    ({ sandbox }) => sandbox.custody.addFault({ kind: 'down', on: 'any' }),
    'fault',
    /could not be read/,
    /Check `baseUrl`/,
  ],
  [
    'a group that does not let service accounts approve',
    ({ sandbox }) => closeGroup(sandbox.custody),
    'warning',
    /does not let service accounts approve/,
    /Set serviceAccountsCanApprove/,
  ],
];

function closeGroup(custody: Deployment['sandbox']['custody']): void {
  const policy = custody.ledger().policies.find(({ id }) => id === policyIds.large);
  const groups = policy?.action.approvalGroups?.map((group) => ({ ...group, serviceAccountsCanApprove: false }));
  custody.editPolicy(
    policyIds.large,
    JSON.parse(JSON.stringify({ action: { ...policy?.action, approvalGroups: groups } })),
  );
}

export const cases: readonly Case[] = [...configuration, ...services, ...slack, ...platform];
