// 4. ask-people: put the question to each group that needs people; the card follows by itself.
import { updateApproval, type ApprovalRow } from '../db/approvals.ts';
import { addDirectCard } from '../db/cards.ts';
import type { Db } from '../db/connect.ts';
import { addTasks } from '../db/outbox.ts';
import type { Approval } from '../domain/approval.ts';
import type { PersonId } from '../domain/person.ts';
import type { ScheduledTask } from '../domain/task.ts';
import type { Standing } from './read-standing.ts';
import { record, type FlowContext } from './record.ts';

/** Each person is asked once per approval, and reminded once at half the time left. */
export async function askPeople(
  ctx: FlowContext,
  tx: Db,
  input: { row: ApprovalRow; approval: Approval; standing: Standing },
): Promise<void> {
  const { row, standing } = input;
  const mode = ctx.config.connections.find((connection) => connection.name === row.connection)?.mode ?? 'observe';
  if (mode === 'observe') return;
  const now = ctx.now();
  const tasks: ScheduledTask[] = [];
  const asked: PersonId[] = [];
  for (const personId of peopleNeeded(ctx, standing)) {
    if (!(await addDirectCard(tx, row.id, personId))) continue;
    asked.push(personId);
    tasks.push({ task: { kind: 'ask', approvalId: row.id, personId }, notBefore: null });
    if (row.expiresAt !== null && row.expiresAt > now) {
      const halfway = now + Math.floor((row.expiresAt - now) / 2);
      tasks.push({ task: { kind: 'remind', approvalId: row.id, personId }, notBefore: halfway });
    }
  }
  if (asked.length === 0) return;
  await updateApproval(tx, row.id, row.askedAt === null ? { askedAt: now } : {}, now);
  await addTasks(tx, tasks, now);
  await record(ctx, tx, { event: 'people.asked', approvalId: row.id, actor: 'system', details: { people: asked } });
}

/** Those who may vote and have not, in every group that is not complete on its own side. */
function peopleNeeded(ctx: FlowContext, standing: Standing): readonly PersonId[] {
  const needed = standing.groups.flatMap((entry) => {
    const { rule, group } = entry;
    const complete =
      entry.route.kind === 'slack' ? entry.approvedBy.length >= entry.quorum : entry.platformMissing === 0;
    if (rule === null || complete) return [];
    return ctx.config.people
      .filter((person) => standing.eligibility(group, rule, person).kind === 'eligible')
      .filter((person) => !entry.approvedBy.includes(person.id) && !entry.deniedBy.includes(person.id))
      .map((person) => person.id);
  });
  return [...new Set(needed)];
}
