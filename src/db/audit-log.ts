// The audit log: a gapless sequence in which every row is chained to the one before by a hash keyed outside the database.
import { createHmac, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import { asc, desc, gt, sql } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Db } from './connect.ts';
import { auditLog } from './schema.ts';

export type AuditEntry = {
  readonly event: string;
  readonly approvalId: string | null;
  /** A person's id, `service-account`, `platform` or `system`. */
  readonly actor: string;
  readonly details: Readonly<Record<string, unknown>>;
};

export type AuditHead = { readonly seq: number; readonly mac: string };

/** Its number is arbitrary and stable: every process must take the same lock. */
const chainLock = 4_021_977_301;

const genesis = '0'.repeat(64);

/** For whoever takes other locks that several approvals share: the chain's comes before them, on every path. */
export async function lockChain(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${chainLock})`);
}

/**
 * Appends in the caller's transaction, which it serialises with every other one that appends until the commit: take
 * row locks first. Without this row the caller's change does not exist.
 */
export async function appendAudit(
  tx: Db,
  input: { key: Uint8Array; now: EpochMs; configHash: string },
  entry: AuditEntry,
): Promise<AuditHead> {
  await lockChain(tx);
  const [last] = await tx
    .select({ seq: auditLog.seq, mac: auditLog.mac })
    .from(auditLog)
    .orderBy(desc(auditLog.seq))
    .limit(1);
  const details = canonicalize(entry.details);
  if (details === undefined) throw new Error('failed to canonicalise audit details', { cause: entry.event });
  const row = {
    seq: (last?.seq ?? 0) + 1,
    at: new Date(input.now),
    event: entry.event,
    approvalId: entry.approvalId,
    actor: entry.actor,
    details,
    configHash: input.configHash,
    previous: last?.mac ?? genesis,
  };
  const mac = macOf(input.key, row);
  await tx.insert(auditLog).values({ ...row, mac });
  return { seq: row.seq, mac };
}

type Row = Omit<typeof auditLog.$inferSelect, 'mac'>;

function macOf(key: Uint8Array, row: Row): string {
  const signed = canonicalize({ ...row, at: row.at.toISOString() });
  if (signed === undefined) throw new Error('failed to canonicalise an audit row', { cause: row.seq });
  return createHmac('sha256', key).update(signed).digest('hex');
}

export type AuditVerification =
  | { readonly kind: 'intact'; readonly rows: number; readonly head: AuditHead | null }
  | { readonly kind: 'broken'; readonly seq: number; readonly words: string };

/** Walks the whole chain and names the first bad row. `onProgress` gets the number of rows checked so far. */
export async function verifyAudit(
  db: Db,
  key: Uint8Array,
  onProgress: (rows: number) => void = () => {},
): Promise<AuditVerification> {
  let expected = 1;
  let previous = genesis;
  // A row before the first is as forged as any other: the walk starts at whatever stands lowest.
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = await db.select().from(auditLog).where(gt(auditLog.seq, after)).orderBy(asc(auditLog.seq)).limit(1000);
    for (const row of rows) {
      const fault = faultOf(key, row, { expected, previous });
      if (fault !== null) return { kind: 'broken', seq: row.seq < expected ? row.seq : expected, words: fault };
      previous = row.mac;
      after = row.seq;
      expected += 1;
    }
    onProgress(expected - 1);
    if (rows.length === 0) break;
  }
  return { kind: 'intact', rows: expected - 1, head: expected === 1 ? null : { seq: expected - 1, mac: previous } };
}

function faultOf(
  key: Uint8Array,
  row: typeof auditLog.$inferSelect,
  chain: { expected: number; previous: string },
): string | null {
  const { mac, ...signed } = row;
  if (row.seq !== chain.expected) return `row ${chain.expected} is missing (the next one is ${row.seq})`;
  const wanted = Buffer.from(macOf(key, signed), 'hex');
  const found = Buffer.from(mac, 'hex');
  if (wanted.length !== found.length || !timingSafeEqual(wanted, found))
    return `row ${row.seq} was changed, or was written with another key`;
  if (row.previous !== chain.previous) return `row ${row.seq} does not follow row ${row.seq - 1}`;
  return null;
}

export async function auditHead(db: Db): Promise<AuditHead | null> {
  const [row] = await db
    .select({ seq: auditLog.seq, mac: auditLog.mac })
    .from(auditLog)
    .orderBy(desc(auditLog.seq))
    .limit(1);
  return row ?? null;
}

export async function auditOf(
  db: Db,
  approvalId: string,
): Promise<{ seq: number; at: EpochMs; event: string; actor: string; details: string }[]> {
  const rows = await db
    .select()
    .from(auditLog)
    .where(sql`${auditLog.approvalId} = ${approvalId}`)
    .orderBy(asc(auditLog.seq));
  return rows.map((row) => ({
    seq: row.seq,
    at: row.at.getTime(),
    event: row.event,
    actor: row.actor,
    details: row.details,
  }));
}
