// The two switches that everything automatic asks last: missing or unreadable means off.
import { eq } from 'drizzle-orm';
import type { EpochMs } from '../domain/amount.ts';
import type { Db } from './connect.ts';
import { switches } from './schema.ts';
import { storableText } from './storable.ts';

export const switchNames = ['automation', 'approvals'] as const;

export type SwitchName = (typeof switchNames)[number];

export type Switch = {
  readonly name: SwitchName;
  readonly isOn: boolean;
  readonly reason: string;
  readonly changedBy: string;
  readonly changedAt: EpochMs;
  readonly resumeAskedBy: string | null;
};

/** Both start on at the first start of a new database; afterwards only people turn them. */
export async function createSwitches(tx: Db, now: EpochMs): Promise<void> {
  await tx
    .insert(switches)
    .values(
      switchNames.map((name) => ({
        name,
        isOn: true,
        reason: 'first start',
        changedBy: 'system',
        changedAt: new Date(now),
      })),
    )
    .onConflictDoNothing();
}

export async function readSwitches(db: Db): Promise<Switch[]> {
  const rows = await db.select().from(switches);
  return rows.map((row) => ({ ...row, changedAt: row.changedAt.getTime() }));
}

export type SwitchPositions = { readonly automation: boolean; readonly approvals: boolean };

export async function switchPositions(db: Db): Promise<SwitchPositions> {
  const rows = await db.select({ name: switches.name, isOn: switches.isOn }).from(switches);
  const isOn = (name: SwitchName) => rows.some((row) => row.name === name && row.isOn);
  return { automation: isOn('automation') && isOn('approvals'), approvals: isOn('approvals') };
}

export async function lockSwitch(tx: Db, name: SwitchName): Promise<Switch | null> {
  const [row] = await tx.select().from(switches).where(eq(switches.name, name)).for('update');
  return row === undefined ? null : { ...row, changedAt: row.changedAt.getTime() };
}

export async function setSwitch(
  tx: Db,
  input: { name: SwitchName; isOn: boolean; reason: string; by: string; now: EpochMs },
): Promise<void> {
  const values = {
    isOn: input.isOn,
    reason: storableText(input.reason),
    changedBy: input.by,
    changedAt: new Date(input.now),
    resumeAskedBy: null,
  };
  await tx
    .insert(switches)
    .values({ name: input.name, ...values })
    .onConflictDoUpdate({ target: switches.name, set: values });
}

export async function askToResume(tx: Db, name: SwitchName, adminId: string): Promise<void> {
  await tx.update(switches).set({ resumeAskedBy: adminId }).where(eq(switches.name, name));
}
