// Lifts somebody else's rejection: two admins together, never one.
import { lockApproval, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import { askToLift, liftHold, liveHolds, type Hold } from '../db/holds.ts';
import { liveDecision, type StoredDecision } from '../db/decisions.ts';
import { addTasks } from '../db/outbox.ts';
import { withdrawVotes } from '../db/votes.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import type { Person } from '../domain/person.ts';
import type { Refusal } from '../domain/vote.ts';
import { identify } from './cast-vote.ts';
import { withdrawLiveDecision } from './decide.ts';
import { record, type FlowContext } from './record.ts';

export type LiftResult =
  | { readonly kind: 'lifted' }
  | { readonly kind: 'second-admin-needed' }
  | { readonly kind: 'not-an-admin' }
  | { readonly kind: 'same-admin' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export async function liftHolds(
  ctx: FlowContext & Pick<Context, 'readVoter'>,
  input: { approvalId: string; slackUser: string },
): Promise<LiftResult> {
  const identified = await identify(ctx, input.slackUser);
  if (identified.kind === 'refused') return identified;
  const { person } = identified;
  if (!ctx.config.admins.includes(person.id)) return { kind: 'not-an-admin' };
  return ctx.db.transaction(async (tx): Promise<LiftResult> => {
    const row = await lockApproval(tx, input.approvalId);
    if (row === null || isTerminal(row.state)) return refuse({ kind: 'closed', state: row?.state ?? 'unknown' });
    const decision = await liveDecision(tx, row.id);
    if (decision !== null && decision.firstAttemptAt !== null) return refuse({ kind: 'vote-spent' });
    const holds = await liveHolds(tx, row.id);
    if (holds.length === 0) return refuse({ kind: 'nothing-to-withdraw' });
    if (holds.every((hold) => hold.liftAskedBy === person.id)) return { kind: 'same-admin' };
    // Each rejection by itself: one that came later has not been looked at by whoever asked first.
    const agreed = holds.filter((hold) => isOtherAdmin(ctx, hold.liftAskedBy, person.id));
    const alone = holds.filter((hold) => !agreed.includes(hold));
    if (agreed.length > 0) await lift(ctx, tx, { row, decision, person, holds: agreed });
    for (const hold of alone) await askToLift(tx, hold.id, person.id);
    if (alone.length > 0) {
      await record(ctx, tx, {
        event: 'hold.lift-asked',
        approvalId: row.id,
        actor: person.id,
        details: { people: alone.map((hold) => hold.personId) },
      });
    }
    const tasks = [
      { kind: 'sync-card', approvalId: row.id } as const,
      { kind: 'evaluate', approvalId: row.id } as const,
    ];
    await addTasks(tx, tasks, ctx.now());
    return { kind: alone.length > 0 ? 'second-admin-needed' : 'lifted' };
  });
}

async function lift(
  ctx: FlowContext,
  tx: Db,
  input: { row: ApprovalRow; decision: StoredDecision | null; person: Person; holds: readonly Hold[] },
): Promise<void> {
  const { row, decision, person, holds } = input;
  for (const hold of holds) {
    await liftHold(tx, { id: hold.id, by: `${hold.liftAskedBy},${person.id}`, now: ctx.now() });
    await withdrawVotes(tx, { approvalId: row.id, personId: hold.personId, now: ctx.now() });
  }
  const people = holds.map((hold) => hold.personId);
  const why = `the rejection was lifted by ${holds[0]?.liftAskedBy} and ${person.id}`;
  await record(ctx, tx, { event: 'hold.lifted', approvalId: row.id, actor: person.id, details: { why, people } });
  if (decision?.basis.value === 'denied' && decision.basis.people.some((id) => people.includes(id))) {
    await withdrawLiveDecision(ctx, tx, { row, why, actor: person.id });
  }
}

function isOtherAdmin(ctx: FlowContext, asked: string | null, personId: string): boolean {
  return asked !== null && asked !== personId && ctx.config.admins.includes(asked);
}

function refuse(refusal: Refusal): LiftResult {
  return { kind: 'refused', refusal };
}
