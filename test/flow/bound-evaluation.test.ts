import { afterEach, describe, expect, it } from 'vitest';
import { appendAudit } from '../../src/db/audit-log.ts';
import { evaluatedEvent } from '../../src/db/bound-evaluations.ts';
import { latestEvaluation, saveEvaluation } from '../../src/db/evaluations.ts';
import { verifyEvaluations } from '../../src/db/verify-evaluations.ts';
import { replayEvaluation, type Replay } from '../../src/flow/replay-evaluation.ts';
import { permissiveRulebook, openLab, type Lab } from './lab.ts';
import { anActivity, anApproval } from '../builders.ts';

let lab: Lab;

afterEach(async () => {
  await lab.close();
});

async function replay(evaluationId: string | null = null): Promise<Replay> {
  return replayEvaluation(lab.ctx, { approvalId: (await lab.row()).id, evaluationId });
}

/** Another amount and the answer that the rulebook gives about it: together they are consistent. */
async function smallerAmount(): Promise<{ observation: string; answer: string }> {
  const other = await openLab({ rulebook: permissiveRulebook });
  try {
    await other.arrive(anApproval({ activity: anActivity({ amountBase: '1000000' }) }));
    const [row] = await other.sql<{ observation: string; answer: string }[]>`
      select observation::text as observation, rulebook_answer as answer from evaluations`;
    if (row === undefined) throw new Error('nothing was evaluated');
    return row;
  } finally {
    await other.close();
  }
}

/** As rows were written before they held digests. */
async function anUnboundEvaluation(): Promise<void> {
  const row = await lab.row();
  const last = await latestEvaluation(lab.db, row.id, row.fingerprint ?? '');
  if (last === null) throw new Error('nothing was evaluated');
  const { id: _, ...rest } = last;
  await lab.db.transaction(async (tx) => {
    const evaluation = await saveEvaluation(tx, row.id, { ...rest, evaluatedAt: last.evaluatedAt + 1 });
    const { fingerprint, verdict, rulebookHash } = last;
    const details = {
      evaluation,
      fingerprint,
      verdict: verdict.kind,
      reasons: verdict.reasons,
      rulebook: rulebookHash,
    };
    const entry = { event: evaluatedEvent, approvalId: row.id, actor: 'service-account', details };
    const { now, config, auditKey: key } = lab.ctx;
    await appendAudit(tx, { key, now: now(), configHash: config.hash }, entry);
  });
}

describe('an evaluation that nobody touched', () => {
  it('is stored as the audit log says, with and without a rulebook', async () => {
    lab = await openLab({ rulebook: permissiveRulebook });
    await lab.arrive();

    expect(await replay()).toMatchObject({ kind: 'replayed', binding: { kind: 'bound' }, difference: null });
    await lab.close();
    lab = await openLab();
    await lab.arrive();

    expect(await replay()).toMatchObject({ kind: 'not-replayable', binding: { kind: 'bound' } });
    expect(await verifyEvaluations(lab.db)).toEqual({ bound: 1, unbound: 0, faults: 0, first: [] });
  });
});

describe('an evaluation that was edited in the database', () => {
  it.each([
    ['what the rulebook was asked about', `observation = jsonb_set(observation, '{at}', '1')`, ['observation']],
    ['that it was asked at all', `observation = null`, ['observation']],
    ["the rulebook's answer", `rulebook_answer = rulebook_answer || ' '`, ['rulebookAnswer']],
    ['a finding', `findings = jsonb_set(findings, '{0,outcome}', '"flag"')`, ['findings']],
    ['the words of a finding', `findings = jsonb_set(findings, '{0,words}', '"fine"')`, ['findings']],
    ['the age of the data', `findings = jsonb_set(findings, '{0,dataAt}', '7')`, ['findings']],
    ['the rule', `rule = 'another'`, ['verdict']],
    ['the verdict', `verdict = 'abstain'`, ['verdict']],
    ['a reason', `reasons = '["another"]'`, ['verdict']],
    ['the time', `evaluated_at = evaluated_at + interval '1 s'`, ['verdict']],
    ['the time, to one that no calendar has', `evaluated_at = 'infinity'`, ['verdict']],
    ['the content that it is about', `fingerprint = repeat('0', 64)`, ['verdict']],
    ['the rulebook', `rulebook_hash = repeat('0', 64)`, ['verdict']],
    [
      'what has no canonical form',
      `observation = (repeat('[', 5000) || repeat(']', 5000))::jsonb, findings = '[]'`,
      ['findings', 'observation'],
    ],
  ])('is told apart by replay and by the verification: %s', async (_, change, parts) => {
    lab = await openLab({ rulebook: permissiveRulebook });
    const row = await lab.arrive();
    await lab.sql.unsafe(`update evaluations set ${change}`);

    const { binding } = await replay();

    expect(binding).toMatchObject({ kind: 'altered', parts });
    expect(await verifyEvaluations(lab.db)).toMatchObject({
      bound: 0,
      faults: 1,
      first: [{ kind: 'altered', approvalId: row.id, parts }],
    });
  });

  it('is told apart when facts and answer were changed together, so that the same answer comes', async () => {
    const other = await smallerAmount();
    lab = await openLab({ rulebook: permissiveRulebook });
    await lab.arrive();
    await lab.sql`update evaluations set observation = ${other.observation}::text::jsonb, rulebook_answer = ${other.answer}`;

    expect(await replay()).toMatchObject({
      kind: 'replayed',
      difference: null,
      binding: { kind: 'altered', parts: ['observation', 'rulebookAnswer'] },
    });
  });

  it('vouches for nothing when its audit row was edited too', async () => {
    lab = await openLab({ rulebook: permissiveRulebook });
    await lab.arrive();
    const [{ details = '' } = {}] = await lab.sql`select details from audit_log where event = ${evaluatedEvent}`;
    await lab.sql`update evaluations set observation = jsonb_set(observation, '{approval,id}', '"another"')`;
    await lab.sql`update audit_log set details = regexp_replace(details, ',"sha256":[{][^}]*[}]', '')
      where event = ${evaluatedEvent}`;

    const replayed = await replay();
    await lab.sql`update audit_log set details = ${details} where event = ${evaluatedEvent}`;

    expect(replayed).toMatchObject({ kind: 'replayed', difference: null, binding: { kind: 'log-broken' } });
  });
});

