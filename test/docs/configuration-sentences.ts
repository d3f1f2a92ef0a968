// What every key and every variable is for, in one sentence each; the types and the defaults come from the schema.

export type Sentence = {
  readonly words: string;
  /** Where the schema only says "text". */
  readonly form?: string;
};

const money = 'money, e.g. `50000 USD`';

/** Keyed by path: `*` stands for a name that the file chooses, `[]` for each entry of a list. */
export const keySentences: Readonly<Record<string, Sentence>> = {
  slack: { words: 'Where cards go. The tokens are environment variables.' },
  'slack.enabled': { words: 'Whether Slack is used at all; without it people decide on the platform only.' },
  'slack.channel': {
    words: 'The channel of the cards, by its id, because a name can change its owner; needed while Slack is on.',
    form: 'channel id (`C…`)',
  },

  'connections.*': {
    words: 'One account on one custody platform. Its name becomes the last part of `POST /webhooks/<name>`.',
  },
  'connections.*.platform': { words: 'The kind of platform; this version knows those of the tables below.' },
  'connections.*.mode': {
    words:
      '`observe` records only; `card` posts cards and people decide on the platform; `vote` may submit decisions. Start with `observe`.',
  },
  'connections.*.baseUrl': {
    words: "The address of the platform's API; plain http is allowed for this machine only.",
    form: 'https address',
  },
  'connections.*.webhookSecrets': {
    words: 'What deliveries are signed with, 24 bytes at least; several while a secret is being changed.',
  },
  'connections.*.credentials': {
    words: 'The service account, in the keys that its platform asks for (below).',
    form: "keys of the platform's own",
  },
  'connections.*.channel': {
    words: 'Another channel for the cards of this connection.',
    form: 'channel id (`C…`)',
  },

  'people[]': { words: 'One person each, with all of their accounts: votes are counted by person.' },
  'people[].id': { words: 'A short name, by which `admins` and `approvers` refer to this person.' },
  'people[].name': { words: 'The name that cards show.' },
  'people[].slack': {
    words: 'Their Slack users, exact ids only: an e-mail address or a display name proves nothing.',
    form: 'list of `team/user`, e.g. `T0ACME/U0ALICE`',
  },
  'people[].accounts': {
    words: 'All their user ids on each connection. Without one there, this person has no vote there.',
    form: 'list of user ids, by name of the connection',
  },
  'people[].owns': {
    words: 'Service accounts that this person runs; what those initiate counts as initiated by this person.',
  },

  admins: { words: 'Ids from `people`: two of them resume a switch, or lift a hold. Anyone in `people` may pause.' },

  'groups[]': {
    words: "How the people of one of the platform's approval groups vote. A group without an entry votes there.",
  },
  'groups[].connection': { words: 'Which connection the group is on.' },
  'groups[].policy': {
    words: "The policy's id, for one policy only; left out, every policy with a group of this name.",
  },
  'groups[].name': { words: "The group's name on the platform, exactly." },
  'groups[].votes': {
    words:
      '`platform`: people decide there with their own credential; `slack`: votes here count toward our quorum, and then the service account votes once.',
  },
  'groups[].automation': { words: "Whether an automatic verdict may cast the service account's vote in this group." },
  'groups[].quorum': {
    words:
      "How many different people must approve in Slack; required with `votes: slack`, never counted as less than the platform's own.",
  },
  'groups[].denyQuorum': {
    words: 'How many must reject before `Denied` is sent; one rejection holds the approval in any case.',
  },
  'groups[].approvers': { words: 'Ids from `people`. Where the platform lists people too, both lists must name them.' },
  'groups[].ceiling': { words: 'What Slack votes may release here; without it, nothing.' },
  'groups[].ceiling.perItem': { words: 'For one transfer; above it people decide on the platform.', form: money },
  'groups[].ceiling.per24h': { words: 'For everything together in any 24 hours.', form: money },

  timing: { words: 'Pauses in which a mistake can be taken back, and how often we look for what webhooks lost.' },
  'timing.approveAfterSeconds': { words: 'From a Slack quorum to sending; a reject or a withdrawn vote wins in it.' },
  'timing.denyAfterSeconds': { words: 'From a rejection to sending `Denied`; the rejecter may withdraw in it.' },
  'timing.personCoolingHours': { words: "How long a new or changed person can't vote." },
  'timing.sweepSeconds': { words: 'How often all pending approvals are read again, whatever the webhooks said.' },

  'budgets[]': {
    words:
      'What automation may approve in a rolling window; all that fit must allow it, none means nothing is automatic.',
  },
  'budgets[].connection': { words: 'Which connection it limits.' },
  'budgets[].per': { words: 'Counted over the whole connection, or for each wallet, or for each recipient.' },
  'budgets[].window': { words: 'How far back is counted.', form: 'hours or days, `1h` to `31d`' },
  'budgets[].count': { words: 'How many approvals.' },
  'budgets[].amount': { words: "How much, by the platform's own quotes.", form: money },

  rulebook: {
    words: 'The file that says when automation may approve, relative to this file; left out, never.',
    form: 'path',
  },

  checks: {
    words:
      'What checks look at beyond the approval itself. Lists and the screening service are off until they are named here; the checks on our own history are on, and only flag: automation abstains, people decide.',
  },
  'checks.sanctions': {
    words:
      'Sanctioned addresses, compared by their bytes on every network: a hit stops our vote on any basis. A list that is old, shrunken, empty or unreadable makes the check unavailable, and automation abstains. All files and addresses together are the list.',
  },
  'checks.sanctions.files': {
    words: 'Files, relative to this file: JSON, CSV with a column `address`, or one address a line.',
    form: 'list of paths',
  },
  'checks.sanctions.urls': {
    words: 'Where lists are fetched from: https, a host of `checks.hosts`, no redirects, 64 MiB at most.',
    form: 'list of https addresses',
  },
  'checks.sanctions.maxAgeHours': {
    words: 'How old the list may be: a file since its last change, a fetched list since it was last fetched.',
  },
  'checks.sanctions.maxShrinkPercent': {
    words:
      'How much shorter than the last one a new list may be; what was last taken is remembered in `DATA_DIR/lists`, and removing that file accepts a shorter list at the next start.',
  },
  'checks.sanctions.refreshMinutes': { words: 'How often the files and addresses are read again.' },
  'checks.denylist': {
    words:
      'Who is never paid, one address a line, on any network: a hit stops our vote on any basis. A line that is no address refuses the whole file: at the start nothing starts, later the old list stays in force and the check flags it.',
    form: 'path',
  },
  'checks.allowlist': {
    words:
      'Whom automation may pay, one address a line, compared exactly: a recipient that is not on it is flagged. Read as the denylist is.',
    form: 'path',
  },
  'checks.screening': {
    words:
      'A service of your own that is asked about every approval by HTTP POST, signed as Standard Webhooks does it; it answers with status 200 and `{ "outcome": "pass" | "flag" | "stop", "words": "…" }` and nothing else. No answer in time, or any other answer, is unavailable.',
  },
  'checks.screening.url': {
    words: 'Where it is asked; a host of `checks.hosts`, plain http for this machine only.',
    form: 'https address',
  },
  'checks.screening.secret': { words: 'What questions are signed with, 24 bytes at least.' },
  'checks.screening.timeoutMs': { words: 'How long it may take to answer.' },
  'checks.hosts': { words: 'The only hosts that `urls` and `url` may name.', form: 'list of host names' },
  'checks.firstPayment': {
    words: 'Whether the first payment to a recipient is flagged, unless a rule that can approve names the recipient.',
  },
  'checks.networkHistory': {
    words: 'Whether a recipient is flagged that was paid on other networks before, and never on this one.',
  },
  'checks.duplicateHours': {
    words:
      'How long the same amount of the same asset to the same recipient is flagged as a duplicate, pending ones included; 0 never flags it.',
  },

  audit: { words: 'The audit log is a chain of hashes, keyed from outside the database.' },
  'audit.key': {
    words:
      'The key, the same for every process; required with `DATABASE_URL`, otherwise made in `DATA_DIR` at the first start.',
  },
};

