import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig, type Config } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { platforms } from '../../src/platforms/index.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { playStory, storySteps } from '../../src/sandbox/story.ts';
import { wire } from '../../src/sandbox/wiring.ts';
import { startCountersign, type Running } from '../../src/start.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';

/** What each planted fault does, and the claim that it must break. Those that freeze the switches come last. */
const planted = [
  ['routine-payout', 'exactly one decision counts, and it is the service account’s'],
  ['large-transfer', /quorum is reached|exactly one decision counts|form/],
  ['rejection-undone', 'the hold is gone and the vote is open again'],
  ['rejection', 'the platform says Denied'],
  ['initiator-refused', 'the answer is a refusal, and only Dave sees it'],
  ['content-changed', 'the card says that the content changed, and shows 975,000'],
  ['hostile-memo', 'no message pings, links or pretends'],
  ['look-alike', /the card says why|no Approve button/],
  ['contract-call', /the card says why|no Approve button/],
  ['platform-down', 'exactly one decision counts'],
  ['decided-elsewhere', /not from here|names Carol/],
  ['epilogue', 'every decision of the service account came from the bot itself'],
] as const;

let database: TestDatabase;
let folder: string;
let sandbox: Sandbox;
let running: Running;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'countersign-story-'));
  // Twelve broken stories in a row write more than Slack allows in that time; its limits are not what they are about.
  sandbox = await startSandbox({ page: false, slack: { rates: { tierFactor: 20 } } });
  running = await startCountersign(await configure(), { log: createLogger('silent') });
  sandbox.connectBot(running.url ?? '');
});

afterAll(async () => {
  await running.stop();
  await sandbox.stop();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** As the demo does it, with shorter pauses and the test's own database. */
async function configure(): Promise<Config> {
  const wiring = wire({
    custodyUrl: sandbox.custody.url,
    slackApiUrl: sandbox.slack.url,
    approveAfterSeconds: 2,
    denyAfterSeconds: 3,
  });
  for (const [name, text] of Object.entries(wiring.files)) await writeFile(join(folder, name), text);
  const reading = loadConfig({
    env: { ...wiring.env, CONFIG_FILE: join(folder, 'countersign.yaml'), DATA_DIR: folder, PORT: '0' },
    readFile: (path) => readFileSync(path, 'utf8'),
    platforms,
    parseRulebook,
  });
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults));
  return { ...reading.config, databaseUrl: database.url, auditKey: 'k'.repeat(64) };
}

async function play(options: { only: readonly string[]; fault?: string; patienceMs: number }) {
  const lines: string[] = [];
  const story = await playStory({
    ...options,
    custodyUrl: sandbox.custody.url,
    slackUrl: sandbox.slack.origin,
    print: (line) => lines.push(line),
  });
  return { story, transcript: lines.join('\n') };
}

describe('the story', () => {
  it('has a planted fault for every step', () => {
    expect(planted.map(([id]) => id).toSorted()).toEqual(storySteps.map(({ id }) => id).toSorted());
  });

  it('holds where nothing is planted', async () => {
    const { story, transcript } = await play({
      only: ['routine-payout', 'rejection', 'look-alike'],
      patienceMs: 30_000,
    });

    expect(story.held, transcript).toBe(true);
    expect(story.steps.map(({ id }) => id)).toEqual(['routine-payout', 'rejection', 'look-alike', 'epilogue']);
  }, 90_000);

  it.each(planted)(
    'notices what is planted in %s',
    async (id, claim) => {
      const { story, transcript } = await play({ only: id === 'epilogue' ? [] : [id], fault: id, patienceMs: 8000 });

      const step = story.steps.find((each) => each.id === id);
      expect(story.held).toBe(false);
      expect(step?.held, transcript).toBe(false);
      expect(step?.expected, transcript).toMatch(claim);
      expect(transcript).toContain('planted fault:');
    },
    60_000,
  );
});

describe('npm run demo -- --auto', () => {
  it('exits with 0 when every step holds, with 1 when one does not, and leaves only the log of the latter', async () => {
    const held = await demo('--only', 'routine-payout');
    const broken = await demo('--only', 'routine-payout', '--fault', 'routine-payout');
    const unknown = await demo('--fault', 'no-such-step');

    expect(held.out).toContain('✓ 2 of 2 steps held');
    expect([held.code, broken.code, unknown.code]).toEqual([0, 1, 1]);
    expect(broken.out).toContain('✗ 1 of 2 steps held');
    expect(unknown.out).toContain('There is no step "no-such-step". The steps:');
    expect(held.out).not.toContain('stay in');
    const left = /stay in (\S+)/.exec(broken.out)?.[1] ?? '';
    expect(await readFile(join(left, 'countersign.log'), 'utf8')).toContain('countersign stopped');
    await rm(left, { recursive: true });
  }, 180_000);
});

async function demo(...args: readonly string[]): Promise<{ code: number | null; out: string }> {
  const root = resolve(import.meta.dirname, '../..');
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', 'demo', '--auto', ...args], { cwd: root });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((done) => child.once('close', (code) => done({ code, out })));
}
