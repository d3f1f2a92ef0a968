// Rolling budgets: how much automation may approve per connection, wallet and recipient. Absent means zero.
import { addDecimals, compareDecimals, formatFiat, type Fiat } from './amount.ts';

export type Budget = {
  readonly connection: string;
  readonly per: 'connection' | 'wallet' | 'recipient';
  readonly windowMs: number;
  readonly count: number;
  readonly amount: Fiat;
};

export type Spend = { readonly count: number; readonly amount: string };

/** What is left of a budget for one more item; never below zero. */
export type BudgetLeft = Pick<Budget, 'per' | 'windowMs' | 'count' | 'amount'>;

export function leftOf({ per, windowMs, count, amount }: Budget, spend: Spend): BudgetLeft {
  const value = addDecimals(amount.value, `-${spend.amount}`);
  return {
    per,
    windowMs,
    count: Math.max(0, count - spend.count),
    amount: { value: value.startsWith('-') ? '0' : value, currency: amount.currency },
  };
}

/** Null when one more item of this value fits; otherwise the sentence that says why not. */
export function overBudget(budget: Budget, spend: Spend, value: Fiat): string | null {
  const window = `${Math.round(budget.windowMs / 3_600_000)} h`;
  if (value.currency !== budget.amount.currency) {
    return `the budget per ${budget.per} is in ${budget.amount.currency}, the value in ${value.currency}`;
  }
  if (spend.count + 1 > budget.count)
    return `the budget of ${budget.count} items in ${window} per ${budget.per} is used up`;
  if (compareDecimals(addDecimals(spend.amount, value.value), budget.amount.value) > 0) {
    return `with it, ${window} would exceed the budget of ${formatFiat(budget.amount)} per ${budget.per}`;
  }
  return null;
}
