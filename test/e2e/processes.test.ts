import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Redis } from 'ioredis';
import { startRedis, type RedisServer } from '../queue/redis-server.ts';
import { until } from '../queue/until.ts';
import type { Child } from './child.ts';
import { withDeployment, type Deployment } from './harness.ts';
import { callsOf, rowIs, slackComplaints } from './judge.ts';

const drainMs = 20_000;

let redis: RedisServer | null;

beforeAll(async () => {
  // Its own one: it is flushed.
  redis = await startRedis();
  if (redis === null) process.stderr.write('skipped: processes with Redis (no redis-server on the PATH)\n');
});

afterAll(async () => {
  await redis?.stop();
});

/** Payouts one after the other, as long as `act` takes and `atLeast` of them; returns them all. */
async function streamDuring(
  deployment: Deployment,
  atLeast: number,
  act: () => Promise<void>,
): Promise<readonly string[]> {
  const played: string[] = [];
  let isOver = false;
  const timer = setInterval(() => {
    if (!isOver || played.length < atLeast) {
      played.push(deployment.sandbox.custody.play('routine-payout').approvalId);
    }
  }, 200);
  try {
    await act();
    isOver = true;
    await until('the stream is over', () => played.length >= atLeast);
  } finally {
    clearInterval(timer);
  }
  return played;
}

/** What became of each, once all are approved: the calls that the platform saw. */
async function outcomesOf(deployment: Deployment, approvalIds: readonly string[]): Promise<readonly string[]> {
  for (const approvalId of approvalIds) await rowIs(deployment, approvalId, 'approved', 90_000);
  return approvalIds.map((approvalId) => callsOf(deployment, approvalId).join(', '));
}

function once(approvalIds: readonly string[]): readonly string[] {
  return approvalIds.map(() => 'Approved applied');
}

async function restart(deployment: Deployment, child: Child): Promise<Child> {
  expect(await child.stop()).toMatchObject({ code: 0 });
  return deployment.start(`${child.name}'`, { role: 'worker' });
}

describe('several processes side by side', () => {
  it(
    'that start together on an empty database all succeed, and one decision is sent',
    { timeout: 120_000 },
    async () => {
      await withDeployment({ emptyDatabase: true }, async (deployment) => {
        const children = await Promise.all([
          deployment.start('all-1'),
          deployment.start('all-2'),
          deployment.start('web', { role: 'web' }),
          deployment.start('worker', { role: 'worker' }),
        ]);

        const { approvalId } = deployment.sandbox.custody.play('routine-payout');
        expect(await outcomesOf(deployment, [approvalId])).toEqual(once([approvalId]));

        const exits = await Promise.all(children.map(async (child) => child.stop()));
        expect(exits.map((exit) => exit.code)).toEqual([0, 0, 0, 0]);
        expect(slackComplaints(deployment)).toEqual([]);
      });
    },
  );

  it.for(['PostgreSQL', 'Redis'] as const)(
    'workers restarted one after the other under a stream lose nothing (%s)',
    {
      timeout: 180_000,
    },
    async (backend, { skip }) => {
      if (backend === 'Redis' && redis === null) skip('no Redis: said above');
      const queue = backend === 'Redis' && redis !== null ? { redisUrl: redis.url } : {};
      await withDeployment({ ...queue, ...manyCards }, async (deployment) => {
        await deployment.start('web', { role: 'web' });
        const first = await deployment.start('worker-1', { role: 'worker' });
        const second = await deployment.start('worker-2', { role: 'worker' });

        const played = await streamDuring(deployment, 20, async () => {
          await restart(deployment, first);
          await restart(deployment, second);
        });

        expect(await outcomesOf(deployment, played)).toEqual(once(played));
      });
    },
  );

  it('workers killed one after the other under a stream lose nothing', { timeout: 180_000 }, async () => {
    await withDeployment(manyCards, async (deployment) => {
      await deployment.start('web', { role: 'web' });
      const workers = await Promise.all(
        ['worker-1', 'worker-2'].map(async (name) => deployment.start(name, { role: 'worker' })),
      );

      const played = await streamDuring(deployment, 20, async () => {
        for (const worker of workers) {
          await worker.kill();
          await deployment.start(`${worker.name}'`, { role: 'worker' });
        }
      });

      expect(await outcomesOf(deployment, played)).toEqual(once(played));
    });
  });

  it('a Redis that is flushed again and again costs time, and no approval', { timeout: 180_000 }, async ({ skip }) => {
    if (redis === null) return skip('no Redis: said above');
    const client = new Redis(redis.url);
    try {
      await withDeployment({ redisUrl: redis.url, ...manyCards }, async (deployment) => {
        await deployment.start('web', { role: 'web' });
        await deployment.start('worker', { role: 'worker' });

        const played = await streamDuring(deployment, 20, async () => {
          for (let flushes = 0; flushes < 40; flushes += 1) {
            await client.flushall();
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
        });

        expect(await outcomesOf(deployment, played)).toEqual(once(played));
      });
    } finally {
      client.disconnect();
    }
  });
});

describe('SIGTERM', () => {
  it(
    'waits for the decision that is on its way, ends in under 20 s with 0, and the next process knows it',
    {
      timeout: 120_000,
    },
    async () => {
      await withDeployment({}, async (deployment) => {
        const { custody } = deployment.sandbox;
        const first = await deployment.start('first');
        const fault = custody.addFault({ kind: 'delay', on: 'decision', ms: 3000 });
        const { approvalId } = custody.play('routine-payout');
        await until('a decision is on its way', () => hitsOf(deployment, fault.id) > 0);

        const exit = await first.stop();

        expect(exit.code).toBe(0);
        expect(exit.tookMs).toBeLessThan(drainMs);
        custody.clearFaults();
        await deployment.start('second');
        expect(await outcomesOf(deployment, [approvalId])).toEqual(once([approvalId]));
      });
    },
  );

  it('ends in under 20 s with 0 when the platform does not answer at all', { timeout: 120_000 }, async () => {
    await withDeployment({}, async (deployment) => {
      const { custody } = deployment.sandbox;
      const first = await deployment.start('first');
      const fault = custody.addFault({ kind: 'timeout', on: 'get-approval', times: null });
      const { approvalId } = custody.play('routine-payout');
      await until('the platform is asked', () => hitsOf(deployment, fault.id) > 0);

      const exit = await first.stop();

      expect(exit.code).toBe(0);
      expect(exit.tookMs).toBeLessThan(drainMs);
      custody.clearFaults();
      await deployment.start('second');
      expect(await outcomesOf(deployment, [approvalId])).toEqual(once([approvalId]));
    });
  });
});

function hitsOf(deployment: Deployment, faultId: string): number {
  return deployment.sandbox.custody.ledger().faults.find((fault) => fault.id === faultId)?.hits ?? 0;
}

/** Cards for a stream: what Slack allows per channel and second is another test's subject. */
const manyCards = { sandbox: { slack: { rates: { enabled: false } } } } as const;
