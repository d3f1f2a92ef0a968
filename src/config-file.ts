// The configuration file: `${NAME}` filled in from the environment, every section read, no fault lost.
import type { z } from 'zod';
import { checksSection, type ChecksSection } from './config-checks.ts';
import type { Environment } from './config-environment.ts';
import {
  adminsSection,
  auditSection,
  budgetSection,
  connectionSection,
  groupSection,
  isConnectionName,
  personSection,
  remedyFor,
  rulebookSection,
  sections,
  slackSection,
  timingSection,
  type BudgetSection,
  type ConnectionSection,
  type GroupSection,
  type PersonSection,
} from './config-schema.ts';
import { faultsIn, pathText, type Place, type PlacedFault } from './rules/document.ts';

/** A part that was read without fault, and where it stands. */
export type Placed<T> = { readonly place: Place; readonly value: T };

export type NamedConnection = ConnectionSection & { readonly name: string };

/** What a platform's credential schema is asked about, also where the rest of the connection has faults. */
export type ServiceAccount = {
  readonly name: string;
  readonly platform: string;
  readonly mode: unknown;
  readonly credentials: Readonly<Record<string, unknown>>;
};

/** A `${NAME}` whose variable is not set. */
export type MissingVariable = { readonly place: Place; readonly variable: string };

export type ConfigFile = {
  readonly slack: z.output<typeof slackSection> | null;
  readonly connections: readonly Placed<NamedConnection>[];
  readonly serviceAccounts: readonly Placed<ServiceAccount>[];
  readonly people: readonly Placed<PersonSection>[];
  readonly admins: readonly string[];
  readonly groups: readonly Placed<GroupSection>[];
  readonly budgets: readonly Placed<BudgetSection>[];
  readonly timing: z.output<typeof timingSection> | null;
  readonly rulebook: string | null;
  /** Null when it has faults. */
  readonly checks: ChecksSection | null;
  readonly auditKey: string | null;
  /** Names that exist, also those of entries with faults: a reference to one of them is not a second fault. */
  readonly connectionNames: ReadonlySet<string>;
  readonly personIds: ReadonlySet<string>;
  readonly faults: readonly PlacedFault[];
  /** Below `credentials` only: whether one is needed is for the platform's own schema to say. */
  readonly missingCredentials: readonly MissingVariable[];
  /** Secrets that stand in the file as they are. */
  readonly literalSecrets: readonly Place[];
};

const startFrom = 'Start from manifests/countersign.example.yaml.';

export function readConfigFile(document: unknown, env: Environment): ConfigFile {
  const missing: MissingVariable[] = [];
  const faults: PlacedFault[] = [];
  const filled = fillIn(document, [], (place, text) => substitute(text, place, env, { missing, faults }));
  const unset = missing.filter(({ place }) => !isInCredentials(place)).map(unsetFault);

  const read = <T>(schema: z.ZodType<T>, value: unknown, place: Place): T | null => {
    const result = schema.safeParse(value ?? undefined);
    if (result.success) return result.data;
    faults.push(...faultsIn({ error: result.error, value, place, remedyFor }));
    return null;
  };
  const list = <T>(schema: z.ZodType<T>, key: string): readonly Placed<T>[] =>
    entriesOf(parts[key], [key], faults).flatMap(({ place, value }) => {
      const entry = read(schema, value, place);
      return entry === null ? [] : [{ place, value: entry }];
    });

  const parts = recordOf(filled);
  if (parts === filled) read(sections, filled, []);
  else faults.push({ place: [], words: 'must be a section with keys', remedy: startFrom });
  const connections = readConnections(parts['connections'], faults, read);
  const file = {
    slack: read(slackSection.prefault({}), parts['slack'], ['slack']),
    connections,
    serviceAccounts: serviceAccountsIn(parts['connections']),
    people: list(personSection, 'people'),
    admins: read(adminsSection, parts['admins'], ['admins']) ?? [],
    groups: list(groupSection, 'groups'),
    budgets: list(budgetSection, 'budgets'),
    timing: read(timingSection, parts['timing'], ['timing']),
    rulebook: read(rulebookSection, parts['rulebook'], ['rulebook']),
    checks: read(checksSection, parts['checks'], ['checks']),
    auditKey: read(auditSection, parts['audit'], ['audit'])?.key ?? null,
    connectionNames: new Set(Object.keys(recordOf(parts['connections']))),
    personIds: new Set(idsIn(parts['people'])),
    missingCredentials: missing.filter(({ place }) => isInCredentials(place)),
    literalSecrets: literalSecretsIn(document),
  };
  // A value that waits for its variable is not also too short or of the wrong form.
  const waiting = new Set(missing.map(({ place }) => pathText(place)));
  return { ...file, faults: [...unset, ...faults.filter((fault) => !waiting.has(pathText(fault.place)))] };
}

