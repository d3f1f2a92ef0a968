import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import { readFigures } from '../../src/db/figures.ts';
import { createMetrics, type Metrics } from '../../src/http/metrics.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { aLog } from './lab.ts';

let database: TestDatabase;
let connection: Connection;
const now = Date.UTC(2026, 10, 20, 12);

beforeAll(async () => {
  database = await createTestDatabase();
  connection = connect(database.url);
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});

const anInstant = (secondsAgo: number): string => new Date(now - secondsAgo * 1000).toISOString();

function metricsOfProcess(): Metrics {
  return createMetrics({
    log: aLog([]),
    readFigures: async () => readFigures(connection.db, now),
    readQueueDepth: async () => ({ waiting: 3, active: 2, delayed: 1 }),
  });
}

async function linesOf(metrics: Metrics): Promise<string[]> {
  return (await metrics.read()).split('\n').filter((line) => line.startsWith('countersign_'));
}

it('shows what the database holds, and the same on every process and at every look', async () => {
  const { sql } = connection;
  const [approval] = await sql<{ id: string }[]>`
    insert into approvals (connection, platform_id, state, seen_at) values
      ('treasury', 'ap-1', 'pending', ${anInstant(90)}), ('treasury', 'ap-2', 'pending', ${anInstant(30)})
    returning id`;
  const id = approval?.id ?? '';
  await sql`insert into evaluations (approval_id, fingerprint, verdict, rule, reasons, findings, evaluated_at) values
    (${id}, 'f', 'approve', 'routine', '[]', '[]', ${anInstant(80)}),
    (${id}, 'g', 'abstain', null, '[]', '[]', ${anInstant(70)}),
    (${id}, 'h', 'abstain', null, '[]', '[]', ${anInstant(60)})`;
  await sql`insert into votes
    (approval_id, group_key, person_id, slack_user, choice, reason, fingerprint, shown_digest, cast_at) values
    (${id}, 'g', 'canary-alice', 'T/U', 'approve', null, 'f', 'd', ${anInstant(50)}),
    (${id}, 'g', 'canary-bob', 'T/V', 'deny', 'canary-reason', 'f', 'd', ${anInstant(40)})`;
  const [decision] = await sql<{ id: string }[]>`
    insert into decisions (approval_id, value, fingerprint, basis, decided_at, send_after, audit_seq, audit_mac)
    values (${id}, 'approved', 'f', '{"people": []}', ${anInstant(20)}, ${anInstant(10)}, 1, 'm') returning id`;
  await sql`insert into submissions (decision_id, approval_id, attempt, started_at, finished_at, outcome) values
    (${decision?.id ?? ''}, ${id}, 1, ${anInstant(9)}, ${anInstant(8)}, 'unknown'),
    (${decision?.id ?? ''}, ${id}, 2, ${anInstant(7)}, null, null)`;
  await sql`insert into outbox (key, kind, task, not_before, attempts) values
    ('refresh/treasury/ap-1', 'refresh', '{}', ${anInstant(12)}, 2), ('submit/x', 'submit', '{}', ${anInstant(-60)}, 0)`;
  const [one, other] = [metricsOfProcess(), metricsOfProcess()];

  await one.read();
  const lines = await linesOf(one);

  expect(lines).toEqual(
    expect.arrayContaining([
      'countersign_approvals_open{connection="treasury",state="pending"} 2',
      'countersign_approval_oldest_seconds{connection="treasury",state="pending"} 90',
      'countersign_verdicts_total{verdict="approve"} 1',
      'countersign_verdicts_total{verdict="abstain"} 2',
      'countersign_votes_total{choice="approve"} 1',
      'countersign_votes_total{choice="deny"} 1',
      'countersign_submissions_total{outcome="unknown"} 1',
      'countersign_submissions_total{outcome="open"} 1',
      'countersign_outbox_tasks{kind="refresh"} 1',
      'countersign_outbox_failing_tasks{kind="refresh"} 1',
      'countersign_outbox_overdue_seconds{kind="refresh"} 12',
      'countersign_outbox_overdue_seconds{kind="submit"} 0',
      'countersign_queue_jobs{state="waiting"} 3',
      'countersign_source_up{source="database"} 1',
      'countersign_source_up{source="queue"} 1',
    ]),
  );
  expect((await linesOf(other)).toSorted()).toEqual(lines.toSorted());
  expect(lines.join('\n')).not.toMatch(/canary|ap-1/);
});

it('counts its own events, with labels that can not grow', async () => {
  const metrics = metricsOfProcess();

  metrics.countDelivery('treasury', 'stored');
  metrics.countDelivery('treasury', 'stored');
  metrics.countDelivery(null, 'refused');
  metrics.countSlackError('channel_not_found');
  metrics.countSlackError('a sentence with <!channel> and an id U0ALICE');
  metrics.observeRequest('webhooks', 200, 0.002);

  expect(await linesOf(metrics)).toEqual(
    expect.arrayContaining([
      'countersign_deliveries_total{connection="treasury",result="stored"} 2',
      'countersign_deliveries_total{connection="unknown",result="refused"} 1',
      'countersign_slack_errors_total{error="channel_not_found"} 1',
      'countersign_slack_errors_total{error="other"} 1',
      'countersign_http_request_seconds_count{room="webhooks",status="2xx"} 1',
    ]),
  );
});

describe('a source that does not answer', () => {
  it('leaves its figures out, says so, and leaves the rest', async () => {
    let isDown = false;
    const metrics = createMetrics({
      log: aLog([]),
      readFigures: async () => {
        if (isDown) throw new Error('down');
        return readFigures(connection.db, now);
      },
      readQueueDepth: async () => {
        throw new Error('down');
      },
    });
    metrics.countDelivery('treasury', 'unavailable');
    await metrics.read();
    isDown = true;

    const lines = await linesOf(metrics);

    expect(lines).toContain('countersign_source_up{source="database"} 0');
    expect(lines).toContain('countersign_source_up{source="queue"} 0');
    expect(lines).toContain('countersign_deliveries_total{connection="treasury",result="unavailable"} 1');
    expect(lines.filter((line) => line.startsWith('countersign_approvals_open'))).toEqual([]);
  });
});

it('shows the process too', async () => {
  expect(await metricsOfProcess().read()).toContain('process_resident_memory_bytes');
});
