import { eq, sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { auditLog, evaluations, notices, rulebooks } from '../../src/db/schema.ts';
import { listRulebooks } from '../../src/db/rulebooks.ts';
import { adoptConfiguration } from '../../src/flow/adopt-configuration.ts';
import { adoptRulebook, applyRulebook } from '../../src/flow/apply-rulebook.ts';
import { rulebookInForce } from '../../src/flow/rulebook-in-force.ts';
import { anApproval, aVotingRule, connection, hourMs } from '../builders.ts';
import { configuredRulebook, openLab, permissiveRulebook, type Lab } from './lab.ts';

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

const { text } = permissiveRulebook;
const narrower = text.replace('1000000 USD', '1000 USD');
const wider = text.replace('1000000 USD', '2000000 USD');

function apply(change: { text?: string; personId?: string; allowWeaker?: boolean } = {}, ctx = lab.ctx) {
  return applyRulebook(ctx, { text: narrower, personId: 'bob', allowWeaker: false, ...change });
}

async function latest() {
  const row = await lab.row();
  const [found] = await lab.db
    .select()
    .from(evaluations)
    .where(eq(evaluations.approvalId, row.id))
    .orderBy(sql`evaluated_at desc`);
  return found;
}

async function noticesSaid(): Promise<readonly string[]> {
  return (await lab.db.select().from(notices)).map(({ words }) => words);
}

describe('at the first start', () => {
  it('the file of the configuration is the first rulebook, applied by the system and audited', async () => {
    lab = await openLab(automatic);

    expect(await listRulebooks(lab.db)).toMatchObject([
      { id: 1, hash: permissiveRulebook.hash, appliedBy: 'system', weaker: [expect.stringContaining('may approve')] },
    ]);
    expect(await rulebookInForce(lab.ctx, lab.db)).toMatchObject({
      kind: 'in-force',
      id: 1,
      hash: permissiveRulebook.hash,
      demoted: [],
    });
    const rows = await lab.db.select().from(auditLog).where(eq(auditLog.event, 'rulebook.applied'));
    expect(rows.map(({ actor, details }) => [actor, JSON.parse(details)])).toMatchObject([
      ['system', { rulebook: 1, hash: permissiveRulebook.hash }],
    ]);
  });

  it('several processes adopt it once', async () => {
    lab = await openLab();
    const process = lab.process({ config: { ...lab.ctx.config, rulebook: permissiveRulebook } });

    const adoptions = await Promise.all([1, 2, 3, 4].map(async () => adoptRulebook(process)));

    expect(adoptions.toSorted()).toEqual(['first', 'known', 'known', 'known']);
    expect(await listRulebooks(lab.db)).toHaveLength(1);
  });
});

describe('at a later start', () => {
  it('a file that was never applied changes nothing', async () => {
    lab = await openLab(automatic);
    const config = { ...lab.ctx.config, rulebook: configuredRulebook(wider) };

    expect(await adoptRulebook(lab.process({ config }))).toBe('differs');
    await adoptConfiguration(lab.process({ config }));

    expect(await listRulebooks(lab.db)).toHaveLength(1);
    expect(await rulebookInForce(lab.process({ config }), lab.db)).toMatchObject({ hash: permissiveRulebook.hash });
  });

  it('a configuration without a rulebook has none in force, whatever the table says', async () => {
    lab = await openLab(automatic);
    const without = lab.process({ config: { ...lab.ctx.config, rulebook: null } });
    lab.world.approvals.set(anApproval().id, anApproval());

    expect(await rulebookInForce(without, lab.db)).toEqual({
      kind: 'none',
      why: 'the configuration names no rulebook',
    });
    await lab.workAs({ evaluate: without });
    await lab.arrive();
    expect(lab.world.sent).toHaveLength(1);
  });

  it('rows that were deleted are not replaced by the file, and nothing is automatic', async () => {
    lab = await openLab(automatic);
    await lab.sql`delete from rulebooks`;

    expect(await adoptRulebook(lab.ctx)).toBe('rows-missing');
    await lab.arrive();

    expect(lab.world.sent).toEqual([]);
    expect((await latest())?.findings).toMatchObject([
      { check: 'rulebook', outcome: 'flag', words: 'no rulebook is in force' },
    ]);
  });
});

describe('applying a rulebook', () => {
  it('stores text, hash, author and what is weaker, audits it and says it in the channel', async () => {
    lab = await openLab(automatic);

    const result = await apply({ text: wider, personId: 'alice', allowWeaker: true });

    expect(result).toMatchObject({ kind: 'applied', id: 2, weaker: [expect.stringContaining('"amount"')] });
    const [row] = await lab.db.select().from(rulebooks).where(eq(rulebooks.id, 2));
    expect(row).toMatchObject({ text: wider, appliedBy: 'alice', weaker: [expect.stringContaining('"amount"')] });
    expect(await noticesSaid()).toEqual([
      [
        'Alice Anderson put rulebook #2 in force (1 rule)',
        'may approve more: the rule "routine" is no longer provably bound by "amount" as it was',
        'changed: the rule "routine": when it applies',
      ].join('\n'),
    ]);
    const audit = await lab.db.select().from(auditLog).where(eq(auditLog.actor, 'alice'));
    expect(audit.map(({ event, details }) => [event, JSON.parse(details)])).toMatchObject([
      ['rulebook.applied', { rulebook: 2, rules: 1, weaker: [expect.any(String)] }],
    ]);
  });

  it('counts at the next evaluation on every process, and what waits is looked at again', async () => {
    lab = await openLab({ ...automatic, rulebook: configuredRulebook(narrower) });
    const other = lab.process({ config: { ...lab.ctx.config } });
    expect(await rulebookInForce(other, lab.db)).toMatchObject({ id: 1 });
    await lab.arrive();
    expect(lab.world.sent).toEqual([]);

    await apply({ text, personId: 'alice', allowWeaker: true });
    await lab.workAs({ evaluate: other });

    expect(lab.world.sent).toMatchObject([{ value: 'approved' }]);
  });

  it('is named in every evaluation and its audit row', async () => {
    lab = await openLab(automatic);
    await apply();

    await lab.arrive();

    const evaluation = await latest();
    expect(evaluation).toMatchObject({ rulebookHash: configuredRulebook(narrower).hash, verdict: 'abstain' });
    expect(evaluation?.findings).toMatchObject([{ evidence: { version: '#2' } }]);
    expect(evaluation?.observation).toMatchObject({ connection, demoted: [], approval: { id: anApproval().id } });
    expect(JSON.parse(evaluation?.rulebookAnswer ?? '')).toMatchObject({ answer: { kind: 'abstain' } });
    const [audit] = await lab.db.select().from(auditLog).where(eq(auditLog.event, 'approval.evaluated'));
    expect(JSON.parse(audit?.details ?? '')).toMatchObject({ rulebookId: 2, rulebook: evaluation?.rulebookHash });
  });

  it('again without a change does nothing', async () => {
    lab = await openLab(automatic);

    expect(await apply({ text })).toEqual({ kind: 'already-in-force', id: 1 });
    expect(await listRulebooks(lab.db)).toHaveLength(1);
  });

  it('keeps an approval from being sent that only the one before allowed', async () => {
    lab = await openLab(automatic);
    lab.world.answers.push({ outcome: { kind: 'not-sent', reason: 'down', retryAfterMs: null }, apply: false });
    await lab.arrive();
    lab.world.sent.length = 0;

    await apply();
    await lab.advance(hourMs / 2);

    expect(lab.world.sent.filter(({ value }) => value === 'approved')).toEqual([]);
  });
});

describe('a rulebook is refused whole, and the one in force stays', () => {
  it.each([
    ['by somebody who is not in `people`', { personId: 'mallory' }, { kind: 'refused', reason: 'unknown-person' }],
    ['when it is weaker', { text: wider, personId: 'alice' }, { kind: 'weaker' }],
    [
      'when it is weaker, and whoever allows that is no admin',
      { text: wider, allowWeaker: true },
      { kind: 'refused', reason: 'not-an-admin' },
    ],
    ['with faults', { text: text.replace('1000000 USD', '1000000') }, { kind: 'faults' }],
    ['when it is no YAML', { text: 'version: 1\nrules: [' }, { kind: 'faults' }],
    [
      'when it approves too much',
      { text: text.replace(/ {6}- \{ kind: recipient.*\n/, ''), personId: 'alice', allowWeaker: true },
      { kind: 'faults', faults: [{ line: 7, path: 'rules[0].when' }] },
    ],
    [
      'when it is about a connection that does not exist',
      { text: text.replace('rules:', 'connections: [tresury]\nrules:') },
      { kind: 'faults', faults: [{ path: 'connections[0]', remedy: 'Did you mean "treasury"?' }] },
    ],
  ] as const)('%s', async (_, change, expected) => {
    lab = await openLab(automatic);

    expect(await apply(change)).toMatchObject(expected);

    expect(await listRulebooks(lab.db)).toHaveLength(1);
    expect(await rulebookInForce(lab.ctx, lab.db)).toMatchObject({ id: 1 });
    expect(await noticesSaid()).toEqual([]);
  });
});