describe('an evaluation that was moved, slipped in or taken away', () => {
  it('is told apart under another approval', async () => {
    lab = await openLab({ rulebook: permissiveRulebook });
    const { id } = await lab.arrive();
    const other = await lab.arrive(anApproval({ id: 'ap-other' }));
    await lab.sql`update evaluations set approval_id = ${other.id} where approval_id = ${id}`;

    expect(await verifyEvaluations(lab.db)).toMatchObject({
      bound: 1,
      faults: 1,
      first: [{ kind: 'altered', approvalId: id, parts: ['verdict'] }],
    });
    expect(await replay()).toMatchObject({ evaluation: null, why: expect.stringContaining('not stored any more') });
  });

  it('is found when the audit log knows none like it, also where a reason of another one names it', async () => {
    lab = await openLab({ rulebook: permissiveRulebook });
    const row = await lab.arrive();
    const id = '0d9c7f0e-5a3b-4c61-9a55-2f4f1c1d7e10';
    const details = { evaluation: null, reasons: [`"evaluation":"${id}"`] };
    const { now, config, auditKey: key } = lab.ctx;
    await lab.sql`insert into evaluations
      select ${id}, approval_id, fingerprint, verdict, rule, reasons, findings, rulebook_hash,
        evaluated_at + interval '1 s', observation, rulebook_answer from evaluations`;

    const replayed = await replay();
    const slippedIn = await verifyEvaluations(lab.db);
    await lab.db.transaction(async (tx) =>
      appendAudit(
        tx,
        { key, now: now(), configHash: config.hash },
        { event: evaluatedEvent, approvalId: row.id, actor: 'service-account', details },
      ),
    );
    const named = await verifyEvaluations(lab.db);

    expect(replayed).toMatchObject({ evaluation: { id }, binding: { kind: 'not-recorded' } });
    const fault = { kind: 'not-recorded', approvalId: row.id, evaluationId: id };
    expect(slippedIn).toEqual({ bound: 1, unbound: 0, faults: 1, first: [fault] });
    expect(named).toMatchObject({ faults: 2, first: [{ kind: 'unreadable' }, fault] });
  });

  it('is missed when it is gone, and an older one does not take its place', async () => {
    lab = await openLab({ rulebook: permissiveRulebook });
    const row = await lab.arrive();
    await anUnboundEvaluation();
    const [newest] = await lab.sql<{ id: string }[]>`select id from evaluations order by evaluated_at desc limit 1`;
    await lab.sql`delete from evaluations where id = ${newest?.id ?? ''}`;

    expect(await replay()).toMatchObject({
      kind: 'not-replayable',
      evaluation: null,
      binding: null,
      why: expect.stringContaining(`${newest?.id}, which is not stored any more`),
    });
    expect(await verifyEvaluations(lab.db)).toMatchObject({
      bound: 1,
      faults: 1,
      first: [{ kind: 'missing', approvalId: row.id, evaluationId: newest?.id }],
    });
  });
});

describe('an evaluation from before evaluations were bound', () => {
  it('is replayed, and never counted among those that the log vouches for', async () => {
    lab = await openLab({ rulebook: permissiveRulebook });
    await lab.arrive();
    await anUnboundEvaluation();

    expect(await replay()).toMatchObject({ kind: 'replayed', difference: null, binding: { kind: 'unbound' } });
    expect(await verifyEvaluations(lab.db)).toEqual({ bound: 1, unbound: 1, faults: 0, first: [] });
  });
});

it('every evaluation is compared, however many there are', async () => {
  lab = await openLab({ rulebook: permissiveRulebook });
  await lab.arrive();
  for (let count = 0; count < 450; count += 1) await anUnboundEvaluation();
  const told: number[] = [];

  const verification = await verifyEvaluations(lab.db, (rows) => told.push(rows));

  expect(verification).toEqual({ bound: 1, unbound: 450, faults: 0, first: [] });
  expect(told).toEqual([200, 400, 451]);
});
