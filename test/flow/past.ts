// Approvals of the past, written as the flow would have left them.
import { lockOrCreate, updateApproval } from '../../src/db/approvals.ts';
import type { Db } from '../../src/db/connect.ts';
import { writeDecision } from '../../src/db/decisions.ts';
import { placeHold } from '../../src/db/holds.ts';
import { evaluations } from '../../src/db/schema.ts';
import { saveSnapshot } from '../../src/db/snapshots.ts';
import type { Approval } from '../../src/domain/approval.ts';
import type { DecisionBasis } from '../../src/domain/decision.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { fingerprintOf } from '../../src/domain/fingerprint.ts';
import { isTerminal, type State } from '../../src/domain/lifecycle.ts';
import type { Observation } from '../../src/domain/rulebook.ts';
import { aFinding, aGroup, anApproval, connection, minuteMs, noon } from '../builders.ts';

export type PastSeed = {
  readonly id: string;
  readonly state?: State;
  readonly endedElsewhere?: boolean;
  /** Null: it was heard of and never read. */
  readonly approval?: Partial<Approval> | null;
  readonly seenAt?: number;
  /** One evaluation each; none: it ended before anybody evaluated it. */
  readonly evaluations?: readonly {
    readonly findings?: readonly Finding[];
    readonly observation?: Observation | null;
    readonly at?: number;
  }[];
  readonly basis?: DecisionBasis;
  /** Rejections in Slack that stand. */
  readonly holds?: readonly { readonly person: string; readonly byInitiator?: boolean }[];
};

export const byPeople: DecisionBasis = {
  value: 'approved',
  coverage: [{ groupKey: aGroup().key, by: 'votes' }],
  people: ['alice', 'bob'],
  voteIds: [],
  evaluationId: null,
};

export const byVerdict: DecisionBasis = {
  ...byPeople,
  people: [],
  coverage: [{ groupKey: aGroup().key, by: 'verdict' }],
};

export const deniedBy = (person: string, cancelledByInitiator = false): DecisionBasis => ({
  value: 'denied',
  people: [person],
  reason: 'the vendor did not confirm it',
  cancelledByInitiator,
});

/** Returns our id of it. */
export async function seedPast(db: Db, seed: PastSeed): Promise<string> {
  const { id, state = 'approved', seenAt = noon } = seed;
  return db.transaction(async (tx) => {
    const row = await lockOrCreate(tx, { connection, platformId: id }, seenAt);
    if (seed.approval === null) return row.id;
    const approval = anApproval({ id, ...seed.approval });
    const fingerprint = fingerprintOf(approval);
    const ended = isTerminal(state) ? { endedAt: seenAt + 10 * minuteMs } : {};
    await updateApproval(
      tx,
      row.id,
      { state, fingerprint, endedElsewhere: seed.endedElsewhere ?? false, ...ended },
      seenAt,
    );
    await saveSnapshot(tx, { approvalId: row.id, fingerprint, approval, readAt: seenAt });
    for (const [place, evaluation] of (seed.evaluations ?? [{}]).entries()) {
      await tx.insert(evaluations).values({
        approvalId: row.id,
        fingerprint,
        verdict: 'abstain',
        reasons: [],
        findings: evaluation.findings ?? [aFinding()],
        observation: evaluation.observation ?? null,
        evaluatedAt: new Date(evaluation.at ?? seenAt + place * minuteMs),
      });
    }
    for (const { person, byInitiator = false } of seed.holds ?? []) {
      await placeHold(tx, { approvalId: row.id, personId: person, reason: 'no', byInitiator }, seenAt);
    }
    if (seed.basis !== undefined) {
      await writeDecision(tx, {
        id: crypto.randomUUID(),
        approvalId: row.id,
        fingerprint,
        basis: seed.basis,
        decidedAt: seenAt,
        sendAfter: seenAt,
        auditSeq: 1,
        auditMac: 'a'.repeat(64),
      });
    }
    return row.id;
  });
}
