// The platform on its first morning: the demo company's people, service accounts, wallets and policies.
import { bot, groupNames, payoutsBot, people, policyIds, tokens, wallets } from '../company.ts';
import type { CompanyWallet } from '../company.ts';
import { addIdentity } from './auth.ts';
import { copyObject } from './json.ts';
import type { Policy } from './ledger.ts';
import type { World } from './world.ts';

const since = '2026-05-02T10:00:00.000Z';
const dayInMinutes = 1440;

/** TEST ONLY: the bearer token of `alice` and the others, or of `payoutsBot`. */
export const testTokenOf = (name: string): string => `TEST-ONLY-token-${name}`;

const memberPermissions = [
  'Policies:Evaluations:Read',
  'Policies:Evaluations:Vote',
  'Policies:Read',
  'Wallets:Read',
  'Keys:Read',
  'Auth:Users:Read',
];
const adminPermissions = [
  ...memberPermissions,
  'Policies:Update',
  'Permissions:Read',
  'Permissions:Assign',
  'Permissions:Assignments:Read',
  'Auth:ServiceAccounts:Read',
  'Auth:Creds:Read',
  'Wallets:Transfers:Read',
  'Wallets:Transfers:Create',
  'Wallets:Transactions:Read',
  'Webhooks:Create',
  'Webhooks:Read',
  'Webhooks:Update',
  'Webhooks:Delete',
  'Webhooks:Ping',
  'Webhooks:Events:Read',
];

export function seed(world: World): void {
  for (const person of Object.values(people)) {
    addIdentity(world, {
      userId: person.userId,
      name: person.name,
      isServiceAccount: false,
      permissions: person.admin ? adminPermissions : memberPermissions,
      tokens: [testTokenOf(person.id)],
    });
  }
  addIdentity(world, { ...bot, isServiceAccount: true, tokens: [bot.token], credential: bot });
  addIdentity(world, {
    ...payoutsBot,
    isServiceAccount: true,
    permissions: ['Wallets:Read', 'Wallets:Transfers:Create'],
    tokens: [testTokenOf('payoutsBot')],
  });
  for (const wallet of Object.values(wallets)) addWallet(world, wallet);
  for (const each of policies) world.policies.set(each.id, each);
}

function addWallet(world: World, wallet: CompanyWallet): void {
  const publicKey = `02${Buffer.from(wallet.id).toString('hex').padEnd(64, '0').slice(0, 64)}`;
  const key = { scheme: 'ECDSA', curve: 'secp256k1', publicKey };
  world.wallets.set(
    wallet.id,
    copyObject({
      id: wallet.id,
      network: wallet.network,
      address: wallet.address.toLowerCase(),
      signingKey: { id: wallet.keyId, ...key },
      status: 'Active',
      dateCreated: since,
      name: wallet.name,
      custodial: true,
      tags: wallet.tags,
    }),
  );
  world.keys.set(
    wallet.keyId,
    copyObject({
      id: wallet.keyId,
      ...key,
      name: `${wallet.name} key`,
      status: 'Active',
      custodial: true,
      dateCreated: since,
      wallets: [{ id: wallet.id, network: wallet.network }],
      store: { id: 'ks-sandbox', kind: 'Mpc', keyId: wallet.keyId },
    }),
  );
  const { USDC, ETH } = tokens;
  const worth = (Number(wallet.eth) / 1e18) * ETH.priceUsd + (Number(wallet.usdc) / 1e6) * USDC.priceUsd;
  world.walletAssets.set(
    wallet.id,
    copyObject({
      walletId: wallet.id,
      network: wallet.network,
      assets: [
        { kind: 'Native', symbol: 'ETH', decimals: 18, verified: true, balance: wallet.eth, quotes: { USD: 3020.82 } },
        {
          kind: 'Erc20',
          contract: USDC.contract.toLowerCase(),
          symbol: 'USDC',
          decimals: USDC.decimals,
          verified: true,
          balance: wallet.usdc,
          quotes: { USD: USDC.priceUsd },
        },
      ],
      netWorth: { USD: Math.round(worth * 100) / 100 },
    }),
  );
}

function policy(
  id: string,
  name: string,
  activityKind: string,
  group: { name: string; quorum: number; members: string[]; serviceAccountsCanApprove?: true },
  filters?: Policy['filters'],
): Policy {
  return {
    id,
    name,
    status: 'Active',
    dateCreated: since,
    dateUpdated: since,
    activityKind,
    rule: { kind: 'AlwaysTrigger' },
    action: {
      kind: 'RequestApproval',
      approvalGroups: [
        {
          name: group.name,
          quorum: group.quorum,
          approvers: { userId: { in: group.members } },
          initiatorCanApprove: false,
          ...(group.serviceAccountsCanApprove ? { serviceAccountsCanApprove: true } : {}),
        },
      ],
      autoRejectTimeout: dayInMinutes,
    },
    ...(filters ? { filters } : {}),
  };
}

const { alice, bob, carol, dave, erin } = people;
const owners = { name: groupNames.owners, quorum: 2, members: [alice.userId, carol.userId, erin.userId] };

const policies: Policy[] = [
  policy(
    policyIds.routine,
    'Routine payouts',
    'Wallets:Sign',
    {
      name: groupNames.automation,
      quorum: 1,
      members: [bot.userId, alice.userId, bob.userId],
      serviceAccountsCanApprove: true,
    },
    { walletId: { in: [wallets.hot.id] } },
  ),
  policy(
    policyIds.large,
    'Large transfers',
    'Wallets:Sign',
    {
      name: groupNames.treasury,
      quorum: 1,
      members: [bot.userId, alice.userId, bob.userId, carol.userId, dave.userId],
      serviceAccountsCanApprove: true,
    },
    { walletTags: { hasAny: ['treasury'] } },
  ),
  policy(
    policyIds.compliance,
    'Regulated funds',
    'Wallets:Sign',
    { name: groupNames.compliance, quorum: 1, members: [erin.userId, carol.userId] },
    { walletTags: { hasAny: ['regulated'] } },
  ),
  policy(policyIds.policyChanges, 'Governance: policies', 'Policies:Modify', owners),
  policy(policyIds.permissionChanges, 'Governance: permissions', 'Permissions:Assign', owners),
  policy(policyIds.vaults, 'Vault releases', 'Vaults:ReleaseQuarantine', {
    name: groupNames.vaults,
    quorum: 1,
    members: [bot.userId, alice.userId, bob.userId, carol.userId],
    serviceAccountsCanApprove: true,
  }),
];
