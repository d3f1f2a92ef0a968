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
import { isRecord } from '../rules/unknown.ts';
import type { NamedRulebook } from './read-rulebook.ts';
import { readTransaction } from './simulated-transaction.ts';
import { printable } from './terminal.ts';

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
  if (asked.platform !== null) return subjectFromDocument(asked, asked.platform);
  const written = asked.file === null ? {} : readObject(asked.file);
  if (!isRecord(written))
    return faults([`${asked.file ?? 'the file'} is not a JSON object that describes a transaction.`]);
  const first = asked.config?.connections[0];
  const named = { ...written, ...asked.flags };
  const connection = typeof named['connection'] === 'string' ? named['connection'] : (first?.name ?? 'simulation');
  const own = asked.config?.connections.find(({ name }) => name === connection);
  const reading = readTransaction(named, {
    at: asked.at,
    connection,
    platform: own?.platform ?? 'generic',
    assets: asked.named?.assets ?? new Map(),
  });
  if (reading.kind === 'faults')
    return faults(['The transaction can’t be read:', ...reading.faults.map((line) => `  ${line}`)]);
  return { kind: 'read', subject: fresh(asked, connection, reading.approval) };
}

function subjectFromDocument(asked: SubjectAsked, platform: string): SubjectReading {
  const read = Object.hasOwn(approvalDocuments, platform) ? approvalDocuments[platform] : undefined;
  if (read === undefined) {
    return faults([`No documents of "${platform}" are known. Known: ${Object.keys(approvalDocuments).join(', ')}.`]);
  }
  if (asked.file === null) return faults([`--platform ${platform} is about a file, and there is none.`]);
  const connections = (asked.config?.connections ?? []).filter((entry) => entry.platform === platform);
  const wanted = asked.flags['connection'];
  const { connection: _, ...others } = asked.flags;
  const [other] = Object.keys(others);
  if (other !== undefined)
    return faults([`--${other} is for a transaction of our own form; with --platform the file says it all.`]);
  const connection = typeof wanted === 'string' ? wanted : (connections[0]?.name ?? platform);
  const reading = read(readText(asked.file), serviceAccountOf(asked.config, connection));
  if (reading.kind === 'read') return { kind: 'read', subject: fresh(asked, connection, reading.approval) };
  const why = reading.kind === 'absent' ? 'there is none in it' : reading.reason;
  return faults([`${asked.file} is no approval of ${platform} that can be read: ${why}.`]);
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
