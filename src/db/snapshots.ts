// Approvals as read from the platform, kept once per fingerprint.
import { and, eq } from 'drizzle-orm';
import { stringify } from 'lossless-json';
import type { EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import { readJson } from '../domain/json.ts';
import type { Db } from './connect.ts';
import { snapshots } from './schema.ts';
import { storable } from './storable.ts';

/** Keeps the newest reading of this content: its votes and status move while the fingerprint stays. */
export async function saveSnapshot(
  tx: Db,
  input: { approvalId: string; fingerprint: Fingerprint; approval: Approval; readAt: EpochMs },
): Promise<void> {
  const { decisive, ...read } = input.approval;
  const document = storable(read);
  const text = stringify(decisive);
  if (text === undefined) throw new Error('failed to write the decisive content as JSON', { cause: input.approvalId });
  const readAt = new Date(input.readAt);
  await tx
    .insert(snapshots)
    .values({
      approvalId: input.approvalId,
      fingerprint: input.fingerprint,
      document,
      decisive: text,
      firstReadAt: readAt,
      lastReadAt: readAt,
    })
    .onConflictDoUpdate({
      target: [snapshots.approvalId, snapshots.fingerprint],
      set: { document, lastReadAt: readAt },
    });
}

export async function readSnapshot(db: Db, approvalId: string, fingerprint: Fingerprint): Promise<Approval | null> {
  const [row] = await db
    .select()
    .from(snapshots)
    .where(and(eq(snapshots.approvalId, approvalId), eq(snapshots.fingerprint, fingerprint)));
  if (row === undefined) return null;
  const decisive = readJson(row.decisive);
  if (decisive.kind === 'malformed') throw new Error('failed to read a stored snapshot', { cause: decisive.reason });
  return { ...row.document, decisive: decisive.value };
}
