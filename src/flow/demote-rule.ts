// A rule that would have approved what a person rejects falls back to shadow by itself, and says so.
import type { ApprovalRow } from '../db/approvals.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import type { StoredDecision } from '../db/decisions.ts';
import { latestEvaluation } from '../db/evaluations.ts';
import { addNotice } from '../db/notices.ts';
import { addTasks } from '../db/outbox.ts';
import { addDemotions } from '../db/rulebooks.ts';
import type { Approval } from '../domain/approval.ts';
import { accountsOf, isInitiator } from '../domain/person.ts';
import { rulesOf, type Rule } from '../domain/rulebook.ts';
import { rulebookFinding } from '../rules/finding.ts';
import { record, type FlowContext } from './record.ts';
import { rulebookInForce } from './rulebook-in-force.ts';

/**
 * In the transaction of the rejection. Once per rule and applied rulebook; applying a rulebook again lifts it. Returns
 * the rules that fell back now.
 */
export async function demoteRejected(
  ctx: FlowContext,
  tx: Db,
  input: { readonly row: ApprovalRow; readonly rejectedBy: { readonly actor: string; readonly name: string } },
): Promise<readonly string[]> {
  const { row, rejectedBy } = input;
  if (row.fingerprint === null) return [];
  const evaluation = await latestEvaluation(tx, row.id, row.fingerprint);
  const inForce = await rulebookInForce(ctx, tx);
  if (evaluation === null || evaluation.observation === null || inForce.kind !== 'in-force') return [];
  // Asked again: the rulebook may be another one by now, and only what it would approve today can fall back.
  const { wouldAllow } = rulebookFinding(inForce.rulebook, evaluation.observation);
  const rules = rulesOf(inForce.rulebook).filter((rule) => wouldAllow.includes(rule.id) && mayFall(rule));
  const { actor, name } = rejectedBy;
  const why = `${name} rejected what it would have approved (${row.connection}/${row.platformId})`;
  const ruleIds = await addDemotions(tx, {
    rulebookId: inForce.id,
    ruleIds: rules.map(({ id }) => id),
    approvalId: row.id,
    why,
    now: ctx.now(),
  });
  if (ruleIds.length === 0) return [];
  const details = { rulebook: inForce.id, hash: inForce.hash, rules: ruleIds, evaluation: evaluation.id };
  await record(ctx, tx, { event: 'rule.demoted', approvalId: row.id, actor, details });
  const fallen = rules.filter(({ id }) => ruleIds.includes(id)).map(({ id, title }) => `"${title}" (${id})`);
  const words = [
    `The ${fallen.length === 1 ? 'rule' : 'rules'} ${fallen.join(', ')} fell back to shadow: ${why}`,
    'It approves nothing until an admin applies the rulebook again: `countersign rulebook apply <file> --by <admin> --allow-weaker`',
  ].join('\n');
  const noticeId = await addNotice(tx, { connection: null, kind: 'rule-demoted', words }, ctx.now());
  await addTasks(tx, [{ kind: 'announce', noticeId }], ctx.now());
  ctx.log.warn({ approvalId: row.id, rules: ruleIds, rulebook: inForce.id }, 'rules fell back to shadow');
  return ruleIds;
}

/**
 * The same when it ended as denied: on the platform by somebody there, or by our own denial, whose rejection may have
 * come before there was an evaluation. Whoever takes back what they asked for themselves rejects nothing.
 */
export async function demoteDenied(
  ctx: FlowContext & Pick<Context, 'platforms'>,
  tx: Db,
  input: { readonly row: ApprovalRow; readonly approval: Approval; readonly decision: StoredDecision | null },
): Promise<readonly string[]> {
  const { row, approval, decision } = input;
  if (decision?.basis.value === 'denied' && !decision.basis.cancelledByInitiator) {
    const id = decision.basis.people.at(0) ?? 'platform';
    const name = ctx.config.people.find((person) => person.id === id)?.name ?? id;
    return demoteRejected(ctx, tx, { row, rejectedBy: { actor: id, name } });
  }
  const denier = approval.decisions.find(({ value, account }) => value === 'denied' && isSomebody(ctx, input, account));
  if (denier === undefined) return [];
  const person = ctx.config.people.find((each) => accountsOf(each, row.connection).includes(denier.account));
  const rejectedBy = { actor: person?.id ?? 'platform', name: person?.name ?? denier.account };
  return demoteRejected(ctx, tx, { row, rejectedBy });
}

/** Not our own service account or anybody else's, and not the initiator. */
function isSomebody(
  ctx: Pick<Context, 'config' | 'platforms'>,
  { row, approval }: { readonly row: ApprovalRow; readonly approval: Approval },
  account: string,
): boolean {
  const { people } = ctx.config;
  const initiator = approval.initiator?.account;
  if (account === ctx.platforms.get(row.connection)?.serviceAccount || account === initiator) return false;
  if (people.some(({ owns }) => owns.includes(account))) return false;
  const person = people.find((each) => accountsOf(each, row.connection).includes(account));
  return person === undefined || initiator === undefined || !isInitiator(person, row.connection, initiator);
}

function mayFall({ stage, enforcement }: Rule): boolean {
  return enforcement === 'strict' && stage.kind !== 'shadow';
}
