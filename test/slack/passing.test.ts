// Words that hold for a moment are not drawn by themselves; words that people need are never held back.
import { describe, expect, it } from 'vitest';
import { passesUntil } from '../../src/slack/passing.ts';
import { aDecision, aHold, anApprovalView, aSubmission, noon } from '../builders.ts';

const decision = aDecision({ decidedAt: noon, sendAfter: noon + 30_000 });
const at = (now: number) => ({ state: 'deciding', decision, now }) as const;
const sending = (outcome: 'accepted' | 'refused' | 'unknown' | 'not-sent' | null) =>
  ({ state: 'sending', submissions: [aSubmission({ startedAt: noon, outcome })], now: noon + 100 }) as const;

describe('what a card says for a moment', () => {
  it.each([
    ['a pause that has just begun is shown', anApprovalView(at(noon)), null],
    ['the last second of a pause is not', anApprovalView(at(noon + 29_500)), noon + 31_500],
    [
      'nor is a decision without a pause',
      anApprovalView({ ...at(noon), decision: aDecision({ sendAfter: noon }) }),
      noon + 1500,
    ],
    ['a hold is shown at once', anApprovalView({ ...at(noon + 29_500), holds: [aHold()] }), null],
    ['sending waits for the answer', anApprovalView(sending(null)), noon + 1500],
    ['an accepted vote waits to be read back', anApprovalView(sending('accepted')), noon + 1500],
    ['an unclear answer is shown at once', anApprovalView(sending('unknown')), null],
    ['so is one that was not sent', anApprovalView(sending('not-sent')), null],
    ['a vote that stands is shown', anApprovalView({ state: 'sent', submissions: [aSubmission()] }), null],
    ['the end is shown', anApprovalView({ state: 'approved', decision, now: noon + 29_900 }), null],
  ])('%s', (_name, view, until) => {
    expect(passesUntil(view)).toBe(until);
  });
});
