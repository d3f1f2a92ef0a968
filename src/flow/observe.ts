// What a rulebook is asked about one approval, as plain data that is kept, so that the question can be asked again.
import type { Db } from '../db/connect.ts';
import { storable } from '../db/storable.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import type { Observation } from '../domain/rulebook.ts';
import { questionsOf } from '../rules/questions.ts';
import { holdSpend, lookAtSpend, prepareSpend, type HeldSpend, type SpendInput } from './read-spend.ts';
import type { RulebookInForce } from './rulebook-in-force.ts';

export type Asked = {
  readonly connection: string;
  readonly approval: Approval;
  /** Our id of it, or null for one that is only tried out. */
  readonly approvalId: string | null;
  readonly at: EpochMs;
  readonly rulebook: RulebookInForce;
};

/** A look: the sums that it holds may change at once. */
export async function observe(db: Db, asked: Asked): Promise<Observation> {
  const { observation, spend } = seenBy(asked);
  return spend === null ? observation : storable({ ...observation, spent: await lookAtSpend(db, spend) });
}

/**
 * With what the approval would spend reserved: the sums that it holds stay as they are until the caller's transaction
 * ends, which decides on them or takes the reservation back. The approval's row must be locked before.
 */
export async function reserveAndObserve(
  tx: Db,
  asked: Asked & { readonly approvalId: string },
): Promise<{ readonly observation: Observation; readonly reserved: HeldSpend['reserved'] }> {
  const { observation, spend } = seenBy(asked);
  if (spend === null) return { observation, reserved: null };
  const { answers, reserved } = await holdSpend(tx, { ...spend, approvalId: asked.approvalId });
  return { observation: storable({ ...observation, spent: answers }), reserved };
}

/** Once, before the transaction that decides: sums that were never asked for are made from the whole history. */
export async function prepareToObserve(db: Db, asked: Asked): Promise<void> {
  const { spend } = seenBy(asked);
  if (spend !== null) await prepareSpend(db, spend);
}

function seenBy(asked: Asked): { readonly observation: Observation; readonly spend: SpendInput | null } {
  const { connection, at, rulebook, approvalId } = asked;
  const { platform, id, initiator, activity, createdAt } = asked.approval;
  // Judged as it will be stored: a replay must see the same texts.
  const observation: Observation = storable({
    connection,
    approval: { platform, id, initiator, activity, createdAt },
    at,
    spent: {},
    demoted: rulebook.kind === 'in-force' ? rulebook.demoted : [],
  });
  const questions = rulebook.kind === 'in-force' ? questionsOf(rulebook.rulebook, observation) : [];
  if (questions.length === 0) return { observation, spend: null };
  return { observation, spend: { connection, approval: asked.approval, approvalId, questions, now: at } };
}
