// What connects a bot to the sandbox: its configuration file, its rulebook and its environment, as an operator writes them.
import { stringify } from 'yaml';
import {
  bot,
  groupNames,
  organisation,
  payoutsBot,
  people,
  policyIds,
  suppliers,
  tokens,
  webhookSecret,
} from './company.ts';
import { slackApp } from './index.ts';

export interface WiringOptions {
  custodyUrl: string;
  /** The base of the Web API, `/api` included. */
  slackApiUrl: string;
  /** The last part of the webhook's address. */
  connection?: string;
  approveAfterSeconds?: number;
  denyAfterSeconds?: number;
  sweepSeconds?: number;
}

export interface Wiring {
  /** By name; all belong into one folder. */
  files: { 'countersign.yaml': string; 'rulebook.yaml': string; 'sanctions.csv': string; 'denylist.txt': string };
  /** TEST ONLY: worth nothing outside the sandbox. */
  env: Record<string, string>;
}

/** Short enough to watch, long enough to change one's mind. */
const usualTiming = { approveAfterSeconds: 5, denyAfterSeconds: 8, sweepSeconds: 10 };

export function wire(options: WiringOptions): Wiring {
  return {
    files: {
      'countersign.yaml': `# Written by the demo for ${organisation.name}: the sandbox's custody platform and Slack workspace.\n${written(configuration(options))}`,
      'rulebook.yaml': `# When automation may approve by itself in the demo.\n${written(rulebook)}`,
      'sanctions.csv': sanctionsList,
      'denylist.txt': denylist,
    },
    env: {
      TREASURY_WEBHOOK_SECRET: webhookSecret,
      TREASURY_TOKEN: bot.token,
      TREASURY_PRIVATE_KEY: bot.privateKeyPem,
      SLACK_BOT_TOKEN: slackApp.botToken,
      SLACK_SIGNING_SECRET: slackApp.signingSecret,
      SLACK_API_URL: options.slackApiUrl,
    },
  };
}

function configuration(options: WiringOptions) {
  const connection = options.connection ?? 'treasury';
  const ceiling = { perItem: '1000000 USD', per24h: '20000000 USD' };
  const { approveAfterSeconds, denyAfterSeconds, sweepSeconds } = { ...usualTiming, ...withoutUndefined(options) };
  return {
    slack: { channel: organisation.channel.id },
    connections: {
      [connection]: {
        platform: 'dfns',
        mode: 'vote',
        baseUrl: options.custodyUrl,
        webhookSecrets: ['${TREASURY_WEBHOOK_SECRET}'],
        credentials: {
          userId: bot.userId,
          token: '${TREASURY_TOKEN}',
          credentialId: bot.credentialId,
          privateKey: '${TREASURY_PRIVATE_KEY}',
        },
      },
    },
    people: Object.values(people).map((person) => ({
      id: person.id,
      name: person.name,
      slack: [`${organisation.slackTeam}/${person.slackUser}`],
      accounts: { [connection]: [person.userId] },
      ...(payoutsBot.owner === person.id ? { owns: [payoutsBot.userId] } : {}),
    })),
    admins: Object.values(people).flatMap((person) => (person.admin ? [person.id] : [])),
    groups: [
      {
        connection,
        policy: policyIds.routine,
        name: groupNames.automation,
        votes: 'slack',
        automation: true,
        quorum: 2,
        approvers: [people.alice.id, people.bob.id],
        ceiling,
      },
      {
        connection,
        policy: policyIds.large,
        name: groupNames.treasury,
        votes: 'slack',
        quorum: 2,
        approvers: [people.alice.id, people.bob.id, people.carol.id, people.dave.id],
        ceiling,
      },
      { connection, name: groupNames.compliance, votes: 'platform' },
    ],
    budgets: [
      { connection, per: 'connection', window: '24h', count: 500, amount: '50000 USD' },
      { connection, per: 'recipient', window: '24h', count: 200, amount: '20000 USD' },
    ],
    rulebook: 'rulebook.yaml',
    checks: { sanctions: { files: ['sanctions.csv'] }, denylist: 'denylist.txt' },
    timing: { approveAfterSeconds, denyAfterSeconds, sweepSeconds },
  };
}

const rulebook = {
  version: 1,
  lists: { suppliers: Object.values(suppliers).map((supplier) => supplier.address) },
  assets: { USDC: { network: 'Ethereum', reference: tokens.USDC.contract, decimals: tokens.USDC.decimals } },
  rules: [
    {
      id: 'routine-payouts',
      title: 'Payouts to suppliers up to 1,000 USD, started by the payouts bot',
      stage: 'live',
      when: [
        { kind: 'activity', in: ['transfer'] },
        { kind: 'network', in: ['Ethereum'] },
        { kind: 'asset', in: ['USDC'] },
        { kind: 'amount', atMost: '1000 USD' },
        { kind: 'recipient', in: '$suppliers' },
        { kind: 'initiator', in: [payoutsBot.userId] },
      ],
      must: [{ kind: 'spent', per: 'recipient', window: '24h', atMost: '20000 USD' }],
    },
  ],
};

/** A few of the addresses that OFAC published: enough to look something up in, and not a list to rely on. */
const sanctionsList = `address,name
0x098B716B8Aaf21512996dC57EB0615e2383E2f96,LAZARUS GROUP
0xa0e1c89Ef1a489c9C7dE96311eD5Ce5D32c20E4B,LAZARUS GROUP
0x3Cffd56B47B7b41c56258D9C7731ABaDc360E073,LAZARUS GROUP
12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h,YAN Xiaobing
`;

const denylist = `# Who is never paid in the demo: one address a line, and a word for whoever reads it.
0x000000000000000000000000000000000000dEaD  # nobody can spend what is sent there
0x1111111111111111111111111111111111111111  # a typing error that happened once
`;

/** As a person would write it, without YAML's own shorthand for what stands there twice. */
function written(document: unknown): string {
  return stringify(document, { aliasDuplicateObjects: false });
}

function withoutUndefined({ approveAfterSeconds, denyAfterSeconds, sweepSeconds }: WiringOptions) {
  return {
    ...(approveAfterSeconds === undefined ? {} : { approveAfterSeconds }),
    ...(denyAfterSeconds === undefined ? {} : { denyAfterSeconds }),
    ...(sweepSeconds === undefined ? {} : { sweepSeconds }),
  };
}
