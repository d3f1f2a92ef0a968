// Takes a person's vote or rejection back, while nothing has been sent: the vote reopens.
import { lockApproval } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import { liveHolds, liftHold } from '../db/holds.ts';
import { liveDecision } from '../db/decisions.ts';
import { addTasks } from '../db/outbox.ts';
import { withdrawVotes } from '../db/votes.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import type { Refusal } from '../domain/vote.ts';
import { identify } from './cast-vote.ts';
import { withdrawLiveDecision } from './decide.ts';
import { record, type FlowContext } from './record.ts';

export type WithdrawResult =
  | { readonly kind: 'withdrawn'; readonly reopened: boolean }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export async function withdrawVote(
  ctx: FlowContext & Pick<Context, 'readVoter'>,
  input: { approvalId: string; slackUser: string },
): Promise<WithdrawResult> {
  const identified = await identify(ctx, input.slackUser);
  if (identified.kind === 'refused') return identified;
  const { person } = identified;
  return ctx.db.transaction(async (tx): Promise<WithdrawResult> => {
    const row = await lockApproval(tx, input.approvalId);
    if (row === null || isTerminal(row.state)) return refuse({ kind: 'closed', state: row?.state ?? 'unknown' });
    const decision = await liveDecision(tx, row.id);
    if (decision !== null && decision.firstAttemptAt !== null) return refuse({ kind: 'vote-spent' });
    const withdrawn = await withdrawVotes(tx, { approvalId: row.id, personId: person.id, now: ctx.now() });
    const own = (await liveHolds(tx, row.id)).filter((hold) => hold.personId === person.id);
    if (withdrawn === 0 && own.length === 0) return refuse({ kind: 'nothing-to-withdraw' });
    for (const hold of own) await liftHold(tx, { id: hold.id, by: person.id, now: ctx.now() });
    const rests = decision !== null && decision.basis.people.includes(person.id);
    const why = `${person.name} took it back`;
    await record(ctx, tx, {
      event: 'vote.withdrawn',
      approvalId: row.id,
      actor: person.id,
      details: { slackUser: input.slackUser, votes: withdrawn, holds: own.length },
    });
    if (rests) await withdrawLiveDecision(ctx, tx, { row, why, actor: person.id });
    // Others may be enough without this person: an evaluation looks again.
    await addTasks(
      tx,
      [
        { kind: 'evaluate', approvalId: row.id },
        { kind: 'sync-card', approvalId: row.id },
      ],
      ctx.now(),
    );
    return { kind: 'withdrawn', reopened: rests };
  });
}

function refuse(refusal: Refusal): WithdrawResult {
  return { kind: 'refused', refusal };
}
