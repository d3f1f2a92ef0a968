import { describe, it } from 'vitest';
import { flows, surviveCrash, surviveCrashes, type Crash } from './crash-lab.ts';

const points: readonly Crash[] = [
  'delivery-stored',
  'task-started',
  'task-started#2',
  'task-started#3',
  'approval-read',
  'evaluation-written',
  'read-before-write',
  'submission-started',
  'decision-sent',
  'outcome-recorded',
  'card-posted',
];

describe.concurrent('a process that dies while it approves a routine payout by itself', () => {
  it.for(points)('at %s: the next one ends it with one decision', { timeout: 180_000 }, async (point) => {
    await surviveCrash(flows.routine, point);
  });

  it(
    'at submission-started, and at decision-sent when it is repeated: still one decision',
    {
      timeout: 240_000,
    },
    async () => {
      await surviveCrashes(flows.routine, ['submission-started', 'decision-sent']);
    },
  );
});
