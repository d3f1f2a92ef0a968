// What the configuration file may hold, section by section, and what to write instead of what is wrong.
import { z } from 'zod';
import { checksRemedies } from './config-checks.ts';
import { parseFiat, type Fiat } from './domain/amount.ts';
import { closedObject, refuse } from './rules/document.ts';

const hourMs = 3_600_000;

const connectionName = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const personId = /^[a-z0-9][a-z0-9._-]{0,62}$/i;
const channelId = /^[CG][A-Z0-9]{2,}$/;
/** Team (or Enterprise Grid) id and user id as Slack writes them, never an e-mail address or a display name. */
const slackUser = /^[TE][A-Z0-9]{2,}\/[UW][A-Z0-9]{2,}$/;

/** Without blanks at its ends, printable, and bounded: these texts become keys, log fields and parts of cards. */
const name = z.string().regex(/^[^\p{C}\s](?:[^\p{C}]{0,198}[^\p{C}\s])?$/u, 'must be 1 to 200 printable characters');

const channel = z.string().regex(channelId, 'must be a Slack channel id');

const money = z.string().transform((text, ctx): Fiat => {
  const fiat = parseFiat(text);
  if (fiat !== null) return fiat;
  refuse(ctx, text, `"${text.slice(0, 40)}" is not an amount of money`);
  return z.NEVER;
});

const positiveMoney = money.refine((fiat) => /[1-9]/.test(fiat.value), 'must be more than zero');

/** `24h` or `7d`, from one hour to 31 days. */
const window = z.string().transform((text, ctx): number => {
  const [, digits, unit] = /^([1-9][0-9]{0,3})(h|d)$/.exec(text) ?? [];
  const windowMs = Number(digits ?? 0) * hourMs * (unit === 'd' ? 24 : 1);
  if (windowMs >= hourMs && windowMs <= 31 * 24 * hourMs) return windowMs;
  refuse(ctx, text, `"${text.slice(0, 40)}" is not a window between 1h and 31d`);
  return z.NEVER;
});

/** Short secrets can be guessed offline from one signed delivery; Standard Webhooks asks for 24 to 64 bytes. */
const minSecretBytes = 24;

const webhookSecret = z
  .string()
  .refine((secret) => Buffer.byteLength(secret) >= minSecretBytes, `must be at least ${minSecretBytes} bytes long`)
  .refine((secret) => secret.trim() === secret, 'must not begin or end with a blank');

const count = z.int().min(1).max(1_000_000);

export const sections = closedObject({
  slack: z.unknown().optional(),
  connections: z.unknown().optional(),
  people: z.unknown().optional(),
  admins: z.unknown().optional(),
  groups: z.unknown().optional(),
  timing: z.unknown().optional(),
  budgets: z.unknown().optional(),
  rulebook: z.unknown().optional(),
  checks: z.unknown().optional(),
  audit: z.unknown().optional(),
});

export const slackSection = closedObject({ enabled: z.boolean().default(true), channel: channel.optional() });

export const connectionSection = closedObject({
  platform: name,
  mode: z.enum(['observe', 'card', 'vote']),
  baseUrl: z.string().transform((text, ctx): string => {
    const reading = readBaseUrl(text);
    if (reading.kind === 'ok') return reading.url;
    // The text is not repeated: it may hold a password.
    refuse(ctx, '', reading.words);
    return z.NEVER;
  }),
  webhookSecrets: z.array(webhookSecret).min(1),
  credentials: z.record(z.string(), z.unknown()),
  channel: channel.optional(),
});

export const personSection = closedObject({
  id: z.string().regex(personId, 'must be letters, digits, dots, dashes or underscores'),
  name,
  slack: z.array(z.string().regex(slackUser, 'must be team/user')).default([]),
  accounts: z.record(z.string(), z.array(name).min(1)).default({}),
  owns: z.array(name).default([]),
});

export const adminsSection = z.array(z.string()).default([]);

export const groupSection = closedObject({
  connection: z.string(),
  policy: name.nullable().default(null),
  name,
  votes: z.enum(['slack', 'platform']).default('platform'),
  automation: z.boolean().default(false),
  quorum: count.optional(),
  denyQuorum: count.default(1),
  approvers: z.array(z.string()).default([]),
  ceiling: closedObject({ perItem: positiveMoney, per24h: positiveMoney }).nullable().default(null),
});

export const budgetSection = closedObject({
  connection: z.string(),
  per: z.enum(['connection', 'wallet', 'recipient']),
  window,
  count,
  amount: positiveMoney,
});

export const timingSection = closedObject({
  approveAfterSeconds: z.int().min(0).max(3600).default(30),
  denyAfterSeconds: z.int().min(0).max(3600).default(60),
  personCoolingHours: z.int().min(0).max(720).default(24),
  sweepSeconds: z.int().min(1).max(60).default(30),
}).prefault({});

export const rulebookSection = z.string().min(1).nullable().default(null);

export const auditSection = closedObject({ key: z.string().min(32).optional() }).prefault({});

export type ConnectionSection = z.output<typeof connectionSection>;
export type PersonSection = z.output<typeof personSection>;
export type GroupSection = z.output<typeof groupSection>;
export type BudgetSection = z.output<typeof budgetSection>;

export function isConnectionName(text: string): boolean {
  return connectionName.test(text);
}

type UrlReading = { kind: 'ok'; url: string } | { kind: 'bad'; words: string };

