// Putting a rulebook in force: checked, compared with the one before, stored, audited and announced, or refused whole.
import { lockChain } from '../db/audit-log.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import { addNotice } from '../db/notices.ts';
import { addTasks } from '../db/outbox.ts';
import { openApprovals } from '../db/approvals.ts';
import { addRulebook, appliedEvent, lastApplied, newestRulebook, wasEverApplied } from '../db/rulebooks.ts';
import { rulesOf, type Rulebook } from '../domain/rulebook.ts';
import { changesBetween, weakerThan, withDemoted } from '../rules/compare.ts';
import type { DocumentFault } from '../rules/document.ts';
import { refusalsIn } from '../rules/lint.ts';
import { parseRulebook } from '../rules/parse.ts';
import { record, type FlowContext } from './record.ts';
import { rulebookInForce } from './rulebook-in-force.ts';

export type ApplyResult =
  | {
      readonly kind: 'applied';
      readonly id: number;
      readonly hash: string;
      /** In words, one line each. */
      readonly changes: readonly string[];
      readonly weaker: readonly string[];
    }
  | { readonly kind: 'already-in-force'; readonly id: number }
  | { readonly kind: 'faults'; readonly faults: readonly DocumentFault[] }
  /** It may approve more than the one in force, and nobody said that it should. */
  | { readonly kind: 'weaker'; readonly weaker: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: 'unknown-person' | 'not-an-admin' };

/** Takes effect on every process at its next evaluation. What is refused changes nothing. */
export async function applyRulebook(
  ctx: FlowContext,
  input: { readonly text: string; readonly personId: string; readonly allowWeaker: boolean },
): Promise<ApplyResult> {
  const person = ctx.config.people.find(({ id }) => id === input.personId);
  if (person === undefined) return { kind: 'refused', reason: 'unknown-person' };
  const reading = parseRulebook(input.text);
  if (reading.kind === 'faults') return { kind: 'faults', faults: reading.faults };
  const { rulebook } = reading;
  const connections = new Set(ctx.config.connections.map(({ name }) => name));
  const faults = refusalsIn({ rulebook, text: input.text, connections });
  if (faults.length > 0) return { kind: 'faults', faults };
  const result = await ctx.db.transaction(async (tx): Promise<ApplyResult> => {
    // Two people at once: the second one is compared with what the first one applied.
    await lockChain(tx);
    const before = await asItActs(ctx, tx);
    if (before.hash === rulebook.hash && before.id !== null) return { kind: 'already-in-force', id: before.id };
    const weaker = weakerThan(before.rulebook, rulebook);
    if (weaker.length > 0 && !input.allowWeaker) return { kind: 'weaker', weaker };
    if (weaker.length > 0 && !ctx.config.admins.includes(person.id)) {
      return { kind: 'refused', reason: 'not-an-admin' };
    }
    const changes = changesBetween(before.rulebook, rulebook);
    const id = await put(ctx, tx, { rulebook, text: input.text, by: person.id, weaker });
    await announce(ctx, tx, { id, by: person.name, rulebook, changes, weaker });
    return { kind: 'applied', id, hash: rulebook.hash, changes, weaker };
  });
  if (result.kind === 'applied') await evaluateAfresh(ctx);
  return result;
}

export type RulebookAdoption = 'none' | 'first' | 'known' | 'differs' | 'rows-missing';

/**
 * At start: the configuration's file is the first rulebook; from then on it is the rows that count, and a file that
 * was never applied is only spoken of. Safe on several processes at once.
 */
