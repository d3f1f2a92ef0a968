// The scenes that the demo and the tests play: each makes the platform stop one activity.
import { z } from 'zod';
import { addresses, bot, payoutsBot, people, policyIds, suppliers, tokens, wallets } from '../company.ts';
import {
  hashSignatureActivity,
  permissionAssignActivity,
  permitSignatureActivity,
  policyChangeActivity,
  rawTransferActivity,
  transferActivity,
  unknownActivity,
  unlimitedApproveActivity,
} from './activities.ts';
import type { Asking } from './activities.ts';
import { baseUnits } from './amounts.ts';
import { createApproval } from './approvals.ts';
import type { NewApproval } from './approvals.ts';
import type { JsonObject } from './json.ts';
import { watchExpiry } from './resolution.ts';
import { isoNow } from './world.ts';
import type { ApprovalRecord, World } from './world.ts';

export const overridesSchema = z.strictObject({
  /** In whole tokens, as people write it: `120` or `0.5`. */
  amount: z.string().optional(),
  /** In base units; wins over `amount`. */
  amountBase: z.string().regex(/^\d+$/).optional(),
  asset: z.enum(['USDC', 'ETH']).optional(),
  to: z.string().optional(),
  /** A user id, or a name from the company: `dave`, `bot`, `payoutsBot`. */
  initiatorId: z.string().optional(),
  /** null: never expires. */
  expiresInMs: z.number().int().positive().nullable().optional(),
  externalId: z.string().optional(),
  memo: z.string().optional(),
  /** A wallet id, or a name from the company: `treasury`, `hot`, `reserve`. */
  walletId: z.string().optional(),
  /** null: no price is known. */
  priceUsd: z.number().nullable().optional(),
  verified: z.boolean().optional(),
  /** Raw transaction: what the platform says about it is not what it does. */
  summaryDisagrees: z.boolean().optional(),
  /** How the request ends once it may run. */
  outcome: z.enum(['confirmed', 'failed']).optional(),
});

export type SceneOverrides = z.infer<typeof overridesSchema>;

interface Stage {
  world: World;
  asking: Asking;
  overrides: SceneOverrides;
}

const accounts: Record<string, string> = {
  ...Object.fromEntries(Object.values(people).map((person) => [person.id, person.userId])),
  bot: bot.userId,
  payoutsBot: payoutsBot.userId,
};

type WalletName = keyof typeof wallets;

function walletOf({ overrides }: Stage, usual: WalletName): (typeof wallets)[WalletName] {
  const wanted = overrides.walletId ?? usual;
  const found = Object.entries(wallets).find(([name, wallet]) => name === wanted || wallet.id === wanted);
  if (found === undefined) throw new Error(`failed to play the scene: no wallet ${wanted}`);
  return found[1];
}

interface Usual {
  wallet: WalletName;
  asset?: 'USDC' | 'ETH';
  amount: string;
  to: string;
  externalId?: string;
  memo?: string;
}

function transfer(stage: Stage, usual: Usual): JsonObject {
  const { overrides } = stage;
  const wallet = walletOf(stage, usual.wallet);
  const asset = overrides.asset ?? usual.asset ?? 'USDC';
  return transferActivity(stage.asking, {
    walletId: wallet.id,
    network: wallet.network,
    asset,
    amountBase: amountBase(stage, usual.amount, tokens[asset].decimals),
    to: overrides.to ?? usual.to,
    priceUsd: overrides.priceUsd === undefined ? tokens[asset].priceUsd : overrides.priceUsd,
    verified: overrides.verified ?? true,
    externalId: overrides.externalId ?? usual.externalId,
    memo: overrides.memo ?? usual.memo,
  });
}

const amountBase = ({ overrides }: Stage, usual: string, decimals: number): string =>
  overrides.amountBase ?? baseUnits(overrides.amount ?? usual, decimals);

const fromWallet = (stage: Stage, usual: WalletName, externalId?: string) => {
  const { id, network, keyId, address } = walletOf(stage, usual);
  return { walletId: id, network, keyId, owner: address, externalId: stage.overrides.externalId ?? externalId };
};

// Everything that a memo should not be able to do to a Slack card: ping, link, format, hide, reverse, flood.
const hostileMemo = [
  '<!channel> <!here> <@U0ALICE> urgent: <https://evil.example/approve|Approved by compliance>',
  '*bold* _it_ ~gone~ `code` ```fence``` > quote &lt;b&gt; & <b>html</b>',
  '\u202Eetavirp si siht\u202C \u2066isolated\u2069 zero\u200Bwidth \u0000 null \u001B[31mred',
  ':white_check_mark: *Approved* by Alice Anderson\n\n> Decision: Approved',
  'https://evil.example/login mailto:ceo@evil.example',
  'A'.repeat(420),
].join('\n');

