// The only reader of the environment: environment and YAML in, a whole configuration or every fault at once out.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import canonicalize from 'canonicalize';
import { checksConfigOf, checksFaults, openPartOf, type ChecksConfig } from './config-checks.ts';
import { readCredentials, type PlatformSchemas } from './config-credentials.ts';
import { crossCheck } from './config-crosscheck.ts';
import { readEnvironment, type Environment, type EnvironmentReading, type Role } from './config-environment.ts';
import { readConfigFile, type ConfigFile } from './config-file.ts';
import type { Budget } from './domain/budget.ts';
import type { Person, PersonId } from './domain/person.ts';
import type { Rulebook } from './domain/rulebook.ts';
import type { VotingRule } from './domain/voting-rule.ts';
import { pathText, readYaml, type DocumentFault, type PlacedFault } from './rules/document.ts';
import { refusalsIn } from './rules/lint.ts';
import { parseRulebook, type RulebookReading } from './rules/parse.ts';

export type { ChecksConfig } from './config-checks.ts';
export type { Role } from './config-environment.ts';

export type ConnectionMode = 'observe' | 'card' | 'vote';

export type ConnectionConfig = {
  readonly name: string;
  readonly platform: string;
  readonly mode: ConnectionMode;
  readonly baseUrl: string;
  readonly webhookSecrets: readonly string[];
  /** Parsed by the platform's own schema; opaque to everything but that platform. */
  readonly credentials: unknown;
  /** Where its cards go; empty while Slack is off. */
  readonly channel: string;
};

/** What the file holds; what is in force is a row: see `flow/rulebook-in-force.ts`. */
export type ConfiguredRulebook = Rulebook & { readonly file: string; readonly text: string };

export type SlackConfig =
  | { readonly enabled: false }
  | {
      readonly enabled: true;
      readonly channel: string;
      readonly botToken: string;
      /** HTTP when `appToken` is null, Socket Mode otherwise. */
      readonly signingSecret: string | null;
      readonly appToken: string | null;
      readonly apiUrl: string | null;
    };

export type Config = {
  readonly role: Role;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly slack: SlackConfig;
  readonly connections: readonly ConnectionConfig[];
  readonly people: readonly Person[];
  readonly admins: readonly PersonId[];
  readonly groups: readonly VotingRule[];
  readonly budgets: readonly Budget[];
  readonly timing: {
    readonly approveAfterMs: number;
    readonly denyAfterMs: number;
    readonly personCoolingMs: number;
    readonly sweepMs: number;
  };
  /** Null: nothing is automatic. Otherwise the file, whose text is the first one that is put in force. */
  readonly rulebook: ConfiguredRulebook | null;
  /** What checks look at beyond the approval. */
  readonly checks: ChecksConfig;
  /** Key of the audit chain; null: a private file in `dataDir`, made at the first start. */
  readonly auditKey: string | null;
  /**
   * SHA-256 of what decisions depend on: named in every audit row. Secrets are left out, and so is what differs from
   * process to process (role, address, folder, log level), so that all processes of one deployment agree.
   */
  readonly hash: string;
};

/** `file` is null for an environment variable, whose name is the path. */
export type ConfigFault = DocumentFault & { readonly file: string | null };

export type ConfigReading =
  | { readonly kind: 'ok'; readonly config: Config; readonly warnings: readonly ConfigFault[] }
  | { readonly kind: 'faults'; readonly faults: readonly ConfigFault[] };

export type ConfigSources = {
  readonly env: Environment;
  /** Throws when the file cannot be read. */
  readonly readFile: (path: string) => string;
  /** The registry of platforms, by kind. */
  readonly platforms: PlatformSchemas;
  readonly parseRulebook: (text: string) => RulebookReading;
};

export function loadConfigFromEnvironment(platforms: PlatformSchemas): ConfigReading {
  return loadConfig({
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    platforms,
    parseRulebook,
  });
}

