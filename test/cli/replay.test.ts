import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { saveEvaluation } from '../../src/db/evaluations.ts';
import { approvals, rulebooks } from '../../src/db/schema.ts';
import { fingerprintOf } from '../../src/domain/fingerprint.ts';
import { rulebookFinding } from '../../src/rules/finding.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { noon } from '../builders.ts';
import { aPayout, rulebookOf, seen, text } from '../rules/rulebooks.ts';
import { deploy, runHere, type Deployment, type Ended } from './lab.ts';

let database: TestDatabase;
let deployment: Deployment;
/** A payout that a rule allowed, and an older evaluation of it whose answer was tampered with. */
let tampered: string;

const approval = aPayout();
const run = (...args: readonly string[]): Promise<Ended> => runHere(['replay', ...args], deployment.env);

beforeAll(async () => {
  database = await createTestDatabase();
  deployment = await deploy(database.url);
  const connection = connect(database.url, { max: 1 });
  const { db } = connection;
  const rulebook = rulebookOf(text);
  const appliedAt = new Date(noon);
  await db.insert(rulebooks).values({ hash: rulebook.hash, text, appliedBy: 'alice', weaker: [], appliedAt });
  const [row] = await db.insert(approvals).values({ connection: 'treasury', platformId: approval.id }).returning();
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
  } as const;
  await saveEvaluation(db, row?.id ?? '', evaluation);
  const changed = (answer ?? '').replace('500.00 USD is below', '400.00 USD is below');
  tampered = await saveEvaluation(db, row?.id ?? '', {
    ...evaluation,
    rulebookAnswer: changed,
    evaluatedAt: noon - 1000,
  });
  await connection.close();
});

afterAll(async () => {
  await deployment.stop();
  await database.drop();
});

describe('countersign replay', () => {
  it('says that the same answer comes, with the verdict and every condition, and exit code 0', async () => {
    const { code, out } = await run(approval.id);

    expect(code).toBe(0);
    expect(out).toContain('verdict: approve by the rule routine');
    expect(out).toContain('✓ The same answer, byte for byte.');
    expect(out).toContain('yes routine: Small supplier payouts (allows)');
    expect(out).toContain('500.00 USD is below 1,000.00 USD');
  });

  it('names the first difference of an older evaluation, with exit code 1', async () => {
    const { code, out } = await run(approval.id, '--evaluation', tampered);

    expect(code).toBe(1);
    expect(out).toMatch(
      /✗ Another answer, first at rules\[0\]\.conditions\[2\]\.words:\n +then: "400\.00 USD is below .*\n +now: +"500\.00 USD is below /,
    );
  });

  it('prints one JSON object', async () => {
    const { out } = await run(approval.id, '--json');

    expect(JSON.parse(out)).toMatchObject({ kind: 'replayed', difference: null, evaluation: { evaluatedAt: noon } });
  });

  it('says so when there is no such approval, or no such evaluation', async () => {
    expect(await run('ap-none')).toMatchObject({ code: 1, err: 'No approval is called ap-none.\n' });
    const { code, out } = await run(approval.id, '--evaluation', '0d9c7f0e-5a3b-4c61-9a55-2f4f1c1d7e10');
    expect([code, out]).toEqual([1, '! It cannot be asked again: there is no such evaluation of this approval.\n']);
  });
});
