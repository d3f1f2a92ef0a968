// An independent judge of the model test: knows the inputs, their answers and what the platform was sent; nothing of ours.
export type Memo = 'a' | 'b' | 'c';

export type Choice = 'approve' | 'deny';

type Said = { choice: Choice; memo: Memo; at: number; slackUser: string; liftAskedBy: string | null };

export type Judged = {
  memo: Memo;
  /** What each person said last and did not take back. */
  said: Map<string, Said>;
  sent: { value: string; at: number; automatic: boolean }[];
  /** Votes may have been voided by changed content or by Slack: then nobody can say from outside that one was lost. */
  mayBeVoid: boolean;
  expiresAt: number;
};

export type Judge = {
  readonly approvals: Map<string, Judged>;
  readonly refused: Set<string>;
  approvalsOn: boolean;
  automationOn: boolean;
  check: 'pass' | 'flag' | 'stop';
  readonly rules: {
    readonly automation: boolean;
    readonly quorum: number;
    readonly denyQuorum: number;
    readonly budgetCount: number;
  };
};

const approvers = ['alice', 'bob', 'carol'];
const initiator = 'dave';
const approveAfterMs = 30_000;
const denyAfterMs = 60_000;
const submissionMs = 15_000;
const dayMs = 24 * 3_600_000;

export function heard(judged: Judged, person: string, said: Pick<Said, 'choice' | 'memo' | 'at' | 'slackUser'>): void {
  judged.said.set(person, { ...said, liftAskedBy: null });
}

/** Two admins lift each rejection; the first one only asks. */
export function lifted(judged: Judged, admin: string): void {
  for (const [person, said] of judged.said) {
    if (said.choice !== 'deny') continue;
    if (said.liftAskedBy !== null && said.liftAskedBy !== admin) judged.said.delete(person);
    else said.liftAskedBy = admin;
  }
}

/** Everything that must be true at the moment when a decision is sent; each violated promise in words. */
export function judgeSending(
  judge: Judge,
  input: { id: string; value: string; platformMemo: Memo; platformStatus: string; ours: boolean; now: number },
): string[] {
  const judged = judge.approvals.get(input.id);
  if (judged === undefined) return [`${input.id} was never heard of`];
  const faults: string[] = [];
  const promise = (holds: boolean, words: string) => {
    if (!holds) faults.push(`${input.value} of ${input.id}: ${words}`);
  };
  promise(input.platformStatus === 'pending', `the platform says ${input.platformStatus}`);
  promise(!input.ours, 'our vote stands there already');
  promise(
    judged.sent.every((earlier) => earlier.value === input.value),
    'another value was sent before',
  );
  promise(judged.expiresAt - input.now >= submissionMs, 'too little time is left');
  if (input.value === 'denied') {
    promise(deniedByPeople(judge, judged, input), 'nobody who may chose it, on this content, long enough ago');
    judged.sent.push({ value: input.value, at: input.now, automatic: false });
    return faults;
  }
  const byVotes = quorumReachedAt(judge, judged, input.platformMemo);
  const isQuorum = byVotes !== null && byVotes + approveAfterMs <= input.now;
  const isAutomatic = judge.rules.automation && judge.automationOn && judge.check === 'pass';
  promise(judge.approvalsOn, 'approvals are paused');
  promise(judge.check !== 'stop', 'a check says stop');
  promise(![...judged.said.values()].some(({ choice }) => choice === 'deny'), 'somebody rejected it');
  promise(isQuorum || isAutomatic, 'it rests neither on a quorum nor on a verdict');
  if (!isQuorum && !judged.sent.some(({ automatic }) => automatic)) {
    promise(automaticSince(judge, input.now - dayMs) < judge.rules.budgetCount, 'the budget is used up');
  }
  judged.sent.push({ value: input.value, at: input.now, automatic: !isQuorum });
  return faults;
}

function deniedByPeople(judge: Judge, judged: Judged, input: { platformMemo: Memo; now: number }): boolean {
  const chosen = [...judged.said].filter(
    ([, said]) =>
      said.choice === 'deny' &&
      said.memo === input.platformMemo &&
      said.at + denyAfterMs <= input.now &&
      !judge.refused.has(said.slackUser),
  );
  if (chosen.some(([person]) => person === initiator)) return true;
  return chosen.filter(([person]) => approvers.includes(person)).length >= judge.rules.denyQuorum;
}

/** When the last of the people whom a quorum needs approved this content; null without a quorum. */
export function quorumReachedAt(judge: Judge, judged: Judged, memo: Memo): number | null {
  const times = [...judged.said]
    .filter(([person, said]) => approvers.includes(person) && said.choice === 'approve' && said.memo === memo)
    .filter(([, said]) => !judge.refused.has(said.slackUser))
    .map(([, said]) => said.at)
    .toSorted((a, b) => a - b);
  return times[Math.max(2, judge.rules.quorum) - 1] ?? null;
}

function automaticSince(judge: Judge, since: number): number {
  return [...judge.approvals.values()].filter(({ sent }) => sent.some(({ automatic, at }) => automatic && at > since))
    .length;
}
