// What automation may still approve of the kind that an approval is: of each budget that it would spend from.
import type { Db } from '../db/connect.ts';
import { spendSince } from '../db/spend.ts';
import { readPlainTransfer } from '../domain/activity.ts';
import type { Approval } from '../domain/approval.ts';
import { leftOf, type Budget, type BudgetLeft } from '../domain/budget.ts';
import type { Context } from '../context.ts';

/**
 * A look without a lock: what is decided meanwhile may take it. An approval's own reservation counts as spent. Empty for
 * what no budget is about, because automation never approves it.
 */
export async function budgetLeft(
  ctx: Pick<Context, 'config' | 'now'>,
  db: Db,
  { connection, approval }: { connection: string; approval: Pick<Approval, 'activity'> },
): Promise<readonly BudgetLeft[]> {
  const reading = readPlainTransfer(approval.activity);
  if (reading.kind === 'not-plain') return [];
  const { walletId, network, to } = reading.transfer;
  const subjects = { connection: '', wallet: walletId, recipient: `${network}/${to.toLowerCase()}` };
  const budgets = ctx.config.budgets.filter((budget) => budget.connection === connection);
  return Promise.all(budgets.map((budget) => leftNow(budget, subjects[budget.per])));

  async function leftNow(budget: Budget, subject: string): Promise<BudgetLeft> {
    const spend = await spendSince(db, {
      // The same key as in `decide.ts`.
      key: `budget/${connection}/${budget.per}/${subject}`,
      currency: budget.amount.currency,
      since: ctx.now() - budget.windowMs,
      exceptDecision: null,
    });
    return leftOf(budget, spend);
  }
}
