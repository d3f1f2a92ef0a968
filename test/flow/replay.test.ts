import { afterEach, describe, expect, it } from 'vitest';
import { evaluations } from '../../src/db/schema.ts';
import { applyRulebook } from '../../src/flow/apply-rulebook.ts';
import { differenceOf, replayEvaluation } from '../../src/flow/replay-evaluation.ts';
import { anActivity, anApproval } from '../builders.ts';
import { openLab, permissiveRulebook, type Lab } from './lab.ts';

let lab: Lab;

async function replay(evaluationId: string | null = null) {
  return replayEvaluation(lab.ctx, { approvalId: (await lab.row()).id, evaluationId });
}

describe('an old evaluation', () => {
  afterEach(async () => {
    await lab.close();
  });

  it('gives the same answer, byte for byte, after another rulebook was put in force', async () => {
    lab = await openLab({ rulebook: permissiveRulebook });
    await lab.arrive();
    const [old] = await lab.db.select().from(evaluations);
    const narrower = permissiveRulebook.text.replace('1000000 USD', '1000 USD');
    await applyRulebook(lab.ctx, { text: narrower, personId: 'bob', allowWeaker: false });
    await lab.advance(1000);

    expect(await lab.db.select().from(evaluations)).toHaveLength(2);
    expect(await replay(old?.id)).toMatchObject({
      kind: 'replayed',
      difference: null,
      now: { rule: 'routine', answer: old?.rulebookAnswer },
    });
    expect(await replay()).toMatchObject({ kind: 'replayed', difference: null, now: { rule: null } });
  });

  it.each([
    ['texts that a database cannot hold', { memo: 'a\u0000b\ud800c', externalId: '\u202e\u0000' }],
    ['amounts beyond every number', { amountBase: (2n ** 256n - 1n).toString() }],
    [
      'nothing that is known',
      { kind: 'unknown', network: null, wallet: null, asset: null, amountBase: null, price: null },
    ],
    [
      'fields in whatever order',
      { request: { ...anActivity().request, fields: { z: ['1'], a: ['2'], '10': ['3'], '2': [] } } },
    ],
  ] as const)('is replayed with %s', async (_, change) => {
    lab = await openLab({ rulebook: permissiveRulebook });
    await lab.arrive(anApproval({ activity: anActivity(change) }));

    expect(await replay()).toMatchObject({ kind: 'replayed', difference: null });
  });

  it('that was tampered with is told apart, with the first place that differs', async () => {
    lab = await openLab({ rulebook: permissiveRulebook });
    await lab.arrive();
    await lab.sql`update evaluations set rulebook_answer = replace(rulebook_answer, '"kind":"allow"', '"kind":"abstain"')`;

    expect(await replay()).toMatchObject({
      kind: 'replayed',
      difference: { path: 'answer.kind', stored: '"abstain"', fresh: '"allow"' },
    });
  });

  it('whose facts were tampered with is told apart', async () => {
    lab = await openLab({ rulebook: permissiveRulebook });
    await lab.arrive();
    await lab.sql`
      update evaluations set observation = jsonb_set(observation, '{approval,activity,amountBase}', '"1"')`;

    expect(await replay()).toMatchObject({ kind: 'replayed', difference: { path: expect.stringContaining('rules') } });
  });

  it('cannot be replayed without its text, without a rulebook, or when it does not exist', async () => {
    lab = await openLab({ rulebook: permissiveRulebook });
    await lab.arrive();

    expect(await replay('0d9c7f0e-5a3b-4c61-9a55-2f4f1c1d7e10')).toMatchObject({
      kind: 'not-replayable',
      evaluation: null,
    });
    await lab.sql`update rulebooks set text = text || '# edited'`;
    expect(await replay()).toMatchObject({ why: 'the stored text is not what was in force then' });
    await lab.sql`delete from rulebooks`;
    expect(await replay()).toMatchObject({ why: expect.stringContaining('is stored any more') });
    await lab.sql`update evaluations set rulebook_hash = null`;
    expect(await replay()).toMatchObject({ why: 'no rulebook was in force then' });
  });
});

it('a difference is found wherever it is', () => {
  expect(differenceOf('{"a":[1,2]}', '{"a":[1,3]}')).toEqual({ path: 'a[1]', stored: '2', fresh: '3' });
  expect(differenceOf('{"a":[1]}', '{"a":[1,2]}')).toEqual({ path: 'a[1]', stored: 'nothing', fresh: '2' });
  expect(differenceOf('{"a":{}}', '{"a":[]}')).toEqual({ path: 'a', stored: '{}', fresh: '[]' });
  expect(differenceOf('broken', '{}')).toEqual({ path: '', stored: '"broken"', fresh: '{}' });
  expect(differenceOf('{"a":1}', '{"a":1}')).toBeNull();
});
