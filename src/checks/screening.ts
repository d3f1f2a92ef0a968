// What does the operator's own screening service say? Anything but a clear answer in time is unavailable.
import type { Check } from './check.ts';
import { defineSlowCheck, unavailable } from './found.ts';
import type { World } from './world.ts';

export function screening({ ask, deadlineMs }: NonNullable<World['screening']>): Check {
  return defineSlowCheck({
    name: 'screening',
    title: 'Screening',
    // The service's own time-out comes first, and says more.
    deadlineMs: deadlineMs + 500,
    answer: async ({ connection, approval, now }) => {
      const answer = await ask({ connection, approval, now });
      if (answer.kind === 'unavailable') return unavailable(`the screening service gave no answer: ${answer.reason}`);
      return { outcome: answer.outcome, words: answer.words, dataAt: now };
    },
  });
}
