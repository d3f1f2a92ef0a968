import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import { auditOf } from '../../src/db/audit-log.ts';
import { liveDecision } from '../../src/db/decisions.ts';
import { evaluationsOf, latestEvaluation } from '../../src/db/evaluations.ts';
import { verifyEvaluations } from '../../src/db/verify-evaluations.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { applyRulebook } from '../../src/flow/apply-rulebook.ts';
import { evaluateApproval } from '../../src/flow/evaluate-approval.ts';
import { replayEvaluation } from '../../src/flow/replay-evaluation.ts';
import { pause, resume } from '../../src/flow/switches.ts';
import { aFinding, anActivity, anApproval, hourMs, minuteMs } from '../builders.ts';
import { automatic } from './hostile-settings.ts';
import { openLab, permissiveRulebook, type Lab } from './lab.ts';

let lab: Lab;

afterEach(async () => {
  await lab.close();
});

function aCheck(run: () => Partial<Finding>): Check {
  return {
    name: 'world',
    title: 'World',
    needs: {},
    run: async () => aFinding({ check: 'world', outcome: 'pass', ...run() }),
  };
}

async function pauseAutomation(): Promise<void> {
  await pause(lab.ctx, { personId: 'carol', name: 'automation', reason: 'a look first' });
}

async function resumeAutomation(): Promise<void> {
  await resume(lab.ctx, { personId: 'alice', name: 'automation' });
  await resume(lab.ctx, { personId: 'dave', name: 'automation' });
  await lab.work();
}

/** The evaluation that the decision names, replayed. */
async function restsOn() {
  const { id: approvalId } = await lab.row();
  const basis = (await liveDecision(lab.db, approvalId))?.basis;
  if (basis?.value !== 'approved') throw new Error('nothing was approved');
  return replayEvaluation(lab.ctx, { approvalId, evaluationId: basis.evaluationId });
}

async function newest() {
  const { id: approvalId } = await lab.row();
  return replayEvaluation(lab.ctx, { approvalId, evaluationId: null });
}

describe('a decision never rests on an evaluation', () => {
  it.each([
    ['that was edited', `update evaluations set observation = jsonb_set(observation, '{at}', '1')`],
    ['whose finding got another title', `update evaluations set findings = jsonb_set(findings, '{0,title}', '"x"')`],
  ])('%s while it waited', async (_, edit) => {
    lab = await openLab(automatic);
    await pauseAutomation();
    await lab.arrive();
    await lab.sql.unsafe(edit);
    lab.clock.now += minuteMs;

    await resumeAutomation();

    expect(lab.world.sent).toMatchObject([{ value: 'approved' }]);
    expect(await restsOn()).toMatchObject({ binding: { kind: 'bound' }, difference: null });
    expect(await verifyEvaluations(lab.db)).toMatchObject({ bound: 1, faults: 1 });
  });

  it('of the content before it changed and changed back', async () => {
    lab = await openLab(automatic);
    await pauseAutomation();
    const row = await lab.arrive();
    lab.clock.now += minuteMs;
    await lab.arrive(anApproval({ decisive: { content: 'another one' } }));
    lab.clock.now += minuteMs;
    await lab.arrive();

    await resumeAutomation();

    expect(lab.world.sent).toHaveLength(1);
    expect(await evaluationsOf(lab.db, row.id)).toHaveLength(3);
    const [decided, last] = [await restsOn(), await newest()];
    expect(decided).toMatchObject({ binding: { kind: 'bound' } });
    expect(decided.evaluation?.id).toBe(last.evaluation?.id);
  });

  it('with a price that has moved, also where the answer is the same', async () => {
    lab = await openLab(automatic);
    await pauseAutomation();
    await lab.arrive();
    const price = { perToken: '0.99990001', currency: 'USD', quotedAt: lab.clock.now + minuteMs };
    lab.clock.now += minuteMs;
    const moved = anApproval({ activity: anActivity({ price }) });
    await lab.arrive(moved);

    await resumeAutomation();

    expect(lab.world.sent).toHaveLength(1);
    expect((await restsOn()).evaluation?.observation?.approval.activity.price).toEqual(price);
  });
});

