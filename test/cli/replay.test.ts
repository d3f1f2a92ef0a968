import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import { appendAudit } from '../../src/db/audit-log.ts';
import { digestsOf, evaluatedEvent } from '../../src/db/bound-evaluations.ts';
import { saveEvaluation, type Evaluation } from '../../src/db/evaluations.ts';
import { approvals, rulebooks } from '../../src/db/schema.ts';
import { fingerprintOf } from '../../src/domain/fingerprint.ts';
import { rulebookFinding } from '../../src/rules/finding.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { noon } from '../builders.ts';
import { aPayout, rulebookOf, seen, text } from '../rules/rulebooks.ts';
import { deploy, runHere, type Deployment, type Ended } from './lab.ts';

let database: TestDatabase;
let connection: Connection;
let deployment: Deployment;
let approvalId: string;
/** Evaluations of a payout that a rule allowed, oldest first; the newest was never touched. */
const ids = { another: '', unbound: '', altered: '', slippedIn: '' };

const approval = aPayout();
const run = (...args: readonly string[]): Promise<Ended> => runHere(['replay', ...args], deployment.env);

const rulebook = rulebookOf(text);
const observation = seen(approval);
const { finding, answer, rule } = rulebookFinding(rulebook, observation);
const evaluation = {
  fingerprint: fingerprintOf(approval),
  verdict: { kind: 'approve', rule: rule ?? '', reasons: ['small'] },
  findings: [finding],
  rulebookHash: rulebook.hash,
  observation,
  rulebookAnswer: answer,
  evaluatedAt: noon,
} as const satisfies Omit<Evaluation, 'id'>;