export async function adoptRulebook(ctx: FlowContext): Promise<RulebookAdoption> {
  const { rulebook } = ctx.config;
  if (rulebook === null) return 'none';
  const { file, hash } = rulebook;
  const adoption = await ctx.db.transaction(async (tx): Promise<RulebookAdoption> => {
    await lockChain(tx);
    if ((await newestRulebook(tx)) !== null) return (await wasEverApplied(tx, hash)) ? 'known' : 'differs';
    // Rows that the audit log speaks of are gone: whatever was in force, the file must not take its place unseen.
    if ((await lastApplied(tx)) !== null) return 'rows-missing';
    await put(ctx, tx, { rulebook, text: rulebook.text, by: 'system', weaker: weakerThan(null, rulebook) });
    return 'first';
  });
  if (adoption === 'first') ctx.log.info({ file, hash }, 'rulebook put in force: the first one');
  if (adoption === 'differs') {
    const remedy = 'countersign rulebook apply';
    ctx.log.warn({ file, hash, remedy }, 'rulebook file was never applied: the one applied last stays in force');
  }
  if (adoption === 'rows-missing') ctx.log.error({ file }, 'rulebooks that were applied are gone: none is in force');
  // Read once now: the first look walks the audit log, and a fault is better known before anybody waits for it.
  const inForce = await rulebookInForce(ctx, ctx.db);
  if (inForce.kind === 'in-force') ctx.log.info({ rulebook: inForce.id, hash: inForce.hash }, 'rulebook in force');
  else ctx.log.error({ why: inForce.why }, 'no rulebook in force: nothing is automatic');
  return adoption;
}

type Before = { readonly id: number | null; readonly hash: string | null; readonly rulebook: Rulebook | null };

/** With the rules in shadow that fell back; one that can't be read approves nothing, so everything is weaker. */
async function asItActs(ctx: Pick<Context, 'config' | 'log'>, tx: Db): Promise<Before> {
  const before = await rulebookInForce(ctx, tx);
  if (before.kind !== 'in-force') return { id: null, hash: null, rulebook: null };
  const rulebook = withDemoted(before.rulebook, before.demoted);
  // Applying the same text again lifts what fell back.
  return { id: before.id, hash: before.demoted.length === 0 ? before.hash : null, rulebook };
}

async function put(
  ctx: FlowContext,
  tx: Db,
  input: { rulebook: Rulebook; text: string; by: string; weaker: readonly string[] },
): Promise<number> {
  const { rulebook, text, by, weaker } = input;
  const { hash } = rulebook;
  const id = await addRulebook(tx, { hash, text, appliedBy: by, weaker }, ctx.now());
  const details = { rulebook: id, hash, rules: rulesOf(rulebook).length, weaker };
  await record(ctx, tx, { event: appliedEvent, approvalId: null, actor: by, details });
  return id;
}

/** So many lines are read in a channel; all of them stand in the audit log and in `countersign rulebook show`. */
const mostLines = 12;

async function announce(
  ctx: FlowContext,
  tx: Db,
  input: { id: number; by: string; rulebook: Rulebook; changes: readonly string[]; weaker: readonly string[] },
): Promise<void> {
  const { changes, weaker } = input;
  const count = rulesOf(input.rulebook).length;
  const said = [...weaker.map((words) => `may approve more: ${words}`), ...changes];
  const left = said.length - mostLines;
  const lines = [
    `${input.by} put rulebook #${input.id} in force (${count} ${count === 1 ? 'rule' : 'rules'})`,
    ...said.slice(0, mostLines),
    ...(left > 0 ? [`and ${left} more: \`countersign rulebook show\``] : []),
  ];
  const notice = { connection: null, kind: 'rulebook-applied', words: lines.join('\n') } as const;
  const noticeId = await addNotice(tx, notice, ctx.now());
  await addTasks(tx, [{ kind: 'announce', noticeId }], ctx.now());
}

/** After the commit, and not in it: other transactions hold rows of the outbox while they wait for the chain. */
async function evaluateAfresh(ctx: FlowContext): Promise<void> {
  const waiting = (await openApprovals(ctx.db)).filter(({ state }) => state === 'pending');
  await addTasks(
    ctx.db,
    waiting.map(({ id }) => ({ kind: 'evaluate', approvalId: id }) as const),
    ctx.now(),
  );
}
