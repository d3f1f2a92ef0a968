// 5. cast-vote: one vote, on one fingerprint, by one eligible person; settle when the tally is final.
import { lockApproval, readApprovalRow, type ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import { placeHold, liftHold } from '../db/holds.ts';
import { addTasks } from '../db/outbox.ts';
import { readSnapshot } from '../db/snapshots.ts';
import { saveVote, withdrawVotes } from '../db/votes.ts';
import type { Approval } from '../domain/approval.ts';
import { personOfSlackUser, type Person } from '../domain/person.ts';
import type { Choice, Refusal } from '../domain/vote.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { crashPoint } from './crash-points.ts';
import { decideToApprove, decideToDeny, withdrawLiveDecision } from './decide.ts';
import { demoteRejected } from './demote-rule.ts';
import { hasApproved, mayCancel, refusalOf, rejectable, whereItCounts } from './may-vote.ts';
import { readStanding, type Standing } from './read-standing.ts';
import { record, type FlowContext } from './record.ts';

export type CastVote = {
  readonly approvalId: string;
  /** `team/user` as Slack's own signed payload names them. */
  readonly slackUser: string;
  readonly choice: Choice;
  /** Required with `deny`. */
  readonly reason: string | null;
  /** The whole fingerprint of what the voter was shown. */
  readonly fingerprint: string;
  readonly shownDigest: string;
};

export type CastResult =
  | {
      readonly kind: 'counted';
      readonly groups: readonly string[];
      readonly decided: { readonly sendAfter: number } | null;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

type VoteContext = FlowContext & Pick<Context, 'platforms' | 'readVoter'>;

export async function castVote(ctx: VoteContext, input: CastVote): Promise<CastResult> {
  if (input.choice === 'deny' && (input.reason ?? '').trim() === '') return refuse({ kind: 'reason-missing' });
  const identified = await identify(ctx, input.slackUser);
  if (identified.kind === 'refused') return identified;
  const seen = await readApprovalRow(ctx.db, input.approvalId);
  const platform = seen === null ? undefined : ctx.platforms.get(seen.connection);
  if (seen === null || platform === undefined) return refuse({ kind: 'closed', state: 'unknown' });
  const result = await ctx.db.transaction((tx) =>
    castInTransaction(ctx, tx, { ...input, person: identified.person, platform }),
  );
  crashPoint('vote-written');
  ctx.log.info(
    { approvalId: input.approvalId, person: identified.person.id, choice: input.choice, result: result.kind },
    'vote handled',
  );
  return result;
}

/** The person behind a Slack user, and whether Slack vouches for them at this moment. */
export async function identify(
  ctx: Pick<VoteContext, 'config' | 'readVoter'>,
  slackUser: string,
): Promise<{ kind: 'known'; person: Person } | { kind: 'refused'; refusal: Refusal }> {
  const voter = await ctx.readVoter(slackUser);
  if (voter.kind === 'unreachable') return refuse({ kind: 'slack-unreachable' });
  if (voter.kind === 'refused') return refuse({ kind: voter.reason });
  const person = personOfSlackUser(ctx.config.people, slackUser);
  return person === null ? refuse({ kind: 'unknown-person' }) : { kind: 'known', person };
}

type Casting = CastVote & { readonly person: Person; readonly platform: PlatformConnection };

async function castInTransaction(ctx: VoteContext, tx: Db, input: Casting): Promise<CastResult> {
  const row = await lockApproval(tx, input.approvalId);
  if (row === null) return refuse({ kind: 'closed', state: 'unknown' });
  if (row.fingerprint !== input.fingerprint) return refuse({ kind: 'changed-content' });
  const approval = await readSnapshot(tx, row.id, row.fingerprint);
  if (approval === null) return refuse({ kind: 'changed-content' });
  const standing = await readStanding(ctx, tx, {
    row,
    approval,
    fingerprint: row.fingerprint,
    platform: input.platform,
  });
  const refusal = refusalOf(ctx, { row, approval, standing }, input);
  if (refusal !== null) return refuse(refusal);
  return input.choice === 'approve'
    ? approve(ctx, tx, { row, approval, standing, casting: input })
    : deny(ctx, tx, { row, approval, standing, casting: input });
}

type Settled = { row: ApprovalRow; approval: Approval; standing: Standing; casting: Casting };

async function approve(ctx: VoteContext, tx: Db, settled: Settled): Promise<CastResult> {
  const { row, approval, standing, casting } = settled;
  const counted = whereItCounts(settled, casting.person);
  if (counted.kind === 'refused') return counted;
  const keys = counted.groups.map((entry) => entry.group.key);
  if (hasApproved(standing, casting.person, keys)) return refuse({ kind: 'same-vote-already', choice: 'approve' });
  // Said otherwise before: a rejection must not live on in a group where the new vote does not count.
  if (standing.votes.some((vote) => vote.personId === casting.person.id && vote.choice === 'deny')) {
    await withdrawVotes(tx, { approvalId: row.id, personId: casting.person.id, now: ctx.now() });
  }
  await keepVote(ctx, tx, settled, keys);
  const own = standing.holds.filter((hold) => hold.personId === casting.person.id);
  for (const hold of own) await liftHold(tx, { id: hold.id, by: casting.person.id, now: ctx.now() });
  if (own.length > 0) {
    const details = { why: 'approved instead', people: [casting.person.id] };
    await record(ctx, tx, { event: 'hold.lifted', approvalId: row.id, actor: casting.person.id, details });
  }

  const after = await readStanding(ctx, tx, {
    row,
    approval,
    fingerprint: casting.fingerprint,
    platform: casting.platform,
  });
  const result = await decideToApprove(ctx, tx, {
    row,
    approval,
    fingerprint: casting.fingerprint,
    platform: casting.platform,
    standing: after,
    verdict: null,
    findings: after.evaluation?.findings ?? [],
    evaluationId: after.evaluation?.id ?? null,
    isReserved: false,
  });
  const tasks = [{ kind: 'sync-card', approvalId: row.id } as const];
  // A group that also allows automation may be ready now: only an evaluation may act on a verdict.
  await addTasks(
    tx,
    result.kind === 'decided' ? tasks : [...tasks, { kind: 'evaluate', approvalId: row.id }],
    ctx.now(),
  );
  return { kind: 'counted', groups: keys, decided: result.kind === 'decided' ? { sendAfter: result.sendAfter } : null };
}

async function deny(ctx: VoteContext, tx: Db, settled: Settled): Promise<CastResult> {
  const { approval, standing, casting } = settled;
  const { person } = casting;
  const reason = (casting.reason ?? '').trim();
  const groups = rejectable(standing, person);
  const byInitiator = mayCancel(settled.row, approval, person);
  if (standing.decision?.basis.value === 'denied' && standing.decision.basis.people.includes(person.id)) {
    return refuse({ kind: 'same-vote-already', choice: 'deny' });
  }
  // A rejection wins over an approval that is not sent yet.
  const reopened =
    standing.decision?.basis.value === 'approved'
      ? await withdrawLiveDecision(ctx, tx, { row: settled.row, why: `${person.name} rejected it`, actor: person.id })
      : settled.row;
  if (reopened === null) return refuse({ kind: 'vote-spent' });
  const keys = groups.map((entry) => entry.group.key);
  await keepVote(ctx, tx, settled, keys);
  await placeHold(tx, { approvalId: reopened.id, personId: person.id, reason, byInitiator }, ctx.now());
  // Who cancels what they asked for themselves says nothing about the rule that would have approved it.
  if (!byInitiator) {
    await demoteRejected(ctx, tx, { row: reopened, rejectedBy: { actor: person.id, name: person.name } });
  }

  const after = await readStanding(ctx, tx, {
    row: reopened,
    approval,
    fingerprint: casting.fingerprint,
    platform: casting.platform,
  });
  const enough = after.groups.find(
    (entry) => entry.rule !== null && entry.deniedBy.length >= entry.rule.denyQuorum && entry.deniedBy.length > 0,
  );
  const people: readonly string[] = byInitiator ? [person.id] : (enough?.deniedBy ?? []);
  const [first, ...others] = people;
  if (first === undefined || reopened.state !== 'pending') {
    await addTasks(tx, [{ kind: 'sync-card', approvalId: reopened.id }], ctx.now());
    return { kind: 'counted', groups: keys, decided: null };
  }
  const result = await decideToDeny(ctx, tx, {
    row: reopened,
    fingerprint: casting.fingerprint,
    people: [first, ...others],
    reason,
    cancelledByInitiator: byInitiator,
  });
  return { kind: 'counted', groups: keys, decided: result.kind === 'decided' ? { sendAfter: result.sendAfter } : null };
}

async function keepVote(
  ctx: VoteContext,
  tx: Db,
  { row, casting }: Settled,
  groupKeys: readonly string[],
): Promise<void> {
  const { person, slackUser, choice, fingerprint, shownDigest } = casting;
  const reason = choice === 'deny' ? (casting.reason ?? '').trim() : null;
  for (const groupKey of groupKeys) {
    await saveVote(tx, {
      approvalId: row.id,
      groupKey,
      personId: person.id,
      slackUser,
      choice,
      reason,
      fingerprint,
      shownDigest,
      castAt: ctx.now(),
    });
  }
  await record(ctx, tx, {
    event: choice === 'approve' ? 'vote.approve' : 'vote.deny',
    approvalId: row.id,
    actor: person.id,
    details: { slackUser, groups: groupKeys, fingerprint, shownDigest, reason },
  });
}

function refuse(refusal: Refusal): { kind: 'refused'; refusal: Refusal } {
  return { kind: 'refused', refusal };
}