describe('what is sent', () => {
  it('is sent on an evaluation that is kept, also when a list changed after the decision', async () => {
    let list = 'monday';
    lab = await openLab(automatic, { checks: [aCheck(() => ({ evidence: { sha256: list } }))] });
    const outcome = { kind: 'not-sent', reason: 'down', retryAfterMs: minuteMs } as const;
    lab.world.answers.push({ outcome, apply: false });
    const row = await lab.arrive();
    list = 'tuesday';

    await lab.advance(hourMs);

    expect(lab.world.sent).toHaveLength(2);
    const { evaluation, binding } = await newest();
    expect(binding).toMatchObject({ kind: 'bound' });
    expect(evaluation?.findings.find(({ check }) => check === 'world')?.evidence).toEqual({ sha256: 'tuesday' });
    const events = (await auditOf(lab.db, row.id)).map(({ event }) => event);
    expect(events.slice(events.lastIndexOf('approval.evaluated'))).toContain('submission.started');
  });

  it('is sent on an evaluation by the rulebook in force, also when that is not the one that it was decided by', async () => {
    lab = await openLab(automatic);
    const outcome = { kind: 'not-sent', reason: 'down', retryAfterMs: minuteMs } as const;
    lab.world.answers.push({ outcome, apply: false });
    await lab.arrive();
    const text = permissiveRulebook.text.replace('Routine payouts', 'Routine payouts, as before');
    const applied = await applyRulebook(lab.ctx, { text, personId: 'alice', allowWeaker: true });

    await lab.advance(hourMs);

    expect(lab.world.sent).toHaveLength(2);
    expect(applied.kind).toBe('applied');
    const { evaluation, binding } = await newest();
    expect(binding).toMatchObject({ kind: 'bound' });
    expect(evaluation?.rulebookHash).toBe(applied.kind === 'applied' ? applied.hash : '');
  });

  it('by votes is sent on an evaluation that is kept', async () => {
    let list = 'monday';
    lab = await openLab({}, { checks: [aCheck(() => ({ words: `on the list of ${list}`, outcome: 'flag' }))] });
    await lab.arrive();
    await lab.vote('alice');
    await lab.vote('bob');
    list = 'tuesday';

    await lab.advance(hourMs);

    expect(lab.world.sent).toHaveLength(1);
    const { evaluation, binding } = await newest();
    expect(binding).toMatchObject({ kind: 'bound' });
    expect(evaluation?.findings).toMatchObject([{ words: 'on the list of tuesday' }, {}]);
  });

  it('by votes is sent on an evaluation that is bound, also where the one that stood there was edited', async () => {
    lab = await openLab({}, { checks: [aCheck(() => ({ words: 'have a look', outcome: 'flag' }))] });
    await lab.arrive();
    await lab.sql`update evaluations set findings = jsonb_set(findings, '{0,title}', '"Nothing"')`;
    await lab.vote('alice');
    await lab.vote('bob');

    await lab.advance(hourMs);

    expect(lab.world.sent).toHaveLength(1);
    const { evaluation, binding } = await newest();
    expect(binding).toMatchObject({ kind: 'bound' });
    expect(evaluation?.findings).toMatchObject([{ title: aFinding().title }, {}]);
  });

  it('leaves one evaluation where nothing moved', async () => {
    lab = await openLab(automatic, { checks: [aCheck(() => ({ evidence: { sha256: 'monday' } }))] });
    const outcome = { kind: 'not-sent', reason: 'down', retryAfterMs: minuteMs } as const;
    lab.world.answers.push({ outcome, apply: false }, { outcome, apply: false });

    const row = await lab.arrive();
    await lab.advance(hourMs);
    await lab.advance(hourMs);

    expect(lab.world.sent).toHaveLength(3);
    expect(await evaluationsOf(lab.db, row.id)).toHaveLength(1);
  });
});

describe('the newest evaluation', () => {
  it('is the one that was written last, also where two processes disagree about the time', async () => {
    let words = 'first';
    lab = await openLab({}, { checks: [aCheck(() => ({ words, outcome: 'flag' }))] });
    const row = await lab.arrive();
    words = 'second';
    const behind = lab.process({ now: () => lab.clock.now - 5000 });

    await evaluateApproval(behind, { approvalId: row.id });

    const last = await latestEvaluation(lab.db, row.id, row.fingerprint ?? '');
    expect(last?.findings).toMatchObject([{ words: 'second' }, {}]);
  });
});

describe('texts that a database cannot hold', () => {
  it('in the words of a check keep nobody from being asked, and are not another answer at every look', async () => {
    lab = await openLab({}, { checks: [aCheck(() => ({ words: 'half \ud800 and \u0000', outcome: 'flag' }))] });

    const row = await lab.arrive();
    for (let look = 0; look < 3; look += 1) {
      lab.clock.now += minuteMs;
      await lab.vote(look % 2 === 0 ? 'alice' : 'bob', 'approve');
      await lab.work();
    }

    expect(row.state).toBe('pending');
    expect(await evaluationsOf(lab.db, row.id)).toHaveLength(1);
    expect(await newest()).toMatchObject({ binding: { kind: 'bound' } });
  });
});
