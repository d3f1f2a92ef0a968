// The configuration that processes last started with, and since when a person's entry has been as it is.
import { desc } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { ChangedPeople } from '../domain/person.ts';
import type { Db } from './connect.ts';
import { changedPeople, configurations } from './schema.ts';

export type StoredConfiguration = { readonly hash: string; readonly document: Record<string, unknown> };

/** The one adopted last; callers that adopt another hold `lockConfigurations` first. */
export async function latestConfiguration(tx: Db): Promise<StoredConfiguration | null> {
  const [row] = await tx.select().from(configurations).orderBy(desc(configurations.adoptedAt)).limit(1);
  return row ?? null;
}

export async function lockConfigurations(tx: Db): Promise<void> {
  await tx.execute(sql`lock table ${configurations} in exclusive mode`);
}

export async function adoptConfiguration(tx: Db, configuration: StoredConfiguration, now: EpochMs): Promise<void> {
  const adoptedAt = new Date(now);
  await tx
    .insert(configurations)
    .values({ ...configuration, adoptedAt })
    .onConflictDoUpdate({ target: configurations.hash, set: { adoptedAt } });
}

export async function markChanged(tx: Db, personIds: readonly string[], now: EpochMs): Promise<void> {
  if (personIds.length === 0) return;
  const changedAt = new Date(now);
  await tx
    .insert(changedPeople)
    .values(personIds.map((personId) => ({ personId, changedAt })))
    .onConflictDoUpdate({ target: changedPeople.personId, set: { changedAt } });
}

export async function readChangedPeople(db: Db): Promise<ChangedPeople> {
  const rows = await db.select().from(changedPeople);
  return new Map(rows.map((row) => [row.personId, row.changedAt.getTime()]));
}
