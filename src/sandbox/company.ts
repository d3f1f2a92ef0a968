// The demo company: the people, accounts, wallets, policies and addresses that every part of the sandbox agrees on.

export const organisation = {
  id: 'or-im4da-kodl8-8i6r582pg5ain2rh',
  name: 'Northwind Treasury',
  slackTeam: 'T0NORTH',
  strangerTeam: 'T0OTHER',
  channel: { id: 'C0APPROVALS', name: 'approvals' },
} as const;

export interface Person {
  id: string;
  name: string;
  slackUser: string;
  userId: string;
  admin: boolean;
}

const person = (id: string, name: string, slackUser: string, userId: string, admin = false): Person => ({
  id,
  name,
  slackUser,
  userId,
  admin,
});

export const people = {
  alice: person('alice', 'Alice Anderson', 'U0ALICE', 'us-lnkqj-rgqu6-412mhno82nmjdskd', true),
  bob: person('bob', 'Bob Brown', 'U0BOB', 'us-qac9l-4g1ho-qlaak6k1ks7md90j'),
  carol: person('carol', 'Carol Castillo', 'U0CAROL', 'us-togbr-mlvfv-vleftgk4kq3uifou'),
  dave: person('dave', 'Dave Dubois', 'U0DAVE', 'us-qfpce-cul24-8i927thi68qf76bs', true),
  erin: person('erin', 'Erin Eriksen', 'U0ERIN', 'us-erin0-compl-000000000000001'),
} as const;

/** In the Slack workspace, but nobody here may decide anything. */
export const bystanders = {
  guest: { name: 'Gus Guest', slackUser: 'U0GUEST', team: organisation.slackTeam, isRestricted: true },
  gone: { name: 'Greta Gone', slackUser: 'U0GONE', team: organisation.slackTeam, deleted: true },
  robot: { name: 'reporting', slackUser: 'U0ROBOT', team: organisation.slackTeam, isBot: true },
  stranger: { name: 'Sam Stranger', slackUser: 'U0STRANGER', team: organisation.strangerTeam, isStranger: true },
} as const;

/**
 * The service account that Countersign votes with.
 * TEST ONLY: the key and the token are published here on purpose and are worth nothing outside the sandbox.
 */
export const bot = {
  name: 'countersign',
  userId: 'us-e9vmh-dfj6n-9lgcuv5d2sf66vml',
  tokenId: 'to-qoz4e-eg8vm-jnro6va57ml49gsu',
  credentialId: 'Y2ktN2oxYTItcTg3b2MtOGZwYjFvZjg2OWJwdjRsaA',
  token:
    'eyJhbGciOiJub25lIn0.eyJodHRwczovL2N1c3RvbS9hcHBfbWV0YWRhdGEiOnsib3JnSWQiOiJvci1pbTRkYS1rb2RsOC04aTZyNTgycGc1YWluMnJoIiwidXNlcklkIjoidXMtZTl2bWgtZGZqNm4tOWxnY3V2NWQyc2Y2NnZtbCJ9LCJleHAiOjQxMDI0NDQ4MDB9.x',
  privateKeyPem:
    '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIO6G/h+4l7kkIHbZWRN2YU1cbtvboqPsH6S8+FrAR1xD\n-----END PRIVATE KEY-----\n',
  publicKeyPem:
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEASaTaWNfsXjJ6wUbbN0Un28jF/8w6vYT91z3gC3+Zh70=\n-----END PUBLIC KEY-----\n',
  // What a vote needs and no more, then the two that only setting up needs.
  permissions: [
    'Policies:Evaluations:Read',
    'Policies:Evaluations:Vote',
    'Policies:Read',
    'Wallets:Read',
    'Keys:Read',
    'Webhooks:Read',
    'Webhooks:Events:Read',
    'Auth:Users:Read',
    'Webhooks:Create',
    'Webhooks:Ping',
  ],
} as const;

