import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Approval } from '../../src/domain/approval.ts';
import { applyReading, refreshApproval } from '../../src/flow/refresh-approval.ts';
import { castVote } from '../../src/flow/cast-vote.ts';
import { evaluateApproval } from '../../src/flow/evaluate-approval.ts';
import { pause, resume } from '../../src/flow/switches.ts';
import { runTask } from '../../src/worker/worker.ts';
import { addTasks, failingTasks } from '../../src/db/outbox.ts';
import { anActivity, anApproval, aVotingRule, connection, hourMs, minuteMs } from '../builders.ts';
import { automatic } from './hostile-settings.ts';
import { openLab, type Lab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab();
});

afterEach(async () => {
  await lab.close();
});

async function reopen(settings: Parameters<typeof openLab>[0]): Promise<void> {
  await lab.close();
  lab = await openLab(settings);
}

const oneItem = {
  ...automatic,
  budgets: [
    { connection, per: 'connection', windowMs: 24 * hourMs, count: 1, amount: { value: '10000000', currency: 'USD' } },
  ],
} as const;

describe('a rolling budget', () => {
  it('counts an approval that was sent late from when it took effect, not from when it was decided', async () => {
    await reopen(oneItem);
    lab.world.answers.push({ outcome: { kind: 'not-sent', reason: 'down', retryAfterMs: 23 * hourMs }, apply: false });
    await lab.arrive(anApproval({ id: 'ap-1', expiresAt: null }));
    await lab.advance(23 * hourMs);
    expect((await lab.row('ap-1')).state).toBe('approved');
    lab.clock.now += hourMs + minuteMs;

    const now = lab.clock.now;
    await lab.arrive(anApproval({ id: 'ap-2', expiresAt: null, activity: anActivity({ price: priceAt(now) }) }));

    expect((await lab.row('ap-2')).state).toBe('pending');
    await lab.advance(23 * hourMs);
    lab.world.approvals.set(
      'ap-2',
      anApproval({ id: 'ap-2', expiresAt: null, activity: anActivity({ price: priceAt(lab.clock.now) }) }),
    );
    await refreshApproval(lab.ctx, { connection, platformId: 'ap-2' });
    await evaluateApproval(lab.ctx, { approvalId: (await lab.row('ap-2')).id });
    await lab.work();
    expect((await lab.row('ap-2')).state).toBe('approved');
  });

  it('counts an approval that is still on its way, however long ago it was decided', async () => {
    await reopen(oneItem);
    lab.world.answers.push({ outcome: { kind: 'unknown', reason: 'timeout' }, apply: false });
    await lab.arrive(anApproval({ id: 'ap-1', expiresAt: null }));
    lab.clock.now += 25 * hourMs;

    lab.world.approvals.set(
      'ap-2',
      anApproval({ id: 'ap-2', expiresAt: null, activity: anActivity({ price: priceAt(lab.clock.now) }) }),
    );
    await refreshApproval(lab.ctx, { connection, platformId: 'ap-2' });
    await evaluateApproval(lab.ctx, { approvalId: (await lab.row('ap-2')).id });

    expect((await lab.row('ap-2')).state).toBe('pending');
  });

  it('is not given back when it failed, because nobody can say that the money did not move', async () => {
    await reopen(oneItem);
    await lab.arrive(anApproval({ id: 'ap-1' }));
    lab.world.answers.push({ outcome: { kind: 'unknown', reason: 'timeout' }, apply: false });
    expect(lab.world.sent).toHaveLength(1);
    await lab.sql`update approvals set state = 'sent', ended_at = null where platform_id = 'ap-1'`;
    const failed: Approval = { ...anApproval({ id: 'ap-1' }), status: 'failed', statusText: 'Failed' };
    await applyReading(lab.ctx, {
      connection,
      platformId: 'ap-1',
      reading: { kind: 'read', approval: failed },
      readAt: lab.clock.now,
    });
    expect((await lab.row('ap-1')).state).toBe('failed');

    await lab.arrive(anApproval({ id: 'ap-2' }));

    expect((await lab.row('ap-2')).state).toBe('pending');
  });
});

function priceAt(quotedAt: number) {
  return { perToken: '0.9999', currency: 'USD', quotedAt };
}

