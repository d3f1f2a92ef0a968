// Asking what was spent as an evaluation does, and the approvals that tests of it are about.
import type { Approval } from '../../src/domain/approval.ts';
import type { Activity } from '../../src/domain/activity.ts';
import { questionKey, type SpendCounter, type SpendQuestion, type SpendAnswer } from '../../src/domain/spend.ts';
import { lookAtSpend, prepareSpend } from '../../src/flow/read-spend.ts';
import { anActivity, anApproval, connection } from '../builders.ts';
import type { Lab } from './lab.ts';

const perWallet = { per: ['wallet'], only: [] } as const;

export function aQuestion(counter: SpendCounter = perWallet, seconds = 86_400): SpendQuestion {
  return { counter, window: { kind: 'rolling', seconds }, currency: 'USD' };
}

export type AskArguments = readonly [
  question?: SpendQuestion,
  asking?: { approval?: Approval; approvalId?: string | null },
];

export async function askIn(
  { db, clock }: Lab,
  ...[question = aQuestion(), asking = {}]: AskArguments
): Promise<SpendAnswer | undefined> {
  const { approval = anApproval({ id: 'ap-asking', activity: transfer('xfr-asking') }), approvalId = null } = asking;
  const input = { connection, approval, approvalId, questions: [question], now: clock.now };
  await prepareSpend(db, input);
  return (await lookAtSpend(db, input))[questionKey(question)];
}

export function transfer(subjectId: string, overrides: Partial<Activity> = {}): Activity {
  return anActivity({ subjectId, ...overrides });
}

export function ended(id: string, status: 'approved' | 'denied' | 'failed', subjectId = `xfr-${id}`): Approval {
  return anApproval({ id, status, statusText: status, activity: transfer(subjectId) });
}
