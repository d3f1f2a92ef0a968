// The budget of message changes: never more than Slack takes in a minute, and cards are never the ones that go short.
import { describe, expect, it } from 'vitest';
import { createUpdateBudget } from '../../src/slack/update-budget.ts';

function aBudget() {
  const clock = { now: 1_000_000 };
  const budget = createUpdateBudget(() => clock.now);
  const takeAll = (use: 'card' | 'direct'): number => {
    let taken = 0;
    while (budget.take(use) === null) taken += 1;
    return taken;
  };
  return { budget, clock, takeAll };
}

describe('the budget of message changes', () => {
  it('is fifty a minute, and comes back bit by bit', () => {
    const { clock, takeAll } = aBudget();

    const first = takeAll('card');
    clock.now += 6000;
    const afterSixSeconds = takeAll('card');
    clock.now += 10 * 60_000;

    expect([first, afterSixSeconds, takeAll('card')]).toEqual([50, 5, 50]);
  });

  it('keeps half of it for cards, however many direct messages there are to change', () => {
    const { takeAll } = aBudget();

    expect([takeAll('direct'), takeAll('card')]).toEqual([25, 25]);
  });

  it('says when to come back, and holds it then', () => {
    const { budget, clock, takeAll } = aBudget();
    takeAll('card');

    const direct = budget.take('direct');
    const card = budget.take('card');
    clock.now = card ?? 0;
    const again = budget.take('card');

    expect(card).toBe(1_000_000 + 1200);
    expect(direct).toBe(1_000_000 + 26 * 1200);
    expect(again).toBeNull();
  });

  it('rests for everybody as long as Slack says', () => {
    const { budget, clock } = aBudget();

    budget.rest(7000);
    const early = [budget.take('card'), budget.take('direct')];
    clock.now += 7000;

    expect(early).toEqual([1_007_000, 1_007_000]);
    expect(budget.take('card')).toBeNull();
  });
});
