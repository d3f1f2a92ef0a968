import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';
import { connect, type Connection } from '../../src/db/connect.ts';
import { newRecipient } from '../builders.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { byPeople, deniedBy, seedPast } from '../flow/past.ts';
import { deploy, runHere, type Deployment, type Ended } from './lab.ts';

const draft = (stage = 'live'): string => `
version: 1
rules:
  - id: routine
    title: Routine payouts
    stage: ${stage}
    when:
      - { kind: activity, in: [transfer] }
      - { kind: amount, atMost: 1000000 USD }
      - { kind: recipient, in: ['${newRecipient}'] }
`;

let database: TestDatabase;
let deployment: Deployment;
let opened: Connection;
let file: string;

beforeAll(async () => {
  database = await createTestDatabase();
  deployment = await deploy(database.url);
  opened = connect(database.url, { max: 2 });
  file = join(deployment.folder, 'draft.yaml');
});

afterAll(async () => {
  await opened.close();
  await deployment.stop();
  await database.drop();
});

beforeEach(async () => {
  await opened.sql`truncate approvals cascade`;
  await writeFile(file, draft());
});

const run = (...args: readonly string[]): Promise<Ended> =>
  runHere(['backtest', '--days', '3650', '--rulebook', file, ...args], deployment.env);

describe('countersign backtest', () => {
  it('ends with 3 when the draft would have approved what a person rejected, and shows that first', async () => {
    await seedPast(opened.db, { id: 'ap-people', basis: byPeople });
    await seedPast(opened.db, { id: 'ap-denied', state: 'denied', basis: deniedBy('carol') });

    const { code, out } = await run();

    expect(code).toBe(3);
    expect(out).toContain('✗ It would have approved 1 approval that a person rejected.');
    expect(out).toMatch(/rejected by people +1 +1$/m);
    expect(out).toContain(`● 250,000 USDC to ${newRecipient}, rejected by Carol Castillo`);
    expect(out).toContain('draft: the rule "Routine payouts" allows it');
    expect(out.indexOf('It approves what people rejected')).toBeLessThan(out.indexOf('It approves what people had to'));
  });

  it('ends with 0 when it would not', async () => {
    await seedPast(opened.db, { id: 'ap-people', basis: byPeople });

    const { code, out } = await run();

    expect(code).toBe(0);
    expect(out).toContain('✓ It would have approved nothing that a person rejected.');
    expect(out).toMatch(/approved by people here +1 +1$/m);
  });

  it('prints one JSON object', async () => {
    await seedPast(opened.db, { id: 'ap-denied', state: 'denied', basis: deniedBy('carol') });

    const { code, out } = await run('--json');

    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({
      approvals: 1,
      totals: { rejected: { approvals: 1, draft: 1, inForce: null } },
      counts: { 'approves-rejected': 1 },
      differences: [{ platformId: 'ap-denied', rejectedBy: ['carol'] }],
    });
  });

  it('judges a draft in shadow as if it were live when asked, and says that it can', async () => {
    await writeFile(file, draft('shadow'));
    await seedPast(opened.db, { id: 'ap-denied', state: 'denied', basis: deniedBy('carol') });

    const [asWritten, asLive] = [await run(), await run('--as-live')];

    expect([asWritten.code, asLive.code]).toEqual([0, 3]);
    expect(asWritten.out).toContain('With every rule live it would approve 1: --as-live lists them.');
  });

  it('refuses a draft with faults, an unknown connection and odd numbers', async () => {
    const answers = [await run('--connection', 'elsewhere'), await run('--limit', '-1'), await run('--days', '0')];
    await writeFile(file, draft('sometimes'));
    const faulty = await run();

    expect(answers.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(answers[0]?.err).toContain('Configured: treasury');
    expect(faulty.code).toBe(2);
    expect(faulty.err).toContain('The rulebook has 1 fault:');
  });

  it('needs a draft where no rulebook is in force', async () => {
    const { code, err } = await runHere(['backtest'], deployment.env);

    expect(code).toBe(1);
    expect(err).toContain('Name a draft with --rulebook');
  });
});

/** A thousand steps of 20 ms. */
function said(isWatched: boolean) {
  const [bars, lines]: [string[], string[]] = [[], []];
  const clock = { now: 0 };
  const terminal = {
    isWatched,
    progress: (bar: string) => void bars.push(bar),
    err: (line = '') => void lines.push(line),
  };
  const progress = createProgress(terminal, 'approvals', () => clock.now);
  for (let done = 1; done <= 1000; done += 1) {
    clock.now += 20;
    progress.tell(done, 1000);
  }
  progress.end();
  return { bars, lines };
}

describe('progress', () => {
  it('is a bar that moves with every percent where somebody watches', () => {
    const { bars, lines } = said(true);

    expect(lines).toEqual([]);
    expect(bars).toContain('████████████░░░░░░░░░░░░ 50 % of 1000 approvals');
    expect(bars.length).toBeLessThanOrEqual(102);
    expect(bars.at(-1)).toBe('');
  });

  it('is a line now and then where nobody does', () => {
    const { lines } = said(false);

    expect(lines).toEqual([250, 500, 750, 1000].map((done) => `${done} of 1000 approvals (${done / 10} %)`));
  });
});
