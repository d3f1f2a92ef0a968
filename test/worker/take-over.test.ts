// A worker that starts alone on its database goes on with what a dead process left; one among several never does.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addTasks, takeDue } from '../../src/db/outbox.ts';
import { submissionsOf } from '../../src/db/submissions.ts';
import { submitDecision } from '../../src/flow/submit-decision.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { startWorker } from '../../src/worker/worker.ts';
import { aVotingRule, connection } from '../builders.ts';
import { openLab, type Lab } from '../flow/lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab({ groups: [aVotingRule({ automation: false })] });
});

afterEach(async () => {
  await lab.close();
});

/** Nobody comes for jobs: what a start does by itself is all that is looked at. */
const idleQueue: Queue = {
  backend: 'postgres',
  addBulk: async () => {},
  work: async () => ({ close: async () => {} }),
  depth: async () => ({ waiting: 0, active: 0, delayed: 0 }),
  metrics: async () => '',
  ping: async () => {},
  close: async () => {},
};

async function takeByADeadProcess(): Promise<void> {
  await addTasks(lab.db, [{ kind: 'refresh', connection, platformId: 'ap-1' }], lab.clock.now);
  await takeDue(lab.db, { now: lab.clock.now, leaseMs: 30_000, limit: 10 });
}

const due = async () => takeDue(lab.db, { now: lab.clock.now, leaseMs: 30_000, limit: 10 });

/** The attempt is recorded, and then the process is gone. */
async function dieWhileSending(): Promise<void> {
  await lab.arrive();
  await lab.vote('alice');
  await lab.vote('bob');
  lab.world.beforeDecide = async () => {
    throw new Error('the process is gone');
  };
  await lab.advance(30_000);
  lab.world.beforeDecide = null;
}

describe('work that a dead process had taken', () => {
  it('is due at once on the embedded default', async () => {
    await takeByADeadProcess();

    const worker = await startWorker(lab.ctx, { queue: idleQueue, slack: null, concurrency: 1 });

    expect(await due()).toHaveLength(1);
    await worker.close();
  });

  it('keeps its lease where another process may be at work', async () => {
    await takeByADeadProcess();
    const config = { ...lab.ctx.config, databaseUrl: 'postgres://shared' };

    const worker = await startWorker({ ...lab.ctx, config }, { queue: idleQueue, slack: null, concurrency: 1 });

    expect(await due()).toEqual([]);
    await worker.close();
  });
});

describe('an attempt that a dead process had begun', () => {
  it('is asked about every few seconds, and sent again once nothing of it can arrive any more', async () => {
    await dieWhileSending();
    const { id } = await lab.row();
    const ctx = { ...lab.ctx, aloneSince: lab.clock.now + 1 };
    lab.clock.now += 1;

    const early = await submitDecision(ctx, { approvalId: id });
    const startedAt = lab.clock.now;
    lab.clock.now += 9000;
    const stillEarly = await submitDecision(ctx, { approvalId: id });
    const sentBefore = lab.world.sent.length;
    lab.clock.now += 1000;
    await submitDecision(ctx, { approvalId: id });

    expect(early).toEqual({ kind: 'later', at: startedAt + 2000 });
    expect(stillEarly).toMatchObject({ kind: 'later' });
    expect(sentBefore).toBe(0);
    expect(lab.world.sent).toHaveLength(1);
    expect((await submissionsOf(lab.db, id)).map((entry) => entry.outcome)).toEqual(['unknown', 'accepted']);
  });

  it('is left alone for its whole time where it may still be running in another process', async () => {
    await dieWhileSending();
    const { id } = await lab.row();

    lab.clock.now += 2 * lab.platform.submissionMs - 1000;
    const early = await submitDecision(lab.ctx, { approvalId: id });

    expect(early.kind).toBe('later');
    expect(lab.world.sent).toEqual([]);
  });
});
