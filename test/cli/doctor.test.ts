import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeClock, judgeSwitches } from '../../src/cli/doctor-configuration.ts';
import { examine } from '../../src/cli/doctor.ts';
import type { Report } from '../../src/cli/doctor-report.ts';
import type { Diagnosis } from '../../src/platforms/platform.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { startRedis } from '../queue/redis-server.ts';
import { cases } from './doctor-cases.ts';
import { deploy, runHere, type Deployment } from './lab.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  // The switches are there from the first start on.
  const sql = postgres(database.url, { max: 1 });
  for (const name of ['automation', 'approvals']) {
    await sql`insert into switches (name, is_on, reason, changed_by, changed_at)
              values (${name}, true, 'first start', 'system', now())`;
  }
  await sql.end();
  const deployment = await deploy(database.url);
  await runHere(['migrate'], deployment.env);
  await deployment.stop();
});

afterAll(async () => {
  await database.drop();
});

async function doctor(
  arrange: (deployment: Deployment) => unknown,
  botUrl: string | null = 'http://127.0.0.1:9',
): Promise<Report> {
  const deployment = await deploy(database.url);
  try {
    if (botUrl !== null) deployment.sandbox.connectBot(botUrl);
    await arrange(deployment);
    const { config, warnings } = deployment.config();
    return await examine(config, warnings);
  } finally {
    await deployment.stop();
  }
}

const linesOf = (report: Report): readonly Diagnosis[] => report.sections.flatMap(({ lines }) => lines);

describe('doctor', () => {
  it('finds no fault in the demo company, and says of each group what kind of control it is', async () => {
    const report = await doctor(() => undefined);

    expect(linesOf(report).filter(({ outcome }) => outcome === 'fault')).toEqual([]);
    expect(report.ok).toBe(true);
    const group = linesOf(report).find(({ name }) => name === '"Treasury" of "Large transfers"');
    expect(group?.words).toContain('can also approve alone on the platform');
    expect(report.sections.map(({ title }) => title)).toEqual([
      'Configuration',
      'Database',
      'Queue',
      'Switches',
      'Rulebook',
      'Checks',
      'Slack',
      'Connection treasury (dfns)',
    ]);
  });

  it.each(cases)('says what to do about %s', async (_name, arrange, outcome, words, remedy) => {
    const report = await doctor(arrange);

    const found = linesOf(report).filter((line) => words.test(line.words) && remedy.test(line.remedy ?? ''));
    expect(
      found.map((line) => line.outcome),
      JSON.stringify(linesOf(report), null, 1),
    ).toContain(outcome);
    expect(report.ok).toBe(linesOf(report).every((line) => line.outcome !== 'fault'));
  });

  it('says what to do when the platform has no webhook for us', async () => {
    const report = await doctor(() => undefined, null);

    const found = linesOf(report).find(({ name }) => name === 'webhook');
    expect(found).toMatchObject({ outcome: 'warning', remedy: expect.stringContaining('countersign webhook create') });
  });

  it('gives every line that is not in order something to do', async () => {
    const report = await doctor(({ sandbox }) => sandbox.slack.token({ revoked: true }));

    const silent = linesOf(report).filter(({ outcome, remedy }) => outcome !== 'ok' && (remedy ?? '').length < 8);
    expect(silent).toEqual([]);
  });

  it('says what to do about a database without tables', async () => {
    const empty = await createTestDatabase({ isEmpty: true });

    const report = await doctor(({ env }) => (env['DATABASE_URL'] = empty.url));

    await empty.drop();
    const found = linesOf(report).find(({ name }) => name === 'migrations');
    expect(found).toMatchObject({ outcome: 'fault', remedy: expect.stringContaining('countersign migrate') });
  });

  it('says what to do about a Redis that may throw jobs away', async (test) => {
    const redis = await startRedis({ 'maxmemory-policy': 'allkeys-lru' });
    if (redis === null) {
      process.stderr.write('skipped: doctor on a Redis that evicts (no redis-server on the PATH)\n');
      test.skip();
      return;
    }

    const report = await doctor(({ env }) => (env['REDIS_URL'] = redis.url));

    await redis.stop();
    const found = linesOf(report).find(({ name }) => name === 'queue in Redis');
    expect(found).toMatchObject({ outcome: 'fault', remedy: expect.stringContaining('Set it to noeviction') });
  });

  it('says what to do about switches that are off or missing', () => {
    const off = {
      name: 'automation',
      isOn: false,
      reason: 'phishing',
      changedBy: 'bob',
      changedAt: 0,
      resumeAskedBy: null,
    } as const;

    const [automation, approvals] = judgeSwitches([off]);

    expect(automation).toMatchObject({ outcome: 'warning', words: expect.stringContaining('by bob: phishing') });
    expect(automation?.remedy).toContain('countersign resume automation --by <admin>');
    expect(approvals).toMatchObject({ outcome: 'fault', words: expect.stringContaining('counts as off') });
  });

  it.each([
    [1000, 'ok'],
    [5000, 'warning'],
    [200_000, 'fault'],
  ])('judges clocks that are %d ms apart: %s', (skewMs, outcome) => {
    const line = judgeClock(1_000_000, 1_000_000 - skewMs);

    expect(line.outcome).toBe(outcome);
    expect(line.remedy ?? 'NTP').toContain('NTP');
  });

  it('exits with 1 when there is a fault, and prints marks and arrows or one JSON object', async () => {
    const deployment = await deploy(database.url);
    await deployment.sandbox.slack.token({ revoked: true });

    const [words, json] = [
      await runHere(['doctor'], deployment.env),
      await runHere(['doctor', '--json'], deployment.env),
    ];

    await deployment.stop();
    expect([words.code, json.code]).toEqual([1, 1]);
    expect(words.out).toMatch(/ {2}✗ slack token: Slack refuses it: token_revoked\n {6}→ Install the app/);
    expect(words.out).toMatch(/\d+ faults?, \d+ warnings?\. Every arrow says what to do\.\n$/);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false });
  });

  it('leaves nothing behind in the folder of an embedded database that was never started', async () => {
    const deployment = await deploy(database.url);
    delete deployment.env['DATABASE_URL'];
    const { config, warnings } = deployment.config();

    await examine(config, warnings);

    await expect(rm(join(deployment.folder, 'data'))).rejects.toThrow('ENOENT');
    await deployment.stop();
  });
});