/** With the audit row that the flow writes; before evaluations were bound it held no digests. */
async function write(change: Partial<Evaluation>, isBound = true): Promise<string> {
  const written = { ...evaluation, ...change };
  return connection.db.transaction(async (tx) => {
    const id = await saveEvaluation(tx, approvalId, written);
    const details = { evaluation: id, ...(isBound ? { sha256: digestsOf(approvalId, written) } : {}) };
    const key = new TextEncoder().encode(deployment.env['AUDIT_KEY']);
    const entry = { event: evaluatedEvent, approvalId, actor: 'service-account', details };
    await appendAudit(tx, { key, now: noon, configHash: 'c' }, entry);
    return id;
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  deployment = await deploy(database.url);
  connection = connect(database.url, { max: 1 });
  const { db } = connection;
  const appliedAt = new Date(noon);
  await db.insert(rulebooks).values({ hash: rulebook.hash, text, appliedBy: 'alice', weaker: [], appliedAt });
  const [row] = await db.insert(approvals).values({ connection: 'treasury', platformId: approval.id }).returning();
  approvalId = row?.id ?? '';
  const changed = (answer ?? '').replace('500.00 USD is below', '400.00 USD is below');
  ids.another = await write({ rulebookAnswer: changed, evaluatedAt: noon - 4000 });
  ids.unbound = await write({ evaluatedAt: noon - 3000 }, false);
  ids.altered = await write({ evaluatedAt: noon - 2000 });
  ids.slippedIn = await saveEvaluation(db, approvalId, { ...evaluation, evaluatedAt: noon - 1000 });
  await write({});
  await connection.sql`update evaluations set findings = jsonb_set(findings, '{0,words}', '"fine"')
    where id = ${ids.altered}`;
});

afterAll(async () => {
  await connection.close();
  await deployment.stop();
  await database.drop();
});

describe('countersign replay', () => {
  it('says that the same answer comes, with the verdict and every condition, and exit code 0', async () => {
    const { code, out } = await run(approval.id);

    expect(code).toBe(0);
    expect(out).toContain('verdict: approve by the rule routine');
    expect(out).toContain('✓ Stored as row 4 of the audit log says.\n✓ The same answer, byte for byte.\n');
    expect(out).toContain('yes routine: Small supplier payouts (allows)');
    expect(out).toContain('500.00 USD is below 1,000.00 USD');
  });

  it('names the first difference of an older evaluation, with exit code 1', async () => {
    const { code, out } = await run(approval.id, '--evaluation', ids.another);

    expect(code).toBe(1);
    expect(out).toMatch(
      /✗ Another answer, first at rules\[0\]\.conditions\[2\]\.words:\n +then: "400\.00 USD is below .*\n +now: +"500\.00 USD is below /,
    );
  });

  it('says what was changed since it was written, with exit code 1, although the same answer comes', async () => {
    const { code, out } = await run(approval.id, '--evaluation', ids.altered);

    expect(code).toBe(1);
    expect(out).toContain(
      '✗ Not stored as row 3 of the audit log says. Changed since: the findings of the checks.\n' +
        '! The same answer, byte for byte, which proves nothing by itself.\n',
    );
    expect(out).not.toContain('✓');
  });

  it('says that nothing vouches for one from before evaluations were bound, with an exit code of its own', async () => {
    const { code, out } = await run(approval.id, '--evaluation', ids.unbound);

    expect(code).toBe(3);
    expect(out).toContain(
      '! Written before evaluations were bound to the audit log (row 2): nothing vouches for what is stored.\n',
    );
    expect(out).not.toContain('✓');
  });

  it('says that no row of the audit log speaks of one, with exit code 1', async () => {
    const { code, out } = await run(approval.id, '--evaluation', ids.slippedIn);

    expect(code).toBe(1);
    expect(out).toContain('✗ No row of the audit log speaks of it');
    expect(out).not.toContain('✓');
  });

  it('believes no row of an audit log that is not intact', async () => {
    const { sql } = connection;
    await sql`update audit_log set actor = 'mallory' where seq = 4`;
    const { code, out } = await run(approval.id);
    await sql`update audit_log set actor = 'service-account' where seq = 4`;

    expect(code).toBe(1);
    expect(out).toContain('✗ The audit log is not intact, so it vouches for nothing: row 4 was changed');
    expect(out).not.toContain('✓');
  });

  it('prints one JSON object', async () => {
    const { out } = await run(approval.id, '--json');

    expect(JSON.parse(out)).toMatchObject({
      kind: 'replayed',
      binding: { kind: 'bound', seq: 4 },
      difference: null,
      evaluation: { evaluatedAt: noon },
    });
  });

  it('says so when there is no such approval, or no such evaluation', async () => {
    expect(await run('ap-none')).toMatchObject({ code: 1, err: 'No approval is called ap-none.\n' });
    const { code, out } = await run(approval.id, '--evaluation', '0d9c7f0e-5a3b-4c61-9a55-2f4f1c1d7e10');
    expect([code, out]).toEqual([1, '! It cannot be asked again: there is no such evaluation of this approval.\n']);
  });
});

describe('countersign audit verify', () => {
  it('names every evaluation that is not stored as the log says, with exit code 1', async () => {
    const { code, out } = await runHere(['audit', 'verify'], deployment.env);

    expect(code).toBe(1);
    expect(out).toContain('✓ The audit log is intact: 4 rows.\n');
    expect(out).toContain(
      [
        '✗ 2 evaluations are not stored as the log says:',
        `  ${ids.altered} of approval ${approvalId} (row 3): changed since, the findings of the checks`,
        `  ${ids.slippedIn} of approval ${approvalId}: no row speaks of it, so it was slipped in, or the log was cut at its end`,
        '  Stop the service, keep a copy of the database, and compare it with a backup.',
        '✓ 2 evaluations are stored as the log says.',
        '! 1 evaluation was written before evaluations were bound: nothing vouches for what is stored.',
        '',
      ].join('\n'),
    );
  });

  it('prints them in the JSON object too', async () => {
    const { code, out } = await runHere(['audit', 'verify', '--json'], deployment.env);

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'intact',
      rows: 4,
      evaluations: { bound: 2, unbound: 1, faults: 2, first: [{ kind: 'altered' }, { kind: 'not-recorded' }] },
    });
  });

  it('has exit code 0 when only older evaluations are left that nothing vouches for', async () => {
    const { sql } = connection;
    await sql`update evaluations set findings = (select findings from evaluations where id = ${ids.unbound})
      where id = ${ids.altered}`;
    await sql`delete from evaluations where id = ${ids.slippedIn}`;

    const { code, out } = await runHere(['audit', 'verify'], deployment.env);

    expect(code).toBe(0);
    expect(out).toContain('✓ 3 evaluations are stored as the log says.\n! 1 evaluation was written before');
  });
});
