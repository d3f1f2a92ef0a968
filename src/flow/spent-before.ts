// The sums that a rulebook asks for, as they were at an instant of the past: for simulations, which decide nothing.
import type { Db } from '../db/connect.ts';
import { spentBefore } from '../db/past-spend.ts';
import { combinations } from '../db/spend-match.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Observation } from '../domain/rulebook.ts';
import { largestAnswer, questionKey, windowStart, type SpendAnswer, type SpendQuestion } from '../domain/spend.ts';
import { paymentOf } from './read-spend.ts';

/** A question that can't be answered (a value that it is per is unknown) has no answer, as at an evaluation. */
export async function readSpentBefore(
  db: Db,
  input: {
    readonly connection: string;
    readonly approval: Observation['approval'];
    /** Our id of it, or null. */
    readonly approvalId: string | null;
    readonly questions: readonly SpendQuestion[];
    readonly at: EpochMs;
  },
): Promise<Readonly<Record<string, SpendAnswer>>> {
  const { connection, at } = input;
  const payment = paymentOf(input.approval, connection, at);
  if (payment === null) return {};
  const answers: Record<string, SpendAnswer> = {};
  for (const question of input.questions) {
    const start = windowStart(question.window, at);
    if (start.kind === 'unknown') continue;
    const { per } = question.counter;
    let worst: SpendAnswer | null = null;
    // Of several recipients the one that was paid most counts.
    for (const combination of combinations(per.map((dimension) => payment.dimensions[dimension]))) {
      const sum = await spentBefore(db, {
        connection,
        question,
        values: Object.fromEntries(per.map((dimension, index) => [dimension, combination[index]])),
        after: start.kind === 'after' ? start.at : null,
        before: at,
        except: { reference: payment.reference, approvalId: input.approvalId },
      });
      worst = worst === null ? sum : largestAnswer(worst, sum);
    }
    if (worst !== null) answers[questionKey(question)] = worst;
  }
  return answers;
}
