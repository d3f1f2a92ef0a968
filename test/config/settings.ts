// A configuration that loads without faults, and the means to change one thing about it.
import { z } from 'zod';
import { loadConfig, type Config, type ConfigFault, type ConfigReading } from '../../src/config.ts';
import { parseRulebook } from '../../src/rules/parse.ts';

export const env: Readonly<Record<string, string>> = {
  SLACK_BOT_TOKEN: 'xoxb-1-bot',
  SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5',
  DFNS_WEBHOOK_SECRET: 'whs-abcdefghijklmnopqrstuvwxyz',
  DFNS_TOKEN: 'eyJ-token',
  DFNS_CREDENTIAL_ID: 'cr-1',
  DFNS_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----',
};

export const yaml = `slack:
  channel: C0APPROVALS
connections:
  treasury:
    platform: dfns
    mode: vote
    baseUrl: https://api.dfns.io
    webhookSecrets: ['\${DFNS_WEBHOOK_SECRET}']
    credentials:
      userId: us-service
      token: \${DFNS_TOKEN}
      credentialId: \${DFNS_CREDENTIAL_ID}
      privateKey: \${DFNS_PRIVATE_KEY}
people:
  - id: alice
    name: Alice Anderson
    slack: [T0ACME/U0ALICE]
    accounts: { treasury: [us-alice] }
  - id: bob
    name: Bob Brown
    slack: [T0ACME/U0BOB]
    accounts: { treasury: [us-bob] }
  - id: carol
    name: Carol Castillo
    slack: [T0ACME/U0CAROL]
    accounts: { treasury: [us-carol] }
admins: [alice, bob]
groups:
  - connection: treasury
    name: Treasury
    votes: slack
    automation: true
    quorum: 2
    approvers: [alice, bob, carol]
    ceiling: { perItem: 1000000 USD, per24h: 2000000 USD }
budgets:
  - { connection: treasury, per: connection, window: 24h, count: 20, amount: 50000 USD }
  - { connection: treasury, per: recipient, window: 24h, count: 5, amount: 10000 USD }
rulebook: rulebook.yaml
`;

export const rulebook = `version: 1
lists:
  suppliers: ['0x70997970C51812dc3A010C7d01b50e0d17dc79C8']
rules:
  - id: routine
    title: Small payouts
    stage: live
    when:
      - { kind: activity, in: [transfer] }
      - { kind: amount, atMost: 1000 USD }
      - { kind: recipient, in: $suppliers }
`;

const dfnsCredentials = z.strictObject({
  userId: z.string().min(1),
  token: z.string().min(1),
  credentialId: z.string().min(1),
  privateKey: z.string().startsWith('-----BEGIN').optional(),
});

/** As the real one, except that a key is needed only where votes are sent. */
export const platforms = { dfns: { credentials: dfnsCredentials }, keyed: { credentials: dfnsCredentials.required() } };

export function load(
  text: string = yaml,
  variables: Readonly<Record<string, string | undefined>> = env,
  files: Readonly<Record<string, string>> = { 'rulebook.yaml': rulebook },
): ConfigReading {
  return loadConfig({
    env: variables,
    readFile: (path) => {
      const found = path === 'countersign.yaml' ? text : files[path.split('/').at(-1) ?? ''];
      if (found === undefined) throw new Error(`ENOENT: no such file ${path}`);
      return found;
    },
    platforms,
    parseRulebook,
  });
}

export function configOf(reading: ConfigReading): Config {
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults, null, 2));
  return reading.config;
}

export function faultsOf(reading: ConfigReading): readonly ConfigFault[] {
  return reading.kind === 'faults' ? reading.faults : [];
}

/** The file with one piece replaced; the piece must be there, so that a test can't pass by changing nothing. */
export function change(from: string | RegExp, to: string, text: string = yaml): string {
  const changed = text.replace(from, () => to);
  if (changed === text) throw new Error(`the text has no ${String(from)}`);
  return changed;
}

/** Path and words of every fault. */
export function short(text: string, variables: Readonly<Record<string, string | undefined>> = env): readonly string[] {
  return faultsOf(load(text, variables)).map(({ path, words }) => `${path} ${words}`);
}

/** What is wrong, the file with it, and the fault that it gives. */
export type Refusal = readonly [name: string, text: string, fault: string];

/** Paths of faults that say what is wrong but not what to do. */
export function withoutRemedy(rows: readonly Refusal[]): readonly string[] {
  const faults = rows.flatMap(([, text]) => faultsOf(load(text)));
  return faults.filter(({ remedy }) => remedy.length < 8 || remedy === 'Correct this value.').map(({ path }) => path);
}