const hostileExternalId = '<!everyone>`inv`*1*_2_~3~<https://evil.example|inv-1>\u202E1-vni';

type Scene = (stage: Stage) => Omit<NewApproval, 'initiatorId' | 'expiresInMs' | 'outcome'>;

export const scenes = {
  'routine-payout': (stage) => ({
    activity: transfer(stage, {
      wallet: 'hot',
      amount: '120',
      to: suppliers.acme.address,
      externalId: 'payout-2026-000481',
    }),
  }),
  'large-transfer': (stage) => ({
    activity: transfer(stage, {
      wallet: 'treasury',
      amount: '250000',
      to: addresses.newCounterparty,
      externalId: 'inv-77120',
    }),
  }),
  'look-alike': (stage) => ({
    activity: transfer(stage, {
      wallet: 'treasury',
      amount: '48000',
      to: addresses.lookAlikeOfAcme,
      externalId: 'inv-77121',
    }),
  }),
  'hostile-memo': (stage) => ({
    activity: transfer(stage, {
      wallet: 'treasury',
      asset: 'ETH',
      amount: '4.25',
      to: suppliers.globex.address,
      externalId: hostileExternalId,
      memo: hostileMemo,
    }),
  }),
  'contract-call': (stage) => ({
    activity: unlimitedApproveActivity(stage.asking, fromWallet(stage, 'treasury', 'defi-approve-1')),
  }),
  'raw-transaction': (stage) => {
    const order = { to: stage.overrides.to ?? suppliers.globex.address, amountBase: amountBase(stage, '25000', 6) };
    const activity = rawTransferActivity(stage.asking, fromWallet(stage, 'treasury'), order);
    const summary = {
      reason: 'Transfer amount (USD 25) is above limit (USD 10). ',
      context: { transactionAmount: { value: '25', currency: 'USD' } },
    };
    return { activity, ...(stage.overrides.summaryDisagrees === true ? { context: summary } : {}) };
  },
  'policy-change': (stage) => {
    const large = stage.world.policies.get(policyIds.large);
    if (large === undefined) throw new Error('failed to play the scene: the policy is gone');
    // Harmless by its name; it leaves the service account alone with the decision.
    const body = {
      ...large,
      name: 'Large transfers (streamlined)',
      action: {
        ...large.action,
        approvalGroups: (large.action.approvalGroups ?? []).map((group) => ({
          ...group,
          quorum: 1,
          approvers: { userId: { in: [bot.userId] } },
        })),
      },
    };
    return { activity: policyChangeActivity(stage.asking, body) };
  },
  'permission-assign': (stage) => {
    const admin = stage.world.identities.get(people.dave.userId);
    if (admin === undefined) throw new Error('failed to play the scene: no administrator');
    const change = { permissionId: admin.permissionId, identityId: bot.userId };
    return { activity: permissionAssignActivity(stage.asking, change) };
  },
  signature: (stage) => ({ activity: hashSignatureActivity(stage.asking, fromWallet(stage, 'treasury')) }),
  'typed-signature': (stage) => ({ activity: permitSignatureActivity(stage.asking, fromWallet(stage, 'treasury')) }),
  'compliance-too': (stage) => ({
    activity: transfer(stage, {
      wallet: 'reserve',
      amount: '300000',
      to: suppliers.initech.address,
      externalId: 'payroll-2026-09',
    }),
  }),
  'unknown-kind': (stage) => ({ activity: unknownActivity(stage.asking) }),
} satisfies Record<string, Scene>;

export type SceneName = keyof typeof scenes;

export const isSceneName = (name: string): name is SceneName => Object.hasOwn(scenes, name);

export function playScene(world: World, name: SceneName, overrides: SceneOverrides): ApprovalRecord {
  const usualInitiator = name === 'routine-payout' ? payoutsBot.userId : people.dave.userId;
  const wanted = overrides.initiatorId ?? usualInitiator;
  const initiatorId = accounts[wanted] ?? wanted;
  const tokenId = world.identities.get(initiatorId)?.tokenId ?? 'to-unknown';
  const stage: Stage = { world, overrides, asking: { requester: { userId: initiatorId, tokenId }, at: isoNow(world) } };
  const record = createApproval(world, {
    ...scenes[name](stage),
    initiatorId,
    ...(overrides.expiresInMs === undefined ? {} : { expiresInMs: overrides.expiresInMs }),
    ...(overrides.outcome === undefined ? {} : { outcome: overrides.outcome }),
  });
  watchExpiry(world, record);
  return record;
}
