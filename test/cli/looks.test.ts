import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { addresses } from '../../src/sandbox/company.ts';
import { startCountersign, type Running } from '../../src/start.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { deploy, runHere, type Deployment, type Ended } from './lab.ts';

let database: TestDatabase;
let deployment: Deployment;
let running: Running;
/** A transfer that waits for two votes, and one with everything hostile in its texts. */
let large: string;
let hostile: string;

const patience = { timeout: 30_000, interval: 200 };

const run = (...args: readonly string[]): Promise<Ended> => runHere(args, deployment.env);

beforeAll(async () => {
  database = await createTestDatabase();
  deployment = await deploy(database.url);
  running = await startCountersign(deployment.config().config, { log: createLogger('silent') });
  deployment.sandbox.connectBot(running.url ?? '');
  large = deployment.sandbox.custody.play('large-transfer').approvalId;
  hostile = deployment.sandbox.custody.play('hostile-memo').approvalId;
  await vi.waitUntil(async () => (await run('status')).out.includes('"Treasury": 0 of 2 votes in Slack'), patience);
  await vi.waitUntil(async () => (await run('show', hostile)).out.includes('abstains'), patience);
});

afterAll(async () => {
  await running.stop();
  await deployment.stop();
  await database.drop();
});

describe('countersign status', () => {
  it('lists what waits and what it waits for, switches, queue and work', async () => {
    const { code, out } = await run('status');

    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(`${large} +treasury +pending .*250,000 USDC to 0xD6aa…e337 +"Treasury": 0 of 2 votes`),
    );
    expect(out).toMatch(/^automation +on$/m);
    expect(out).toMatch(/^queue +postgres: \d+ waiting/m);
    expect(out).toMatch(/^outbox +\d+ tasks? left/m);
    expect(out).toContain('Waiting (2)');
  });

  it('prints the same as one JSON object', async () => {
    const { out } = await run('status', '--json');

    const status: unknown = JSON.parse(out);
    expect(status).toMatchObject({
      switches: expect.arrayContaining([expect.objectContaining({ name: 'approvals', isOn: true })]),
      open: expect.arrayContaining([
        expect.objectContaining({ platformId: large, waitsFor: ['"Treasury": 0 of 2 votes in Slack'] }),
      ]),
      queue: { kind: 'answers', backend: 'postgres' },
    });
  });
});

describe('countersign show', () => {
  it('tells everything about one approval, and its trail', async () => {
    const { code, out } = await run('show', large);

    expect(code).toBe(0);
    for (const words of [
      addresses.newCounterparty,
      '250,000 USDC',
      'Dave Dubois (dave)',
      '"Treasury", in Slack: 0 of 2 votes (nobody yet); may vote: Alice Anderson, Bob Brown, Carol Castillo',
      'abstains',
      'approval.pending',
      'approval.evaluated',
    ])
      expect(out).toContain(words);
  });

  it('finds it by our own id, and prints one JSON object with the trail', async () => {
    const byPlatformId: { id: string } = JSON.parse((await run('show', large, '--json')).out);
    const { out } = await run('show', byPlatformId.id, '--json');

    expect(JSON.parse(out)).toMatchObject({ platformId: large, audit: expect.arrayContaining([expect.anything()]) });
  });

  it('spells out what a hostile text hides', async () => {
    const { out } = await run('show', hostile);

    expect(out).toContain('\\u{202e}');
    expect(out).toContain('\\u{1b}[31m');
    for (const weapon of ['\u001B', '\u202E', '\u200B']) expect(out).not.toContain(weapon);
  });

  it('says so when there is no such approval', async () => {
    const { code, err } = await run('show', 'ap-none');

    expect(code).toBe(1);
    expect(err).toContain('No approval is called ap-none');
  });
});