/** By platform, for `connections.*.credentials`. */
export const credentialSentences: Readonly<Record<string, Readonly<Record<string, Sentence>>>> = {
  dfns: {
    userId: { words: "The service account's user id (`us-…`).", form: 'id' },
    token: { words: 'Its access token, which Dfns shows once.', form: 'text without blanks' },
    credentialId: {
      words: 'The `credId` of that token; left out, the first key that Dfns offers for a challenge.',
      form: 'base64url text',
    },
    privateKey: {
      words:
        'The key that signs votes (Ed25519, P-256 or RSA); needed only where decisions are sent, that is by `worker` and `all` in mode `vote`.',
      form: 'PEM',
    },
  },
};

export type Variable = { readonly words: string; readonly form: string; readonly absent: string };

export const variableSentences: Readonly<Record<string, Variable>> = {
  CONFIG_FILE: { form: 'path', absent: '`countersign.yaml`', words: 'The configuration file.' },
  DATABASE_URL: {
    form: '`postgres://…`',
    absent: 'a private PostgreSQL in `DATA_DIR`',
    words: 'PostgreSQL 14 or later: the truth.',
  },
  REDIS_URL: {
    form: '`redis://…`, `rediss://…`',
    absent: "BullMQ's PostgreSQL backend",
    words: 'Redis 6.2 or later for the queue, with `maxmemory-policy noeviction`.',
  },
  DATA_DIR: {
    form: 'path',
    absent: '`.countersign`',
    words:
      'Where the embedded default keeps its data; one process at a time, a second one refuses and names the first.',
  },
  ROLE: {
    form: '`web`, `worker`, `all`, `migrate`',
    absent: '`all`',
    words: 'What this process does; `web` and `worker` need `DATABASE_URL`.',
  },
  HOST: { form: 'address', absent: '`127.0.0.1`', words: 'Where HTTP listens; `0.0.0.0` in a container.' },
  PORT: { form: 'whole number, 0 to 65535', absent: '`3000`', words: 'Where HTTP listens; 0 takes any free one.' },
  SLACK_BOT_TOKEN: {
    form: '`xoxb-…`',
    absent: 'refused, unless `slack.enabled: false`',
    words: "The app's bot token.",
  },
  SLACK_SIGNING_SECRET: {
    form: 'text, 24 bytes at least',
    absent: 'refused, unless Socket Mode is on or Slack is off',
    words: 'What Slack signs its requests with.',
  },
  SLACK_APP_TOKEN: {
    form: '`xapp-…`',
    absent: 'HTTP: Slack calls `POST /slack/events`',
    words: 'Turns Socket Mode on: no public address is needed for Slack, and the HTTP route does not exist.',
  },
  SLACK_API_URL: { form: 'address', absent: "Slack's own", words: 'Another Web API base, as the sandbox has one.' },
  LOG_LEVEL: {
    form: '`fatal`, `error`, `warn`, `info`, `debug`, `trace`, `silent`',
    absent: '`info`',
    words: 'How much is logged; secrets and payloads never are.',
  },
};