it('a vote and an evaluation that spend from one ceiling do not lock each other out', async () => {
  await reopen({ groups: [aVotingRule({ automation: false })] });
  const vote = async (id: string, person: string) => {
    const row = await lab.row(id);
    return castVote(lab.ctx, {
      approvalId: row.id,
      slackUser: `T0ACME/U0${person.toUpperCase()}`,
      choice: 'approve',
      reason: null,
      fingerprint: row.fingerprint ?? '',
      shownDigest: 'd'.repeat(64),
    });
  };
  const [first] = [await lab.arrive(anApproval({ id: 'ap-1' })), await lab.arrive(anApproval({ id: 'ap-2' }))];
  await pause(lab.ctx, { personId: 'carol', name: 'approvals', reason: 'incident' });
  await vote('ap-1', 'alice');
  await vote('ap-1', 'bob');
  await vote('ap-2', 'alice');
  await lab.work();
  await resume(lab.ctx, { personId: 'alice', name: 'approvals' });
  await resume(lab.ctx, { personId: 'dave', name: 'approvals' });

  // The chain is held while both come to it, the vote first: it then needs what the evaluation holds.
  const holder = await lab.sql.reserve();
  await holder`select pg_advisory_lock(4021977301)`;
  const voting = vote('ap-2', 'bob');
  await waiting(1);
  const evaluating = evaluateApproval(lab.ctx, { approvalId: first.id });
  await waiting(2);
  await holder`select pg_advisory_unlock(4021977301)`;
  holder.release();

  expect(await Promise.allSettled([voting, evaluating])).toMatchObject([
    { status: 'fulfilled', value: { kind: 'counted', decided: { sendAfter: expect.any(Number) } } },
    { status: 'fulfilled' },
  ]);
  expect((await lab.row('ap-1')).state).toBe('deciding');
});

async function waiting(count: number): Promise<void> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const [row] = await lab.sql<{ count: number }[]>`
      select count(*)::int as count from pg_locks
      where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`;
    if ((row?.count ?? 0) >= count) return;
    if (Date.now() > deadline) throw new Error(`nobody else waits for a lock: ${row?.count ?? 0} of ${count}`);
  }
}

describe('nothing is locked out for good', () => {
  it('a refusal for what we are is tried again after a day, also when nobody is left to retry', async () => {
    await reopen({ groups: [aVotingRule({ automation: false })] });
    lab.world.answers.push({ outcome: { kind: 'refused', reason: 'not activated', mayNotVote: true }, apply: false });
    await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');
    await lab.advance(30_000);
    lab.world.approvals.set(anApproval().id, { ...anApproval(), status: 'expired', statusText: 'Expired' });
    await lab.advance(5 * hourMs);
    await lab.arrive(anApproval({ id: 'ap-2', expiresAt: null }));
    expect((await lab.row('ap-2')).mayNotVote).toBe('not activated');

    await lab.advance(25 * hourMs);
    await lab.arrive(anApproval({ id: 'ap-3', expiresAt: null }));

    expect((await lab.row('ap-3')).mayNotVote).toBeNull();
  });

  it('a platform that asks to be left alone for a day is asked again within minutes', async () => {
    const [platform] = lab.ctx.platforms.values();
    if (platform === undefined) throw new Error('no platform');
    let reads = 0;
    const platforms = new Map([
      [
        connection,
        {
          ...platform,
          readApproval: async () => {
            reads += 1;
            return { kind: 'unavailable', reason: 'status 429', retryAfterMs: 24 * hourMs } as const;
          },
        },
      ],
    ]);
    await addTasks(lab.db, [{ kind: 'refresh', connection, platformId: 'ap-1' }], lab.clock.now);
    await lab.workAs({ refresh: lab.process({ platforms }) });
    expect(await failingTasks(lab.db, 1)).toHaveLength(1);

    lab.clock.now += 10 * minuteMs;
    await lab.workAs({ refresh: lab.process({ platforms }) });

    expect(reads).toBe(2);
  });

  it('an end that a process with a slow clock reads is believed, whatever a fast one read before', async () => {
    await lab.arrive();
    const fast = lab.process({ now: () => lab.clock.now + 10 * minuteMs });
    await refreshApproval(fast, { connection, platformId: anApproval().id });
    lab.world.approvals.set(anApproval().id, { ...anApproval(), status: 'denied', statusText: 'Denied' });

    await refreshApproval(lab.ctx, { connection, platformId: anApproval().id });

    expect((await lab.row()).state).toBe('denied');
  });
});

it('a job that comes early does not make failing work look healthy', async () => {
  lab.world.readable = 'unavailable';
  await addTasks(lab.db, [{ kind: 'refresh', connection, platformId: 'ap-1' }], lab.clock.now);
  await lab.work();
  const [row] = await lab.sql<{ id: string }[]>`select id from outbox`;

  await runTask(lab.ctx, null, Number(row?.id));

  expect(await failingTasks(lab.db, 1)).toHaveLength(1);
});