describe('countersign pause and resume', () => {
  it('lets anybody listed pause, and takes two admins to resume', async () => {
    const stranger = await run('pause', '--by', 'mallory', '--reason', 'because');
    const speechless = await run('pause', '--by', 'bob', '--reason', ' ');
    const paused = await run('pause', '--by', 'bob', '--reason', 'phishing mail');
    const again = await run('pause', '--by', 'carol', '--reason', 'same here');
    const seen = await run('status');
    const notAdmin = await run('resume', 'approvals', '--by', 'bob');
    const first = await run('resume', 'approvals', '--by', 'alice');
    const same = await run('resume', 'approvals', '--by', 'alice');
    const second = await run('resume', 'approvals', '--by', 'dave');
    const after = await run('status');

    expect([stranger, speechless, notAdmin, same].map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    expect([paused, again, first, second].map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(stranger.err).toContain('"mallory" is not the id of anybody');
    expect(speechless.err).toContain('say why');
    expect(paused.out).toContain('All approvals from here are paused. Two admins resume them: alice, dave.');
    expect(again.out).toContain('paused already');
    expect(seen.out).toMatch(/^approvals +off for .*, by bob: phishing mail$/m);
    expect(seen.out).toContain('approvals are paused');
    expect(notAdmin.err).toContain('"bob" is not an admin. Admins: alice, dave.');
    expect(first.out).toContain('a second admin must agree (dave)');
    expect(same.err).toContain('a different admin must agree');
    expect(second.out).toContain('All approvals from here are on again.');
    expect(after.out).toMatch(/^approvals +on$/m);
  });

  it('pauses only automation when asked to', async () => {
    const { out } = await run('pause', 'automation', '--by', 'alice', '--reason', 'wrong list');
    const seen = await run('status');

    expect(out).toContain('Automatic approvals are paused');
    expect(seen.out).toMatch(/^automation +off/m);
    expect(seen.out).toMatch(/^approvals +on$/m);
  });
});

describe('countersign webhook', () => {
  it('creates one, shows its secret once, pings it and lists it', async () => {
    const created = await run('webhook', 'create', 'https://bot.example.com');
    const id =
      /Webhook (\S+) now sends to https:\/\/bot\.example\.com\/webhooks\/treasury/.exec(created.out)?.[1] ?? '';
    const listed = await run('webhook', 'list', '--json');
    const ours = /"id":"(wh-[^"]+)","url":"http:\/\/127/.exec(listed.out)?.[1] ?? '';
    const [reached, lost, refused] = await Promise.all([
      run('webhook', 'ping', ours),
      run('webhook', 'ping', 'wh-none'),
      run('webhook', 'list', '--connection', 'other'),
    ]);

    expect(created.code).toBe(0);
    expect(created.out).toMatch(/Its secret, shown only this once: \S{20,}/);
    expect(listed.out).toContain(id);
    expect(reached).toMatchObject({ code: 0, out: expect.stringContaining('200') });
    expect(lost.code).toBe(1);
    expect(lost.err).toContain('404');
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no connection "other": treasury'),
    });
  });
});

describe('countersign audit verify', () => {
  it('prints the head of an intact chain', async () => {
    const { code, out } = await run('audit', 'verify');

    expect(code).toBe(0);
    expect(out).toMatch(/✓ The audit log is intact: \d+ rows\.\n {2}Head: row \d+, [0-9a-f]{64}\n/);
  });

  it('names the first bad row and exits with 1', async () => {
    const sql = postgres(database.url, { max: 1 });
    const [row] = await sql<
      { seq: number; actor: string }[]
    >`select seq, actor from audit_log order by seq offset 2 limit 1`;
    const seq = Number(row?.seq);

    await sql`update audit_log set actor = 'mallory' where seq = ${seq}`;
    const broken = await run('audit', 'verify');
    const json = await run('audit', 'verify', '--json');
    await sql`update audit_log set actor = ${row?.actor ?? ''} where seq = ${seq}`;
    const mended = await run('audit', 'verify');

    await sql.end();
    expect([broken.code, json.code, mended.code]).toEqual([1, 1, 0]);
    expect(broken.out).toContain(`row ${seq} was changed`);
    expect(broken.out).toContain(`First bad row: ${seq}.`);
    expect(JSON.parse(json.out)).toMatchObject({ kind: 'broken', seq });
  });
});

describe('a database that is not there or not ready', () => {
  it.each([
    [
      'does not answer',
      { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
      'the database does not answer. Check DATABASE_URL',
    ],
    ['was never started', { DATABASE_URL: undefined }, 'nothing has run here yet'],
  ])('%s: says so and what to do', async (_name, change, words) => {
    const env = Object.fromEntries(
      Object.entries({ ...deployment.env, ...change }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    );

    const { code, err } = await runHere(['status'], env);

    expect(code).toBe(1);
    expect(err).toContain(words);
  });

  it('has no tables: says so and what to do', async () => {
    const empty = await createTestDatabase({ isEmpty: true });

    const { code, err } = await runHere(['status'], { ...deployment.env, DATABASE_URL: empty.url });

    await empty.drop();
    expect(code).toBe(1);
    expect(err).toContain('Run `countersign migrate` first.');
  });

  it('is brought up to date by migrate, which ends by itself', async () => {
    const empty = await createTestDatabase({ isEmpty: true });
    const env = { ...deployment.env, DATABASE_URL: empty.url };

    const migrated = await runHere(['migrate'], env);
    const status = await runHere(['status'], env);

    await empty.drop();
    expect(migrated).toMatchObject({ code: 0, out: 'The database is up to date.\n' });
    expect(status.out).toContain('Nothing waits.');
  });
});
