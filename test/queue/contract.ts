// What every backend of the queue promises: the same tests, run on each.
import { afterEach, describe } from 'vitest';
import { promiseSurvival } from './contract-faults.ts';
import { promiseJobs } from './contract-jobs.ts';
import { aLab } from './lab.ts';
import type { QueueServer } from './lab.ts';

export function describeQueue(backend: string, server: () => QueueServer): void {
  const lab = aLab(server);

  describe(`the queue on ${backend}`, () => {
    afterEach(async () => lab.closeAll());

    promiseJobs(lab);
    promiseSurvival(lab);
  });
}
