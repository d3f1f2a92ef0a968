// Keeping an evaluation with its audit row, which binds what is stored: nothing is decided or sent on any other.
import canonicalize from 'canonicalize';
import { bindingOf, digestsOf, evaluatedEvent, lastRecorded } from '../db/bound-evaluations.ts';
import type { Db } from '../db/connect.ts';
import { lastEvaluatedAt, latestEvaluation, saveEvaluation, type Evaluation } from '../db/evaluations.ts';
import { storable } from '../db/storable.ts';
import type { Finding } from '../domain/finding.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import type { Facts } from './find-facts.ts';
import { record, type FlowContext } from './record.ts';

type Answer = Omit<Evaluation, 'id' | 'evaluatedAt'>;

/**
 * One row per answer: an evaluation that says the same as the last one is not kept again, unless what is stored of that
 * one is not what its audit row says. The caller holds the approval's row. Returns the id of the evaluation.
 */
export async function keepEvaluation(
  ctx: FlowContext,
  tx: Db,
  input: { readonly approvalId: string; readonly fingerprint: Fingerprint; readonly facts: Facts },
): Promise<string> {
  const { approvalId, fingerprint, facts } = input;
  const { rulebook, observation, rulebookAnswer } = facts.judged;
  // As the database gives it back: compared and bound is what is stored.
  const answer: Answer = storable({
    fingerprint,
    verdict: facts.verdict,
    findings: facts.findings,
    rulebookHash: rulebook.kind === 'in-force' ? rulebook.hash : null,
    observation,
    rulebookAnswer,
  });
  const last = await latestEvaluation(tx, approvalId, fingerprint);
  if (last !== null && (await isNewestAndBound(tx, approvalId, last)) && saysTheSame(last, answer)) return last.id;
  const evaluation = { ...answer, evaluatedAt: await timeOf(ctx, tx, approvalId) };
  const id = await saveEvaluation(tx, approvalId, evaluation);
  await record(ctx, tx, {
    event: evaluatedEvent,
    approvalId,
    actor: 'service-account',
    details: {
      evaluation: id,
      fingerprint,
      verdict: evaluation.verdict.kind,
      reasons: evaluation.verdict.reasons,
      rulebook: evaluation.rulebookHash,
      rulebookId: rulebook.kind === 'in-force' ? rulebook.id : null,
      sha256: digestsOf(approvalId, evaluation),
    },
  });
  return id;
}

/** Content that changed and changed back has an older evaluation, which is not what the trail says was judged last. */
async function isNewestAndBound(tx: Db, approvalId: string, last: Evaluation): Promise<boolean> {
  return bindingOf(await lastRecorded(tx, approvalId), approvalId, last).kind === 'bound';
}

/** After every other one of this approval: clocks of two processes differ, and the newest is found by its time. */
async function timeOf(ctx: FlowContext, tx: Db, approvalId: string): Promise<number> {
  const last = await lastEvaluatedAt(tx, approvalId);
  // An instant that is none was written by somebody else; the audit log tells.
  return last === null || !Number.isFinite(last) ? ctx.now() : Math.max(ctx.now(), last + 1);
}

/**
 * An approval may come of it: then it is kept with exactly what it was judged by, evidence included. Otherwise only
 * what people read counts, or every minute that passes would be another answer.
 */
function saysTheSame(last: Evaluation, answer: Answer): boolean {
  if (essence(last) !== essence(answer)) return false;
  if (answer.verdict.kind === 'abstain') return true;
  return proof(last) === proof(answer);
}

function essence(of: Pick<Answer, 'verdict' | 'findings'>): string {
  const said = of.findings.map(({ check, outcome, words, evidence }) => [check, outcome, words, versionIn(evidence)]);
  return JSON.stringify([of.verdict, said]);
}

/** Which row of the rulebook spoke: the same words of another one are another answer. */
function versionIn(evidence: Finding['evidence']): readonly (string | undefined)[] {
  return [evidence['rulebook'], evidence['version']];
}

/**
 * On which data: the list of today is not the list of yesterday, also where both say the same. Every look has a time of
 * its own; where a rule asks for it, it stands in the answer.
 */
function proof({ findings, observation, rulebookAnswer }: Answer): string | undefined {
  return canonicalize([findings, observation === null ? null : { ...observation, at: 0 }, rulebookAnswer]);
}