/** https, or http to this machine (the sandbox); no user, password, query or fragment. */
export function readBaseUrl(text: string): UrlReading {
  if (!URL.canParse(text)) return { kind: 'bad', words: 'must be a URL' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return { kind: 'bad', words: 'must not hold a user or password' };
  if (url.search !== '' || url.hash !== '') return { kind: 'bad', words: 'must not hold a query or a fragment' };
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    return { kind: 'bad', words: 'must begin with https:// (http:// only for this machine, as the sandbox uses it)' };
  }
  return { kind: 'ok', url: url.href.replace(/\/+$/, '') };
}

/** By path without indices and names; the name of a connection is written `*`. */
const remedies: Readonly<Record<string, string>> = {
  slack: 'Write `slack: { channel: C0APPROVALS }`, or `slack: { enabled: false }`.',
  'slack.enabled': 'Write true or false.',
  'slack.channel': "Copy the id (C…) from the channel's details in Slack; a name like #approvals can change its owner.",
  connections: 'Write `connections:` and below it one section per account on a custody platform.',
  'connections.*': 'Give it platform, mode, baseUrl, webhookSecrets and credentials.',
  'connections.*.platform': 'Name the custody platform, e.g. `platform: dfns`.',
  'connections.*.mode': 'Start with `mode: observe`; `card` posts cards, `vote` may submit decisions.',
  'connections.*.baseUrl': "Write the address of the platform's API, e.g. `baseUrl: https://api.dfns.io`.",
  'connections.*.webhookSecrets':
    "Use the secret that the platform gave, e.g. `webhookSecrets: ['${DFNS_WEBHOOK_SECRET}']`.",
  'connections.*.credentials':
    "Give the service account's credentials; keep the secret ones in the environment as `${NAME}`.",
  'connections.*.channel': "Copy the id (C…) from the channel's details in Slack.",
  people: 'Write a list, each entry with id, name, slack and accounts.',
  'people.id': 'Give a short id, e.g. `id: alice`.',
  'people.name': 'Write the name that cards show, e.g. `name: Alice Anderson`.',
  'people.slack': 'Write team and user id, e.g. `slack: [T0ACME/U0ALICE]`; never an e-mail address or a display name.',
  'people.accounts': "Write a list per connection, e.g. `accounts: { treasury: ['us-…'] }`.",
  'people.accounts.*': "Write a list of user ids on the platform, e.g. `treasury: ['us-…']`.",
  'people.owns': 'List the service accounts that this person runs.',
  admins: 'List ids from `people`, two at least: `admins: [alice, dave]`.',
  groups: 'Write a list, each entry with connection, name, votes, quorum and approvers.',
  'groups.connection': 'Name one of `connections`.',
  'groups.policy': 'Copy the policy id from the platform, or leave it out.',
  'groups.name': "Copy the group's name from the platform, exactly.",
  'groups.votes': 'Write `votes: platform` (people decide there) or `votes: slack`.',
  'groups.automation': 'Write true or false.',
  'groups.quorum': 'Write how many different people must approve, e.g. `quorum: 2`.',
  'groups.denyQuorum': 'Write how many people must reject before a denial is sent, e.g. `denyQuorum: 1`.',
  'groups.approvers': 'List ids from `people`.',
  'groups.ceiling': 'Write `ceiling: { perItem: 1000000 USD, per24h: 2000000 USD }`, or leave it out.',
  'groups.ceiling.perItem': 'Write digits, a blank and a currency: `1000000 USD`.',
  'groups.ceiling.per24h': 'Write digits, a blank and a currency: `2000000 USD`.',
  budgets: 'Write a list, each entry with connection, per, window, count and amount.',
  'budgets.connection': 'Name one of `connections`.',
  'budgets.per': 'Write `per: connection`, `per: wallet` or `per: recipient`.',
  'budgets.window': 'Write hours or days, e.g. `window: 24h`.',
  'budgets.count': 'Write how many items may be approved in one window, e.g. `count: 20`.',
  'budgets.amount': 'Write digits, a blank and a currency: `50000 USD`.',
  timing:
    'Write `timing: { approveAfterSeconds: 30, denyAfterSeconds: 60, personCoolingHours: 24, sweepSeconds: 30 }`.',
  'timing.approveAfterSeconds': 'Write seconds from 0 to 3600, e.g. 30.',
  'timing.denyAfterSeconds': 'Write seconds from 0 to 3600, e.g. 60.',
  'timing.personCoolingHours': 'Write hours from 0 to 720, e.g. 24.',
  'timing.sweepSeconds': 'Write seconds from 1 to 60, e.g. 30.',
  rulebook: 'Write the path of a rulebook beside this file, e.g. `rulebook: rulebook.yaml`, or leave it out.',
  ...checksRemedies,
  audit: "Write `audit: { key: '${AUDIT_KEY}' }`.",
  'audit.key': "Write `audit: { key: '${AUDIT_KEY}' }` and give the variable 32 random characters or more.",
};

/** The name of a connection is not part of the pattern. */
export function remedyFor(pattern: string): string | undefined {
  const [first, second, ...rest] = pattern.split('.');
  if (first === 'connections' && second !== undefined) {
    return rest[0] === 'credentials'
      ? remedies['connections.*.credentials']
      : remedies[['connections.*', ...rest].join('.')];
  }
  if (first === 'people' && second === 'accounts' && rest.length > 0) return remedies['people.accounts.*'];
  return remedies[pattern];
}
