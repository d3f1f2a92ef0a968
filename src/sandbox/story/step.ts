// One step of the story: a promise in words, the play that proves it, and the fault that would break it.
import { approvalIn, callsOfBot, found, notYet, when, type Look, type Stage } from './stage.ts';
import type { ApprovalStatus, DecisionCall, DecisionValue } from '../custody/ledger.ts';

export interface Step {
  id: string;
  promise: string;
  /** What goes wrong when the step is told to break itself: the story must notice. */
  sabotage: string;
  play(stage: Stage, isSabotaged: boolean): Promise<void>;
}

/** The platform's own word for where an approval stands. */
export function platformSays(stage: Stage, claim: string, approvalId: string, status: ApprovalStatus): Promise<true> {
  return stage.soon(claim, async () => {
    const approval = approvalIn(await stage.ledger(), approvalId);
    return when(approval.status === status, `the platform says ${approval.status}`);
  });
}

/** Exactly one decision of the service account counts on the platform, it came over the API, and it says this. */
export async function oneDecision(
  stage: Stage,
  claim: string,
  approvalId: string,
  value: DecisionValue,
): Promise<DecisionCall> {
  return stage.now(claim, async (): Promise<Look<DecisionCall>> => {
    const calls = callsOfBot(await stage.ledger(), approvalId).filter(({ applied }) => applied);
    const [call] = calls;
    if (call === undefined) return notYet('no decision of the service account counts');
    if (calls.length > 1) return notYet(`${calls.length} decisions of the service account count`);
    if (call.via !== 'api') return notYet(`the decision came from ${call.via}`);
    return call.value === value ? found(call) : notYet(`it decided ${call.value ?? 'nothing readable'}`);
  });
}

export async function lookForNoDecision(stage: Stage, approvalId: string): Promise<Look<true>> {
  const calls = callsOfBot(await stage.ledger(), approvalId);
  return when(calls.length === 0, `${calls.length} calls by the service account: ${calls.map(describe).join(', ')}`);
}

export function noDecision(stage: Stage, claim: string, approvalId: string): Promise<true> {
  return stage.now(claim, () => lookForNoDecision(stage, approvalId));
}

function describe(call: DecisionCall): string {
  return `${call.value ?? 'unreadable'} (${call.applied ? 'applied' : `not applied, ${call.status ?? 'no answer'}`})`;
}
