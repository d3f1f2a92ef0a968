import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import { duplicatePayment } from '../../src/checks/duplicate-payment.ts';
import { liveDecision } from '../../src/db/decisions.ts';
import { evaluationsOf, latestEvaluation } from '../../src/db/evaluations.ts';
import { insertHistory, rebuildKeys } from '../../src/db/spend-import.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { applyRulebook } from '../../src/flow/apply-rulebook.ts';
import { paymentOf } from '../../src/flow/read-spend.ts';
import { reserveDecided } from '../../src/flow/record-payment.ts';
import { pause, resume } from '../../src/flow/switches.ts';
import { aFinding, anActivity, anApproval, aVotingRule, connection, hourMs, minuteMs } from '../builders.ts';
import { openLab, permissiveRulebook, type Lab } from './lab.ts';
import { aQuestion, askIn, ended, transfer } from './spend-asking.ts';

let lab: Lab;

afterEach(async () => {
  await lab.close();
});

const automatic = {
  rulebook: permissiveRulebook,
  groups: [aVotingRule({ automation: true })],
  budgets: [
    { connection, per: 'connection', windowMs: 24 * hourMs, count: 10, amount: { value: '10000000', currency: 'USD' } },
  ],
} as const;

function aCheck(run: () => Promise<Partial<Finding>>): Check {
  return {
    name: 'world',
    title: 'World',
    needs: {},
    run: async () => aFinding({ check: 'world', outcome: 'pass', ...(await run()) }),
  };
}

describe('a rulebook that stops allowing it', () => {
  it('counts, also when it is applied while the checks before the sending still run', async () => {
    let looks = 0;
    const applied: string[] = [];
    const check = aCheck(async () => {
      looks += 1;
      if (looks === 2) {
        const text = permissiveRulebook.text.replace('stage: live', 'stage: shadow');
        applied.push((await applyRulebook(lab.ctx, { text, personId: 'alice', allowWeaker: false })).kind);
      }
      return {};
    });
    lab = await openLab(automatic, { checks: [check] });

    await lab.arrive();
    await lab.advance(hourMs);

    expect(applied).toEqual(['applied']);
    expect(lab.world.sent).toEqual([]);
    expect((await lab.row()).state).toBe('pending');
  });
});

describe('the same payment asked for twice', () => {
  it('is sent once, also when the one that was seen first is read last and the other is still on its way', async () => {
    lab = await openLab(automatic, { checks: [duplicatePayment(24 * hourMs)] });
    const first = anApproval({ id: 'ap-first', activity: anActivity({ subjectId: 'xfr-1' }) });
    const second = anApproval({ id: 'ap-second', activity: anActivity({ subjectId: 'xfr-2' }) });
    lab.world.readable = 'unreadable';
    await lab.arrive(first);
    lab.world.readable = 'yes';
    lab.clock.now += minuteMs;
    lab.world.answers.push({ outcome: { kind: 'unknown', reason: 'no answer' }, apply: false });
    await lab.arrive(second);
    expect((await lab.row('ap-second')).state).toBe('sending');

    await lab.arrive(first);
    await lab.advance(hourMs);

    expect(new Set(lab.world.sent.map(({ approvalId }) => approvalId))).toEqual(new Set(['ap-second']));
  });
});

describe('the evaluation that a decision rests on', () => {
  it('holds the evidence that was there when it was decided, not that of an earlier look', async () => {
    let list = 'monday';
    lab = await openLab(automatic, { checks: [aCheck(async () => ({ evidence: { sha256: list } }))] });
    await pause(lab.ctx, { personId: 'carol', name: 'automation', reason: 'a look first' });
    const row = await lab.arrive();
    list = 'tuesday';
    await resume(lab.ctx, { personId: 'alice', name: 'automation' });
    await resume(lab.ctx, { personId: 'dave', name: 'automation' });

    await lab.work();

    expect(lab.world.sent).toHaveLength(1);
    const evaluation = await latestEvaluation(lab.db, row.id, row.fingerprint ?? '');
    expect(evaluation?.findings.find(({ check }) => check === 'world')?.evidence).toEqual({ sha256: 'tuesday' });
    expect(await evaluationsOf(lab.db, row.id)).toHaveLength(2);
    expect((await liveDecision(lab.db, row.id))?.basis).toMatchObject({ evaluationId: evaluation?.id });
  });
});

describe('what was spent in all time', () => {
  it('holds every payment after an import, also those that were released in the same millisecond', async () => {
    lab = await openLab();
    const lifetime = { ...aQuestion(), window: { kind: 'lifetime' } } as const;
    await askIn(lab, lifetime);
    for (const id of ['ap-1', 'ap-2']) {
      const row = await lab.arrive(anApproval({ id, activity: transfer(`xfr-${id}`) }));
      const approval = lab.world.approvals.get(id) ?? anApproval();
      await lab.db.transaction(async (tx) => reserveDecided(tx, { row, approval, now: lab.clock.now }));
    }
    // The later one is released first: what came first has the smaller id, and the larger total.
    await lab.arrive(ended('ap-2', 'approved'));
    await lab.arrive(ended('ap-1', 'approved'));
    lab.clock.now += hourMs;

    const late = paymentOf(anApproval({ activity: transfer('xfr-late') }), connection, lab.clock.now - minuteMs);
    const history = { connection, payments: late === null ? [] : [late], onProgress: () => undefined };
    await insertHistory(lab.db, history);
    await rebuildKeys(lab.db, history);

    expect(await askIn(lab, lifetime)).toMatchObject({ count: 3, base: '750000000000' });
  });
});
