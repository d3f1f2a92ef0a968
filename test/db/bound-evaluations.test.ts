import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bindingOf, digestsOf } from '../../src/db/bound-evaluations.ts';
import { connect, type Connection } from '../../src/db/connect.ts';
import { evaluationsById, saveEvaluation } from '../../src/db/evaluations.ts';
import { approvals } from '../../src/db/schema.ts';
import { storable } from '../../src/db/storable.ts';
import { noRequest } from '../../src/domain/activity.ts';
import { aFinding, anActivity, anApproval, noon } from '../builders.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(process.env['BINDING_RUNS'] ?? 200);

let database: TestDatabase;
let connection: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = connect(database.url, { max: 1 });
});

afterAll(async () => {
  await connection.close();
  await database.drop();
});

/** Whatever a platform may send: control characters, half pairs, keys that mean something to JavaScript. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('__proto__', 'toJSON', 'constructor', '\u0000', '\ud800', '1', '01', ''),
);
const numbers = fc.double({ noDefaultInfinity: true, noNaN: true });
const evaluation = fc.record({
  reasons: fc.array(anyText),
  evidence: fc.dictionary(anyText, anyText),
  fields: fc.dictionary(anyText, fc.array(anyText)),
  memo: fc.option(anyText),
  at: numbers,
  dataAt: fc.option(numbers),
  answer: fc.option(anyText),
});

it(`what was bound is what the database gives back, whatever it is (seed ${seed}, ${runs} runs)`, async () => {
  const [row] = await connection.db
    .insert(approvals)
    .values({ connection: 'treasury', platformId: 'ap-1' })
    .returning();
  const approvalId = row?.id ?? '';
  const { platform, id, initiator, createdAt } = anApproval();

  await fc.assert(
    fc.asyncProperty(evaluation, async ({ reasons, evidence, fields, memo, at, dataAt, answer }) => {
      const activity = anActivity({ memo, request: { ...noRequest, fields } });
      const approval = { platform, id, initiator, activity, createdAt };
      const observation = { connection: 'treasury', approval, at, spent: {}, demoted: [] };
      const written = storable({
        fingerprint: 'f'.repeat(64),
        verdict: { kind: 'abstain', reasons } as const,
        findings: [aFinding({ evidence, dataAt })],
        rulebookHash: null,
        observation,
        rulebookAnswer: answer,
        evaluatedAt: noon,
      });
      const digests = digestsOf(approvalId, written);

      const evaluationId = await saveEvaluation(connection.db, approvalId, written);

      const stored = (await evaluationsById(connection.db, [evaluationId])).get(evaluationId);
      if (stored === undefined) throw new Error('it is not stored');
      const recorded = { seq: 1, approvalId, evaluationId, digests };
      expect(bindingOf(recorded, stored.approvalId, stored.evaluation)).toEqual({ kind: 'bound', seq: 1 });
    }),
    { seed, numRuns: runs },
  );
});
