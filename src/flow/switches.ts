// The two switches: anyone in `people` may pause, two admins resume, and a stolen key pauses by itself.
import { openApprovals, lockApproval, type ApprovalRow } from '../db/approvals.ts';
import type { Db } from '../db/connect.ts';
import { addNotice } from '../db/notices.ts';
import { addTasks } from '../db/outbox.ts';
import { liveDecision } from '../db/decisions.ts';
import { askToResume, lockSwitch, setSwitch, type SwitchName } from '../db/switches.ts';
import { withdrawLiveDecision } from './decide.ts';
import { record, type FlowContext } from './record.ts';

export type SwitchResult =
  | { readonly kind: 'paused' }
  | { readonly kind: 'already-paused' }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'already-on' }
  | { readonly kind: 'second-admin-needed' }
  | { readonly kind: 'refused'; readonly reason: 'unknown-person' | 'not-an-admin' | 'same-admin' };

/** Takes effect on every process at its next read, which comes last before every submission. */
export async function pause(
  ctx: FlowContext,
  input: { personId: string; name: SwitchName; reason: string },
): Promise<SwitchResult> {
  const person = ctx.config.people.find((entry) => entry.id === input.personId);
  if (person === undefined) return { kind: 'refused', reason: 'unknown-person' };
  const result = await ctx.db.transaction(async (tx): Promise<SwitchResult> => {
    const before = await lockSwitch(tx, input.name);
    // Pausing again answers whoever asked to resume.
    if (before?.isOn === false && before.resumeAskedBy === null) return { kind: 'already-paused' };
    await turnOff(ctx, tx, { name: input.name, by: person.id, reason: input.reason });
    await announce(ctx, tx, 'paused', `${person.name} paused ${label(input.name)}: ${input.reason}`);
    return { kind: 'paused' };
  });
  await withdrawUnsent(ctx, input.name);
  return result;
}

/** The first admin asks, a second one resumes; then everything that waits is evaluated afresh. */
export async function resume(ctx: FlowContext, input: { personId: string; name: SwitchName }): Promise<SwitchResult> {
  const person = ctx.config.people.find((entry) => entry.id === input.personId);
  if (person === undefined) return { kind: 'refused', reason: 'unknown-person' };
  if (!ctx.config.admins.includes(person.id)) return { kind: 'refused', reason: 'not-an-admin' };
  const result = await ctx.db.transaction(async (tx): Promise<SwitchResult> => {
    const now = ctx.now();
    const before = await lockSwitch(tx, input.name);
    if (before?.isOn === true) return { kind: 'already-on' };
    if (before === null) await setSwitch(tx, { name: input.name, isOn: false, reason: 'missing', by: 'system', now });
    const asked = before?.resumeAskedBy ?? null;
    if (asked === person.id) return { kind: 'refused', reason: 'same-admin' };
    if (asked === null || !ctx.config.admins.includes(asked)) {
      await askToResume(tx, input.name, person.id);
      await record(ctx, tx, {
        event: 'switch.resume-asked',
        approvalId: null,
        actor: person.id,
        details: { switch: input.name },
      });
      await announce(
        ctx,
        tx,
        'resume-asked',
        `${person.name} asks to resume ${label(input.name)}; a second admin must agree`,
      );
      return { kind: 'second-admin-needed' };
    }
    const reason = `resumed by ${asked} and ${person.id}`;
    await setSwitch(tx, { name: input.name, isOn: true, reason, by: `${asked},${person.id}`, now });
    await record(ctx, tx, {
      event: 'switch.on',
      approvalId: null,
      actor: `${asked},${person.id}`,
      details: { switch: input.name },
    });
    await announce(
      ctx,
      tx,
      'resumed',
      `${label(input.name)} resumed by ${asked} and ${person.id}; what waits is evaluated afresh`,
    );
    return { kind: 'resumed' };
  });
  if (result.kind === 'resumed') await evaluateAfresh(ctx);
  return result;
}

/** A decision by our account that we did not make: both switches off, said out loud, in the caller's transaction. */
export async function freezeAfterForeignDecision(
  ctx: FlowContext,
  tx: Db,
  input: { row: ApprovalRow; value: string },
): Promise<void> {
  const reason = `our account decided (${input.value}) on ${input.row.platformId} without us`;
  // Both rows are locked before the first audit row: the chain's lock comes last everywhere.
  const before = [await lockSwitch(tx, 'approvals'), await lockSwitch(tx, 'automation')];
  for (const position of before) {
    // Also when it is off: whoever asked to resume did not know of this.
    if (position !== null) await turnOff(ctx, tx, { name: position.name, by: 'system', reason });
  }
  await record(ctx, tx, {
    event: 'decision.foreign',
    approvalId: input.row.id,
    actor: 'platform',
    details: { platformId: input.row.platformId, value: input.value },
  });
  await announce(
    ctx,
    tx,
    'foreign-decision',
    `${reason}. Somebody else may hold its key: everything is paused. Rotate the key before resuming.`,
  );
}

async function turnOff(
  ctx: FlowContext,
  tx: Db,
  input: { name: SwitchName; by: string; reason: string },
): Promise<void> {
  await setSwitch(tx, { ...input, isOn: false, now: ctx.now() });
  await record(ctx, tx, {
    event: 'switch.off',
    approvalId: null,
    actor: input.by,
    details: { switch: input.name, reason: input.reason },
  });
}

async function announce(
  ctx: FlowContext,
  tx: Db,
  kind: 'paused' | 'resumed' | 'resume-asked' | 'foreign-decision',
  words: string,
): Promise<void> {
  const noticeId = await addNotice(tx, { connection: null, kind, words }, ctx.now());
  await addTasks(tx, [{ kind: 'announce', noticeId }], ctx.now());
}

/** Decisions that wait out their pause are taken back; each approval in its own transaction, rows before the chain. */
async function withdrawUnsent(ctx: FlowContext, name: SwitchName): Promise<void> {
  for (const { id } of await openApprovals(ctx.db)) {
    await ctx.db.transaction(async (tx) => {
      const row = await lockApproval(tx, id);
      const decision = row === null ? null : await liveDecision(tx, id);
      if (row !== null && decision !== null && isStoppedBy(name, decision.basis)) {
        await withdrawLiveDecision(ctx, tx, { row, why: `${label(name)} paused`, actor: 'system' });
      }
      await addTasks(tx, [{ kind: 'sync-card', approvalId: id }], ctx.now());
    });
  }
}

function isStoppedBy(name: SwitchName, basis: NonNullable<Awaited<ReturnType<typeof liveDecision>>>['basis']): boolean {
  if (basis.value === 'denied') return false;
  return name === 'approvals' || basis.coverage.some((entry) => entry.by === 'verdict');
}

async function evaluateAfresh(ctx: FlowContext): Promise<void> {
  const open = await openApprovals(ctx.db);
  const tasks = open.flatMap(({ id }) => [
    { kind: 'evaluate', approvalId: id } as const,
    { kind: 'sync-card', approvalId: id } as const,
  ]);
  await addTasks(ctx.db, tasks, ctx.now());
}

function label(name: SwitchName): string {
  return name === 'automation' ? 'automatic approvals' : 'all approvals';
}
