import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addTasks } from '../../src/db/outbox.ts';
import { submissionsOf } from '../../src/db/submissions.ts';
import { switchPositions } from '../../src/db/switches.ts';
import type { VoterReading } from '../../src/domain/person.ts';
import { onCrashPoint } from '../../src/flow/crash-points.ts';
import { submitDecision } from '../../src/flow/submit-decision.ts';
import { sweep } from '../../src/flow/sweep.ts';
import { anApproval, aVotingRule, hourMs, minuteMs, serviceAccount } from '../builders.ts';
import { automatic } from './hostile-settings.ts';
import { applyVote, openLab, type Lab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab({ groups: [aVotingRule({ automation: false })] });
});

afterEach(async () => {
  onCrashPoint(null);
  await lab.close();
});

async function quorum(): Promise<string> {
  const row = await lab.arrive();
  await lab.vote('alice');
  await lab.vote('bob');
  return row.id;
}

describe('a vote that was answered is not sent again', () => {
  it('after the platform accepted it, although a read does not show it yet', async () => {
    lab.world.answers.push({ outcome: { kind: 'accepted' }, apply: false });
    await quorum();
    await lab.advance(30_000);

    for (let minute = 0; minute < 10; minute += 1) {
      await sweep(lab.ctx);
      await lab.advance(minuteMs);
    }

    expect(lab.world.sent).toHaveLength(1);
    expect((await lab.row()).state).toBe('sending');
  });

  it('after the platform refused it, by a task that was asked for before the refusal', async () => {
    lab.world.answers.push({ outcome: { kind: 'refused', reason: 'no such group', mayNotVote: false }, apply: false });
    const approvalId = await quorum();
    await lab.advance(30_000);
    expect((await lab.row()).state).toBe('blocked');

    await addTasks(lab.db, [{ kind: 'submit', approvalId }], lab.clock.now);
    await lab.advance(hourMs);

    expect(lab.world.sent).toHaveLength(1);
    expect((await lab.row()).state).toBe('blocked');
  });

  it('more and more often: pauses grow while the outcome stays unknown', async () => {
    for (let count = 0; count < 400; count += 1) {
      lab.world.answers.push({ outcome: { kind: 'unknown', reason: 'status 409' }, apply: false });
    }
    await quorum();

    for (let second = 0; second < 640; second += 2) await lab.advance(2000);

    expect(lab.world.sent.length).toBeGreaterThan(3);
    expect(lab.world.sent.length).toBeLessThan(30);
  });
});

describe('between the last look and the sending', () => {
  it('a process that was stopped for minutes does not send what it had looked at before', async () => {
    await quorum();
    onCrashPoint((name) => {
      if (name !== 'submission-started') return;
      onCrashPoint(null);
      // Stopped, and continued after the content was changed.
      lab.clock.now += 10 * minuteMs;
      lab.world.approvals.set(anApproval().id, anApproval({ decisive: { content: 'another one' } }));
    });

    await lab.advance(30_000);

    expect(lab.world.sent).toEqual([]);
    expect((await submissionsOf(lab.db, (await lab.row()).id)).map((entry) => entry.outcome)).toEqual(['not-sent']);
  });

  it('checks that take long do not carry the sending past the deadline', async () => {
    await lab.arrive(anApproval({ expiresAt: lab.clock.now + 60_000 }));
    await lab.vote('alice');
    await lab.vote('bob');
    lab.clock.now += 30_000;
    const slow = lab.process({
      readVoter: async (): Promise<VoterReading> => {
        lab.clock.now += 8000;
        return { kind: 'active' };
      },
    });

    await submitDecision(slow, { approvalId: (await lab.row()).id });

    expect(lab.world.sent).toEqual([]);
  });

  it('an approval that is found wanting does not take the rejection back that replaced it', async () => {
    const approvalId = await quorum();
    lab.clock.now += 30_000;
    const racing = lab.process({
      readVoter: async (user): Promise<VoterReading> => {
        if (user !== 'T0ACME/U0BOB') return { kind: 'active' };
        await lab.vote('carol', 'deny');
        return { kind: 'refused', reason: 'deactivated' };
      },
    });

    await submitDecision(racing, { approvalId });
    await lab.advance(minuteMs);

    expect(lab.world.sent).toMatchObject([{ value: 'denied' }]);
  });
});

describe('a vote under our account', () => {
  it('is foreign when every attempt of ours is known not to have been sent', async () => {
    lab.world.answers.push({ outcome: { kind: 'not-sent', reason: 'status 429', retryAfterMs: 60_000 }, apply: false });
    await quorum();
    await lab.advance(30_000);
    applyVote(lab.world, anApproval().id, {
      account: serviceAccount,
      value: 'approved',
      reason: null,
      decidedAt: null,
    });

    await lab.advance(minuteMs);

    expect(await switchPositions(lab.db)).toEqual({ automation: false, approvals: false });
    expect(lab.world.sent).toHaveLength(1);
  });
});

it('processes that disagree about the configuration do not decide and withdraw in a hot loop', async () => {
  await lab.close();
  lab = await openLab(automatic);
  let reads = 0;
  const [platform] = lab.ctx.platforms.values();
  if (platform === undefined) throw new Error('no platform');
  const counted = {
    ...platform,
    readApproval: async (id: string) => {
      reads += 1;
      return platform.readApproval(id);
    },
  };
  const platforms = new Map([[platform.name, counted]]);
  // It already runs with automation off.
  const config = { ...lab.ctx.config, groups: [aVotingRule({ automation: false })] };
  const other = lab.process({ platforms, config });
  lab.world.approvals.set(anApproval().id, anApproval());
  await addTasks(lab.db, [{ kind: 'refresh', connection: platform.name, platformId: anApproval().id }], lab.clock.now);
  await lab.workAs({ submit: other });

  for (let second = 0; second < 60; second += 1) {
    lab.clock.now += 1000;
    await lab.workAs({ submit: other });
  }

  expect(lab.world.sent).toEqual([]);
  expect(reads).toBeLessThan(15);
});
