// Which words on a card hold only for a moment: drawn by themselves they would hold up the ones that count.
import type { EpochMs } from '../domain/amount.ts';
import type { ApprovalView } from '../domain/approval-view.ts';

/** How long a platform that is well takes to answer, and to be read again. Longer than that is news for the channel. */
const answerMs = 1500;

/** A pause with so little left of it is over before anybody has read that it runs. */
const pauseIsOverMs = 1000;

/** Null: what there is to say stays for a while. */
export function passesUntil(view: ApprovalView): EpochMs | null {
  const { decision } = view;
  if (view.state === 'deciding' && decision !== null && view.holds.length === 0) {
    return decision.sendAfter - view.now < pauseIsOverMs ? decision.sendAfter + answerMs : null;
  }
  if (view.state !== 'sending') return null;
  const last = view.submissions.at(-1);
  // Anything but an answer that is on its way is worth saying at once.
  if (last === undefined || (last.outcome !== null && last.outcome !== 'accepted')) return null;
  return last.startedAt + answerMs;
}
