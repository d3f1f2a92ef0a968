import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import { evaluations } from '../../src/db/schema.ts';
import { listRulebooks } from '../../src/db/rulebooks.ts';
import { applyRulebook } from '../../src/flow/apply-rulebook.ts';
import { evaluateApproval } from '../../src/flow/evaluate-approval.ts';
import { rulebookInForce } from '../../src/flow/rulebook-in-force.ts';
import { aFinding, aVotingRule, connection, hourMs } from '../builders.ts';
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

describe('races and damage', () => {
  it('two people who apply at once: the second is compared with what the first applied', async () => {
    lab = await openLab(automatic);
    const middle = text.replace('1000000 USD', '5000 USD');

    const results = await Promise.all([apply({ text: narrower }), apply({ text: middle, personId: 'carol' })]);

    // Whoever comes second after the narrowest one is weaker; the other order is narrower twice.
    const rows = await listRulebooks(lab.db);
    const kinds = results.map(({ kind }) => kind);
    expect([
      ['applied', 'weaker'],
      ['applied', 'applied'],
    ]).toContainEqual(kinds);
    expect(rows[0]?.hash).toBe(configuredRulebook(narrower).hash);
  });

  it('applied while checks run: the evaluation that began before decides nothing', async () => {
    const check: Check = {
      name: 'slow',
      title: 'Slow',
      needs: {},
      run: async () => {
        await apply({}, lab.ctx);
        return aFinding({ check: 'slow', outcome: 'pass' });
      },
    };
    lab = await openLab(automatic, { checks: [check] });

    await lab.arrive();

    expect(lab.world.sent).toEqual([]);
    expect((await latest())?.rulebookHash).toBe(configuredRulebook(narrower).hash);
  });

  it('a text that was edited in its row is not in force', async () => {
    lab = await openLab(automatic);
    await lab.sql`update rulebooks set text = ${wider}`;
    const fresh = lab.process({ config: { ...lab.ctx.config } });

    expect(await rulebookInForce(fresh, lab.db)).toEqual({
      kind: 'unavailable',
      why: 'the text of rulebook #1 is not what was applied',
    });
  });

  it('a row that nobody applied is not in force', async () => {
    lab = await openLab(automatic);
    const { hash } = configuredRulebook(wider);
    await lab.sql`
      insert into rulebooks (hash, text, applied_by, weaker, applied_at)
      values (${hash}, ${wider}, 'alice', '[]', now())`;

    await lab.arrive();

    expect(lab.world.sent).toEqual([]);
    expect((await latest())?.findings).toMatchObject([
      {
        outcome: 'unavailable',
        words: 'rulebook #2 is not the one that the audit log says was applied last',
      },
    ]);
  });

  it('a row whose text this version cannot read is unavailable, and says where', async () => {
    lab = await openLab(automatic);
    const faulty = 'version: 1\nrules: 3\n';
    const hash = createHash('sha256').update(faulty).digest('hex');
    await lab.sql`update rulebooks set text = ${faulty}, hash = ${hash}`;
    await lab.sql`alter table audit_log disable trigger all`;
    await lab.sql`update audit_log set details = ${JSON.stringify({ rulebook: 1, hash })} where event = 'rulebook.applied'`;

    expect(await rulebookInForce(lab.ctx, lab.db)).toEqual({
      kind: 'unavailable',
      why: 'rulebook #1 cannot be read by this version: rules must be a list, not the number 3',
    });
    await lab.sql`delete from audit_log`;
  });

  it('the one before a deleted row does not come back by itself, and an admin can put one in force again', async () => {
    lab = await openLab(automatic);
    await apply();
    await lab.sql`delete from rulebooks where id = 2`;

    await lab.arrive();
    expect(lab.world.sent).toEqual([]);
    expect(await apply({ text })).toMatchObject({ kind: 'weaker' });
    expect(await apply({ text, personId: 'alice', allowWeaker: true })).toMatchObject({ kind: 'applied', id: 3 });
    await lab.work();

    expect(lab.world.sent).toMatchObject([{ value: 'approved' }]);
  });

  it('a table that cannot be read makes nothing automatic', async () => {
    lab = await openLab(automatic);
    await lab.sql`alter table rulebooks rename to elsewhere`;

    expect(await rulebookInForce(lab.ctx, lab.db)).toEqual({
      kind: 'unavailable',
      why: 'the rulebook in force could not be read',
    });
    await lab.sql`alter table elsewhere rename to rulebooks`;
  });

  it('evaluating at once on two processes keeps one answer', async () => {
    lab = await openLab({ ...automatic, rulebook: configuredRulebook(narrower) });
    await lab.arrive();
    const { id } = await lab.row();

    await Promise.all([1, 2, 3].map(async () => evaluateApproval(lab.ctx, { approvalId: id })));

    expect(await lab.db.select().from(evaluations)).toHaveLength(1);
  });
});
