// What a simulation is about: a transaction from a file or from flags, a platform's own document, or a stored approval.
import { readFileSync } from 'node:fs';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { findByAnyId } from '../db/approvals.ts';
import { pastOf } from '../db/past-approvals.ts';
import { readSnapshot } from '../db/snapshots.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import type { Finding } from '../domain/finding.ts';
import type { Observation } from '../domain/rulebook.ts';
import { approvalDocuments } from '../platforms/documents.ts';
import { policyLanguages } from '../platforms/policy-languages.ts';
import { suggestion } from '../rules/document.ts';
import { isRecord } from '../rules/unknown.ts';
import type { NamedRulebook } from './read-rulebook.ts';
import { readTransaction } from './simulated-transaction.ts';
import { printable } from './terminal.ts';

/** Those whose policies or documents can be read: what is asked of an approval is known of them. */
export const simulatedPlatforms: readonly string[] = [
  ...new Set([...policyLanguages.map(({ platform }) => platform), ...Object.keys(approvalDocuments)]),
].toSorted();

export type Subject = {
  readonly connection: string;
  readonly approval: Approval;
  /** Our id of it; null for what was never stored. */
  readonly approvalId: string | null;
  readonly at: EpochMs;
  /** What was known to be spent when it was evaluated. */
  readonly spent: Observation['spent'];
  readonly found: readonly Finding[];
};

export type SubjectReading =
  | { readonly kind: 'read'; readonly subject: Subject }
  | { readonly kind: 'faults'; readonly lines: readonly string[] };

export type SubjectAsked = {
  readonly file: string | null;
  readonly platform: string | null;
  /** Flags by the key that the file has for them. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly at: EpochMs;
  readonly config: Config | null;
  readonly named: NamedRulebook | null;
};

export function subjectFrom(asked: SubjectAsked): SubjectReading {
  if (asked.file === null && Object.keys(asked.flags).length === 0) {
    return faults(['There is no transaction. Give a file, flags such as --amount and --to, or --approval <id>.']);
  }
  const { platform, file } = asked;
  if (platform === null) return subjectDescribed(asked, null);
  if (!simulatedPlatforms.includes(platform)) {
    return faults([`"${platform}" is not a platform that is known here. ${suggestion(platform, simulatedPlatforms)}`]);
  }
  const read = Object.hasOwn(approvalDocuments, platform) ? approvalDocuments[platform] : undefined;
  // What our own form says of a transaction is the same on every platform; only a document has a language of its own.
  if (read === undefined || file === null) return subjectDescribed(asked, platform);
  return subjectFromDocument(asked, { platform, file, read });
}

/** In our own form: a file, flags, or both. */
function subjectDescribed(asked: SubjectAsked, platform: string | null): SubjectReading {
  const written = asked.file === null ? {} : readObject(asked.file);
  if (!isRecord(written))
    return faults([`${asked.file ?? 'the file'} is not a JSON object that describes a transaction.`]);
  const named = { ...written, ...asked.flags };
  const connection = connectionOf(asked, platform, named['connection']) ?? platform ?? 'simulation';
  const own = asked.config?.connections.find(({ name }) => name === connection);
  const reading = readTransaction(named, {
    at: asked.at,
    connection,
    platform: platform ?? own?.platform ?? 'generic',
    assets: asked.named?.assets ?? new Map(),
  });
  if (reading.kind === 'read') return { kind: 'read', subject: fresh(asked, connection, reading.approval) };
  const isForeign = platform !== null && asked.file !== null;
  return faults([
    'The transaction can’t be read:',
    ...reading.faults.map((line) => `  ${line}`),
    ...(isForeign
      ? [`What ${platform} itself writes of a transaction cannot be read here: use the keys of --help.`]
      : []),
  ]);
}

type Document = {
  readonly platform: string;
  readonly file: string;
  readonly read: (typeof approvalDocuments)[string];
};

function subjectFromDocument(asked: SubjectAsked, { platform, file, read }: Document): SubjectReading {
  const { connection: wanted, ...others } = asked.flags;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    const own = `the file is ${platform}'s own JSON of an approval and says it all`;
    return faults([`--${other} is for a transaction of our own form; with --platform ${platform} ${own}.`]);
  }
  const connection = connectionOf(asked, platform, wanted) ?? platform;
  const reading = read(readText(file), serviceAccountOf(asked.config, connection));
  if (reading.kind === 'read') return { kind: 'read', subject: fresh(asked, connection, reading.approval) };
  const why = reading.kind === 'absent' ? 'there is none in it' : reading.reason;
  return faults([`${file} is no approval of ${platform} that can be read: ${why}.`]);
}

/** The one that is named, or the first on that platform; null where the configuration has none. */
function connectionOf({ config }: SubjectAsked, platform: string | null, wanted: unknown): string | null {
  if (typeof wanted === 'string') return wanted;
  return config?.connections.find((entry) => platform === null || entry.platform === platform)?.name ?? null;
}

function fresh({ at }: SubjectAsked, connection: string, approval: Approval): Subject {
  return { connection, approval, approvalId: null, at, spent: {}, found: [] };
}

/** As it was evaluated last, at that instant unless another one is asked for. */
export async function storedSubject(
  ctx: Pick<Context, 'db' | 'now'>,
  { id, at }: { id: string; at: EpochMs | null },
): Promise<SubjectReading> {
  const [row, ...others] = await findByAnyId(ctx.db, id);
  if (row === undefined) {
    return faults([`No approval is called ${printable(id)}. \`countersign status\` lists those that wait.`]);
  }
  if (others.length > 0) {
    const lines = [row, ...others].map((each) => `  ${each.id}  ${each.connection}  ${each.state}`);
    return faults([`Several approvals are called ${printable(id)}; say which by our own id:`, ...lines]);
  }
  const approval = row.fingerprint === null ? null : await readSnapshot(ctx.db, row.id, row.fingerprint);
  if (approval === null) {
    return faults([`The approval ${printable(id)} was never read from its platform: there is nothing to simulate.`]);
  }
  const past = await pastOf(ctx.db, row.id);
  const last = past?.evaluations.findLast(({ fingerprint }) => fingerprint === row.fingerprint);
  const observed = last?.observation ?? null;
  return {
    kind: 'read',
    subject: {
      connection: row.connection,
      // The quote moves while the content stays: the one of then is in the observation.
      approval: observed === null || at !== null ? approval : { ...approval, activity: observed.approval.activity },
      approvalId: row.id,
      at: at ?? last?.evaluatedAt ?? ctx.now(),
      spent: at === null ? (observed?.spent ?? {}) : {},
      found: last?.findings ?? [],
    },
  };
}

/** Empty where the configuration does not lead to it: then no group is taken to be ours. */
export function serviceAccountOf(config: Config | null, connection: string): string {
  const credentials = config?.connections.find(({ name }) => name === connection)?.credentials;
  const account = isRecord(credentials) ? credentials['userId'] : undefined;
  return typeof account === 'string' ? account : '';
}

function readObject(file: string): unknown {
  try {
    const value: unknown = JSON.parse(readText(file));
    return value;
  } catch (error) {
    throw new Error(`failed to read the transaction in ${file}`, { cause: error });
  }
}

function readText(file: string): string {
  return readFileSync(file, 'utf8');
}

function faults(lines: readonly string[]): SubjectReading {
  return { kind: 'faults', lines };
}