function isInCredentials(place: Place): boolean {
  return place[0] === 'connections' && place[2] === 'credentials';
}

export function unsetFault({ place, variable }: MissingVariable): PlacedFault {
  const words = `needs the environment variable ${variable}, which is not set`;
  return { place, words, remedy: `Set ${variable} where Countersign starts.` };
}

/** A copy of the document with every text replaced. */
function fillIn(value: unknown, place: Place, replace: (place: Place, text: string) => string): unknown {
  if (typeof value === 'string') return replace(place, value);
  if (Array.isArray(value)) return value.map((item, index) => fillIn(item, [...place, index], replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, [...place, key], replace)]));
}

function substitute(
  text: string,
  place: Place,
  env: Environment,
  found: { missing: MissingVariable[]; faults: PlacedFault[] },
): string {
  const filled = text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (mark: string, variable: string) => {
    const value = env[variable];
    if (value !== undefined && value !== '') return value;
    found.missing.push({ place, variable });
    return mark;
  });
  if (text.replace(/\$\{[A-Za-z_][A-Za-z0-9_]*\}/g, '').includes('${')) {
    const remedy = 'Write ${NAME} with letters, digits and underscores; there are no defaults inside.';
    found.faults.push({ place, words: 'has a ${ that does not name an environment variable', remedy });
  }
  return filled;
}

function readConnections(
  section: unknown,
  faults: PlacedFault[],
  read: <T>(schema: z.ZodType<T>, value: unknown, place: Place) => T | null,
): readonly Placed<NamedConnection>[] {
  const entries = Object.entries(recordOf(section));
  if (entries.length === 0) {
    const words = section === undefined || section === null ? 'is missing' : 'must name at least one connection';
    faults.push({ place: ['connections'], words, remedy: remedyFor('connections') ?? '' });
  }
  return entries.flatMap(([name, value]) => {
    const place = ['connections', name];
    if (!isConnectionName(name)) {
      const words = 'is not a name of a connection: it becomes part of a URL';
      faults.push({ place, words, remedy: 'Use small letters, digits, dashes and underscores, 63 at most.' });
    }
    const connection = read(connectionSection, value, place);
    return connection === null ? [] : [{ place, value: { ...connection, name } }];
  });
}

function serviceAccountsIn(section: unknown): readonly Placed<ServiceAccount>[] {
  return Object.entries(recordOf(section)).flatMap(([name, value]) => {
    const { platform, mode, credentials } = recordOf(value);
    if (typeof platform !== 'string' || !isRecord(credentials)) return [];
    return [{ place: ['connections', name], value: { name, platform, mode, credentials } }];
  });
}

function entriesOf(section: unknown, place: Place, faults: PlacedFault[]): readonly Placed<unknown>[] {
  if (section === undefined || section === null) return [];
  if (Array.isArray(section)) return section.map((value: unknown, index) => ({ place: [...place, index], value }));
  faults.push({ place, words: 'must be a list', remedy: remedyFor(pathText(place)) ?? '' });
  return [];
}

function idsIn(section: unknown): readonly string[] {
  if (!Array.isArray(section)) return [];
  return section.flatMap((entry) => {
    const id = recordOf(entry)['id'];
    return typeof id === 'string' ? [id] : [];
  });
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** By name, because credentials differ from platform to platform. */
const secretKeys = /token|secret|privatekey|password|passphrase/i;

function literalSecretsIn(document: unknown): readonly Place[] {
  const found: Place[] = [];
  fillIn(document, [], (place, text) => {
    const [first, , third] = place;
    const named = place.some((step) => typeof step === 'string' && secretKeys.test(step));
    const secret =
      (first === 'connections' && third === 'webhookSecrets') ||
      (first === 'connections' && third === 'credentials' && named) ||
      (first === 'checks' && third === 'secret') ||
      (first === 'audit' && place[1] === 'key');
    if (secret && !text.includes('${')) found.push(place);
    return text;
  });
  return found;
}