/** The service account that starts routine payouts; Dave runs it, so Dave counts as the initiator of what it starts. */
export const payoutsBot = {
  name: 'payouts-bot',
  userId: 'us-payou-tsbot-000000000000001',
  tokenId: 'to-1c9wk-2tnxp-6veceq6e4d37flty',
  owner: people.dave.id,
} as const;

/** TEST ONLY: what deliveries to the demo's webhook are signed with. */
export const webhookSecret = 'whs-TESTONLYfixture0000000000000000000';

export const tokens = {
  USDC: { symbol: 'USDC', contract: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', decimals: 6, priceUsd: 0.9998 },
  ETH: { symbol: 'ETH', contract: undefined, decimals: 18, priceUsd: 3020.82 },
} as const;

export interface CompanyWallet {
  id: string;
  keyId: string;
  name: string;
  network: string;
  address: string;
  tags: readonly string[];
  usdc: string;
  eth: string;
}

export const wallets = {
  treasury: {
    id: 'wa-br4q3-gen0p-nb1n7ldimog29eu4',
    keyId: 'key-223u0-bslq6-ma7c6q20vbvkf5v3',
    name: 'Treasury',
    network: 'Ethereum',
    address: '0x15DB36f9CAD93Fed0381F47415D22eE17D1DdC46',
    tags: ['treasury'],
    usdc: '4200000000000',
    eth: '310000000000000000000',
  },
  hot: {
    id: 'wa-htga9-92fbk-kuimopsoskojbvnl',
    keyId: 'key-z1knk-q4gwp-9wcv5cgdyndom2bs',
    name: 'Hot wallet',
    network: 'Ethereum',
    address: '0x3376b648254E6aE73f9354e0f3d681C85f3a4dd8',
    tags: ['payouts'],
    usdc: '48000000000',
    eth: '4000000000000000000',
  },
  // Its tag makes the Compliance policy trigger next to Large transfers.
  reserve: {
    id: 'wa-i607y-vhy2c-0cl5ce1c1cu4wz8g',
    keyId: 'key-mzcpw-8zqg0-i8blhwgy078b9l82',
    name: 'Regulated reserve',
    network: 'Ethereum',
    address: '0x1C4E77Af4d3E168657e89d7cf8699600C86e6D66',
    tags: ['treasury', 'regulated'],
    usdc: '9000000000000',
    eth: '20000000000000000000',
  },
} as const satisfies Record<string, CompanyWallet>;

export const suppliers = {
  acme: { name: 'Acme Hosting', address: '0xB7586de5c210C92c6B2B465E15d26B4A3D37e174' },
  globex: { name: 'Globex Legal', address: '0xfD8D5567b6471d6B0544aa9b73D71625FA5Eb96D' },
  initech: { name: 'Initech Payroll', address: '0xB5eA9B1e4082f6670deDCf99D352549Bf7027D99' },
} as const;

export const addresses = {
  /** Never paid before. */
  newCounterparty: '0xD6aaeC05f05B987Cf83901ac8656DD7Cf7E3e337',
  /** The first four and the last four characters are Acme's; everything between is not. */
  lookAlikeOfAcme: '0xb758eA0E7d16ADc154f3AAf0cDd73C4B285Fe174',
  /** A real router contract, used as the spender of an unlimited approval. */
  router: '0x1111111254EEB25477B68fb85Ed929f73A960582',
} as const;

export const policyIds = {
  routine: 'plc-q5blj-38f2h-9ucsia96ev0so2jh',
  large: 'plc-hjnmu-lhn0f-uoh6hooujdn4ttef',
  compliance: 'plc-th7j9-kev9f-26s493m74jnod2er',
  policyChanges: 'plc-lbc99-l6slm-7epnvi2f7mavtuh5',
  permissionChanges: 'plc-023kp-dnrjq-ee2hk4a5i815e937',
  vaults: 'plc-nglkm-zlw3x-un9k9xnenvhdcjra',
} as const;

export const groupNames = {
  automation: 'Automation',
  treasury: 'Treasury',
  compliance: 'Compliance',
  owners: 'Owners',
  vaults: 'Vaults',
} as const;
