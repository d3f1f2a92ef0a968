// One approval of the past, asked again: each content that it had, at each time that it was evaluated, by each rulebook.
import { checks } from '../checks/index.ts';
import { runChecks } from '../checks/run-checks.ts';
import type { Db } from '../db/connect.ts';
import type { PastApproval } from '../db/past-approvals.ts';
import type { Activity } from '../domain/activity.ts';
import type { Finding } from '../domain/finding.ts';
import type { Observation, Rulebook } from '../domain/rulebook.ts';
import { questionKey } from '../domain/spend.ts';
import { rulebookCheck } from '../domain/verdict.ts';
import { compileRulebook } from '../rules/compile.ts';
import { evaluateRulebook } from '../rules/evaluate.ts';
import { explainRulebook, summaryOf } from '../rules/explain.ts';
import { factsOf } from '../rules/facts.ts';
import { asIfInForce } from './as-if-in-force.ts';
import { isPure, allQuestionsOf } from './simulate.ts';
import { readSpentBefore } from './spent-before.ts';

export type Question = {
  readonly draft: Rulebook;
  /** The draft with every rule live; null when it is so already. */
  readonly liveDraft: Rulebook | null;
  /** Rules that fell back act as shadow. */
  readonly inForce: { readonly rulebook: Rulebook; readonly demoted: readonly string[] } | null;
};

export type Answer = {
  readonly approves: boolean;
  /** Why, in one sentence; made only when somebody reads it. */
  readonly words: () => string;
};

export type Answers = {
  readonly draft: Answer;
  readonly liveDraft: Answer | null;
  readonly inForce: Answer | null;
  /** What the checks said then, or what those say now that need nothing but the approval itself. */
  readonly checks: 'kept' | 'asked-now';
  readonly activity: Activity;
};

type Moment = {
  readonly observation: Observation;
  /** What the checks found, without the rulebook. */
  readonly found: readonly Finding[];
};

/** Null when it was never read. A rulebook approves when it does so at any moment: automation does not wait for more. */
export async function judgePast(
  db: Db,
  past: PastApproval,
  question: Question,
  serviceAccount: string,
): Promise<Answers | null> {
  const kept = momentsOf(past);
  const moments = kept.length > 0 ? kept : await firstMoment(past, serviceAccount);
  const last = moments.at(-1);
  if (last === undefined) return null;
  const ask = async (rulebook: Rulebook, demoted: readonly string[]) =>
    judgeMoments(db, { past, rulebook, demoted, moments });
  const { draft, liveDraft, inForce } = question;
  return {
    draft: await ask(draft, []),
    liveDraft: liveDraft === null ? null : await ask(liveDraft, []),
    inForce: inForce === null ? null : await ask(inForce.rulebook, inForce.demoted),
    checks: kept.length > 0 ? 'kept' : 'asked-now',
    activity: last.observation.approval.activity,
  };
}

function momentsOf(past: PastApproval): readonly Moment[] {
  return past.evaluations.flatMap((evaluation): readonly Moment[] => {
    const snapshot = past.snapshots.find(({ fingerprint }) => fingerprint === evaluation.fingerprint);
    const found = evaluation.findings.filter(({ check }) => check !== rulebookCheck);
    if (evaluation.observation !== null) return [{ observation: evaluation.observation, found }];
    if (snapshot === undefined) return [];
    return [{ observation: observed(past, snapshot.approval, evaluation.evaluatedAt), found }];
  });
}

/** It ended before anybody evaluated it: the checks that need nothing else are asked as of its first reading. */
async function firstMoment(past: PastApproval, serviceAccount: string): Promise<readonly Moment[]> {
  const snapshot = past.snapshots.find(({ fingerprint }) => fingerprint === past.fingerprint);
  if (snapshot === undefined) return [];
  const now = snapshot.firstReadAt;
  const found = await runChecks(checks.filter(isPure), {
    connection: past.connection,
    approval: { ...snapshot.approval, decisive: {} },
    serviceAccount,
    recipients: [],
    similar: [],
    now,
  });
  return [{ observation: observed(past, snapshot.approval, now), found }];
}

/**
 * A snapshot keeps the newest quote only. Where it is newer than the evaluation it is taken as of its own instant: as "of
 * the future" it would be unknown, and what a draft would have approved would go unseen.
 */
function observed(
  past: PastApproval,
  { id, platform, initiator, activity, createdAt }: PastApproval['snapshots'][number]['approval'],
  at: number,
): Observation {
  return {
    connection: past.connection,
    approval: { id, platform, initiator, activity, createdAt },
    at: Math.max(at, activity.price?.quotedAt ?? at),
    spent: {},
    demoted: [],
  };
}

type Asked = {
  readonly past: PastApproval;
  readonly rulebook: Rulebook;
  readonly demoted: readonly string[];
  readonly moments: readonly Moment[];
};

async function judgeMoments(db: Db, asked: Asked): Promise<Answer> {
  let last: Answer = { approves: false, words: () => 'it was never judged' };
  for (const moment of asked.moments) {
    last = await judgeMoment(db, asked, moment);
    if (last.approves) return last;
  }
  return last;
}

async function judgeMoment(db: Db, { past, rulebook, demoted }: Asked, moment: Moment): Promise<Answer> {
  const compiled = compileRulebook(rulebook);
  const first = { ...moment.observation, demoted };
  const isSettled = evaluateRulebook(compiled, factsOf(first));
  const unknown = isSettled.kind === 'abstain' && isSettled.because === 'unknown';
  // Sums can only settle what is not settled: they are not worth reading otherwise.
  const observation = unknown ? await withSpent(db, past, rulebook, first) : first;
  const answer = unknown ? evaluateRulebook(compiled, factsOf(observation)) : isSettled;
  const found = asIfInForce(moment.found, { rulebook, connection: past.connection, activity: first.approval.activity });
  const open = found.find(({ outcome }) => outcome !== 'pass');
  const words = (): string => summaryOf(explainRulebook(compiled, factsOf(observation)));
  if (answer.kind === 'abstain') return { approves: false, words };
  if (open === undefined) return { approves: true, words };
  return { approves: false, words: () => `${words()}, and a check does not: ${open.title}: ${open.words}` };
}

async function withSpent(
  db: Db,
  past: PastApproval,
  rulebook: Rulebook,
  observation: Observation,
): Promise<Observation> {
  const missing = allQuestionsOf(rulebook).filter(
    (question) => !Object.hasOwn(observation.spent, questionKey(question)),
  );
  if (missing.length === 0) return observation;
  const { connection, approval, at } = observation;
  const found = await readSpentBefore(db, { connection, approval, approvalId: past.id, questions: missing, at });
  return { ...observation, spent: { ...observation.spent, ...found } };
}
