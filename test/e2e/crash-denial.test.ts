import { describe, it } from 'vitest';
import { flows, surviveCrash, type Crash } from './crash-lab.ts';

const points: readonly Crash[] = [
  'delivery-stored',
  'task-started',
  'approval-read',
  'evaluation-written',
  'vote-written',
  'read-before-write',
  'submission-started',
  'decision-sent',
  'outcome-recorded',
  'card-posted',
];

describe.concurrent('a process that dies while a person rejects a transfer', () => {
  it.for(points)('at %s: the next one ends it with one decision', { timeout: 180_000 }, async (point) => {
    await surviveCrash(flows.denial, point);
  });
});