export function loadConfig(sources: ConfigSources): ConfigReading {
  const environment = readEnvironment(sources.env);
  const faults: ConfigFault[] = environment.faults.map((fault) => placed(fault, null, () => null));
  const { configFile } = environment;
  const text = readText(sources, configFile);
  if (text.kind === 'absent') {
    const remedy = 'Set CONFIG_FILE to its path, or start from manifests/countersign.example.yaml.';
    faults.push({ file: configFile, line: null, path: '', words: text.words, remedy });
    return { kind: 'faults', faults };
  }
  const yaml = readYaml(text.text);
  if (yaml.kind === 'malformed') {
    faults.push(...yaml.faults.map((fault) => ({ ...fault, file: configFile })));
    return { kind: 'faults', faults };
  }
  const inFile = (fault: PlacedFault): ConfigFault => placed(fault, configFile, yaml.lineOf);
  const file = readConfigFile(yaml.value, sources.env);
  const slack = slackOf(file, environment);
  const { role } = environment;
  const credentials = file.serviceAccounts.map((account) =>
    readCredentials({ account, missing: file.missingCredentials, role, platforms: sources.platforms }),
  );
  const checked = crossCheck(file, file.slack?.enabled !== false);
  const rulebook = rulebookOf(file, configFile, sources);
  faults.push(
    ...slack.environmentFaults.map((fault) => placed(fault, null, () => null)),
    ...[...file.faults, ...slack.faults, ...credentials.flatMap((reading) => reading.faults), ...checked.faults]
      .concat(auditFaults(file, environment), file.checks === null ? [] : checksFaults(file.checks))
      .map(inFile),
    ...rulebook.faults,
  );
  if (faults.length > 0 || slack.slack === null || file.timing === null || file.checks === null)
    return { kind: 'faults', faults };

  const config = {
    role,
    host: environment.host,
    port: environment.port,
    dataDir: environment.dataDir,
    logLevel: environment.logLevel,
    databaseUrl: environment.databaseUrl,
    redisUrl: environment.redisUrl,
    slack: slack.slack,
    connections: file.connections.map(({ value }) => ({
      ...value,
      credentials: credentials.find(({ name }) => name === value.name)?.credentials,
      channel: value.channel ?? file.slack?.channel ?? '',
    })),
    people: file.people.map(({ value }) => value),
    admins: file.admins,
    groups: file.groups.map(({ value }) => ({ ...value, quorum: value.quorum ?? 1 })),
    budgets: file.budgets.map(({ value: { window, ...budget } }) => ({ ...budget, windowMs: window })),
    timing: {
      approveAfterMs: file.timing.approveAfterSeconds * 1000,
      denyAfterMs: file.timing.denyAfterSeconds * 1000,
      personCoolingMs: file.timing.personCoolingHours * 3_600_000,
      sweepMs: file.timing.sweepSeconds * 1000,
    },
    rulebook: rulebook.rulebook,
    checks: checksConfigOf(file.checks, configFile),
    auditKey: file.auditKey,
  };
  return { kind: 'ok', config: { ...config, hash: hashOf(config) }, warnings: checked.warnings.map(inFile) };
}

/** For the terminal: every fault with its place, and below it what to do. */
export function describeFaults(faults: readonly ConfigFault[]): string {
  const blocks = faults.map(({ file, line, path, words, remedy }) => {
    const where = [file ?? 'environment', ...(line === null ? [] : [String(line)])].join(':');
    return `  ${where}  ${path === '' ? words : `${path} ${words}`}\n      ${remedy}`;
  });
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  return [`The configuration has ${count}:`, ...blocks].join('\n');
}

function placed(fault: PlacedFault, file: string | null, lineOf: (place: PlacedFault['place']) => number | null) {
  return { file, line: lineOf(fault.place), path: pathText(fault.place), words: fault.words, remedy: fault.remedy };
}

type TextReading = { kind: 'text'; text: string } | { kind: 'absent'; words: string };

function readText(sources: ConfigSources, path: string): TextReading {
  try {
    return { kind: 'text', text: sources.readFile(path) };
  } catch (error) {
    return { kind: 'absent', words: `cannot be read: ${error instanceof Error ? error.message : 'unknown fault'}` };
  }
}

function slackOf(file: ConfigFile, environment: EnvironmentReading) {
  const faults: PlacedFault[] = [];
  const environmentFaults: PlacedFault[] = [];
  if (file.slack?.enabled === false) return { slack: { enabled: false } as const, faults, environmentFaults };
  const { slackBotToken: botToken, slackSigningSecret: signingSecret, slackAppToken: appToken } = environment;
  const channel = file.slack?.channel;
  const remedy = 'Set it, or turn Slack off in the configuration file with `slack: { enabled: false }`.';
  // A section with faults of its own has said so already; what is missing beside it is said all the same.
  if (channel === undefined && file.slack !== null) {
    const words = 'is missing, and cards need a channel';
    faults.push({
      place: ['slack', 'channel'],
      words,
      remedy: "Write `slack: { channel: C… }` with the channel's id.",
    });
  }
  if (botToken === null) {
    environmentFaults.push({ place: ['SLACK_BOT_TOKEN'], words: 'is not set, and Slack is on', remedy });
  }
  if (signingSecret === null && appToken === null) {
    const words = 'is not set, and without SLACK_APP_TOKEN Slack calls over HTTP';
    environmentFaults.push({ place: ['SLACK_SIGNING_SECRET'], words, remedy });
  }
  if (botToken === null || channel === undefined) return { slack: null, faults, environmentFaults };
  const slack = { enabled: true, channel, botToken, signingSecret, appToken, apiUrl: environment.slackApiUrl } as const;
  return { slack, faults, environmentFaults };
}

function auditFaults(file: ConfigFile, environment: EnvironmentReading): readonly PlacedFault[] {
  if (environment.databaseUrl === null || file.auditKey !== null) return [];
  if (file.faults.some((fault) => fault.place[0] === 'audit')) return [];
  const words = 'is missing: with DATABASE_URL every process must use the same key';
  const remedy = "Write `audit: { key: '${AUDIT_KEY}' }` and give the variable 32 random characters or more.";
  return [{ place: ['audit', 'key'], words, remedy }];
}

type ReadRulebook = { readonly rulebook: ConfiguredRulebook | null; readonly faults: readonly ConfigFault[] };

function rulebookOf(parts: ConfigFile, configFile: string, sources: ConfigSources): ReadRulebook {
  if (parts.rulebook === null) return { rulebook: null, faults: [] };
  const file = resolve(dirname(configFile), parts.rulebook);
  const text = readText(sources, file);
  if (text.kind === 'absent') {
    const remedy = 'Correct `rulebook` in the configuration file; the path is relative to that file.';
    return { rulebook: null, faults: [{ file, line: null, path: '', words: text.words, remedy }] };
  }
  const reading = sources.parseRulebook(text.text);
  const faults =
    reading.kind === 'ok'
      ? refusalsIn({ rulebook: reading.rulebook, text: text.text, connections: parts.connectionNames })
      : reading.faults;
  if (reading.kind === 'ok' && faults.length === 0) {
    return { rulebook: { ...reading.rulebook, file, text: text.text }, faults: [] };
  }
  return { rulebook: null, faults: faults.map((fault) => ({ ...fault, file })) };
}

function hashOf(config: Omit<Config, 'hash'>): string {
  const { slack, connections, people, admins, groups, budgets, timing, rulebook, checks } = config;
  const canonical = canonicalize({
    slack: slack.enabled ? { channel: slack.channel, socketMode: slack.appToken !== null, apiUrl: slack.apiUrl } : null,
    connections: connections.map(({ credentials: _c, webhookSecrets: _s, ...open }) => open),
    people,
    admins,
    groups,
    budgets,
    timing,
    rulebook: rulebook?.hash ?? null,
    checks: openPartOf(checks),
  });
  if (canonical === undefined) throw new Error('failed to canonicalise the configuration');
  return createHash('sha256').update('countersign/config/v1\n').update(canonical).digest('hex');
}
