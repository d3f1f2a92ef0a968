// End to end on the sandbox, as one process with the embedded default: how long people and the platform wait for it.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findApproval } from '../../src/db/approvals.ts';
import { connect, type Connection } from '../../src/db/connect.ts';
import { findEmbedded } from '../../src/db/embedded.ts';
import { organisation } from '../../src/sandbox/company.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { startChild, type Child } from '../e2e/child.ts';
import { approve, type Stage } from '../e2e/gestures.ts';
import { ourCalls } from '../e2e/judge.ts';
import { buildProgram } from '../e2e/program.ts';
import { connection, wire } from '../e2e/wiring.ts';
import { until } from '../queue/until.ts';
import { percentile, type BenchOptions, type Figure } from './figures.ts';

const bench = 'e2e';
const mustMs = 1000;
const aimMs = 100;

/** Limits of Slack's are not what is measured here, and would be all that is seen. */
const unlimited = { slack: { rates: { enabled: false } } } as const;

export async function benchEndToEnd({ isQuick, say }: BenchOptions): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-e2e-'));
  const sandbox = await startSandbox({ page: false, ...unlimited });
  const children: Child[] = [];
  let opened: Connection | null = null;
  try {
    const env = await wire(folder, {
      custodyUrl: sandbox.custody.url,
      slackUrl: sandbox.slack.url,
      databaseUrl: null,
      redisUrl: null,
      timing: { approveAfterSeconds: 1, denyAfterSeconds: 1, sweepSeconds: 30 },
    });
    const program = await buildProgram();
    const start = async (): Promise<{ child: Child; url: string; ms: number }> => {
      const startedAt = performance.now();
      const child = startChild('countersign', program, env);
      children.push(child);
      return { child, url: await child.listening, ms: performance.now() - startedAt };
    };
    const cold = await start();
    await cold.child.stop();
    const warm: number[] = [];
    let running = await start();
    for (let round = 1; round < (isQuick ? 3 : 5); round += 1) {
      warm.push(running.ms);
      await running.child.stop();
      running = await start();
    }
    warm.push(running.ms);
    say(
      `e2e: start to listening ${cold.ms.toFixed(0)} ms first, then ${warm.map((ms) => ms.toFixed(0)).join(', ')} ms`,
    );

    sandbox.connectBot(running.url);
    opened = await openDatabase(join(folder, 'data'));
    const memoryAtStart = await residentMb(running.child.pid);
    const times = await measure({ sandbox, opened, rounds: isQuick ? 10 : 40, say });
    const memory = { start: memoryAtStart, end: await residentMb(running.child.pid) };
    return [...waits(times), ...starts(cold.ms, warm), ...memoryFigures(memory)];
  } catch (error) {
    throw new Error(`failed to measure end to end:\n${children.at(-1)?.output() ?? ''}`, { cause: error });
  } finally {
    await Promise.all(children.map(async (child) => child.stop()));
    await opened?.close();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openDatabase(dataDir: string): Promise<Connection> {
  const found = await findEmbedded({ dataDir });
  if (found === null) throw new Error('failed to find the embedded database');
  return connect(found.url, { max: 1, name: 'bench' });
}

type Times = { readonly cardMs: number[]; readonly confirmMs: number[]; readonly shownMs: number[] };

async function measure(input: {
  sandbox: Sandbox;
  opened: Connection;
  rounds: number;
  say: BenchOptions['say'];
}): Promise<Times> {
  const { sandbox, opened, rounds, say } = input;
  const stage: Stage = {
    sandbox,
    row: async (approvalId) => findApproval(opened.db, { connection, platformId: approvalId }),
  };
  const times: Times = { cardMs: [], confirmMs: [], shownMs: [] };
  // One more than is counted: the first one warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const one = await measureOne(stage, opened);
    if (round === 0) continue;
    times.cardMs.push(one.cardMs);
    times.confirmMs.push(one.confirmMs);
    times.shownMs.push(one.shownMs);
    if (round % 10 === 0) say(`e2e: ${round} of ${rounds} approvals`);
  }
  return times;
}

/** One transfer: webhook, card, two approvals, the pause, the decision on the platform, the card that says so. */
async function measureOne(
  stage: Stage,
  { sql }: Connection,
): Promise<{ cardMs: number; confirmMs: number; shownMs: number }> {
  const { custody } = stage.sandbox;
  const before = cardCount(stage.sandbox);
  const startedAt = performance.now();
  const { approvalId } = custody.play('large-transfer');
  await whenChanged(stage.sandbox, 'there is a card', () => cardCount(stage.sandbox) > before);
  const cardMs = performance.now() - startedAt;
  // Slack is asked to change a card once a second at most: the vote must not be measured against that.
  await sleep(1100);

  for (const who of ['alice', 'bob'] as const) {
    const answer = await approve(stage, who, approvalId);
    if (answer.kind === 'trouble') throw new Error(`failed to vote: ${answer.error}`);
  }
  const [decision] = await sql<{ sendAfter: number }[]>`
    select (extract(epoch from send_after) * 1000)::float8 as "sendAfter" from decisions join approvals on approvals.id = approval_id
    where platform_id = ${approvalId}`;
  if (decision === undefined) throw new Error('failed to find the decision');
  await until('the platform has it', () => ourCalls(custody.ledger(), approvalId).some((call) => call.applied), 30_000);
  const decidedAt = ourCalls(custody.ledger(), approvalId).find((call) => call.applied)?.at ?? NaN;
  await whenChanged(stage.sandbox, 'the card says so', () => textOfLast(stage.sandbox).includes('Approved: '));
  return { cardMs, confirmMs: decidedAt - decision.sendAfter, shownMs: Date.now() - decidedAt };
}

function channelOf(sandbox: Sandbox) {
  const channel = sandbox.slack.state().channels.find(({ id }) => id === organisation.channel.id);
  return (channel?.messages ?? []).filter((message) => message.threadTs === undefined);
}

function cardCount(sandbox: Sandbox): number {
  return channelOf(sandbox).length;
}

function textOfLast(sandbox: Sandbox): string {
  return JSON.stringify(channelOf(sandbox).at(-1)?.blocks[0] ?? null);
}

/** Told by the workspace itself at the moment of the change: a look now and then would be part of the figure. */
async function whenChanged(sandbox: Sandbox, what: string, condition: () => boolean): Promise<void> {
  if (condition()) return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error(`waited 30 s in vain until ${what}`)), 30_000);
    const unsubscribe = sandbox.slack.subscribe(() => {
      if (condition()) finish(null);
    });
    const finish = (error: Error | null): void => {
      clearTimeout(timer);
      unsubscribe();
      if (error === null) resolve();
      else reject(error);
    };
  });
}

function waits({ cardMs, confirmMs, shownMs }: Times): Figure[] {
  return [
    ...spread('webhook to card', cardMs, true),
    ...spread('end of the undo window to the platform has it', confirmMs, true),
    ...spread('the platform has it to the card says so', shownMs, false),
  ];
}

function spread(figure: string, times: readonly number[], hasGoal: boolean): Figure[] {
  const sorted = Float64Array.from(times).toSorted();
  const p50 = percentile(sorted, 0.5);
  const must = { sign: '<=', value: mustMs } as const;
  const aim = { sign: '<=', value: aimMs, isAim: true } as const;
  return [
    { bench, figure: `${figure}, p50`, unit: 'ms', value: p50, goal: hasGoal ? must : null },
    ...(hasGoal ? [{ bench, figure: `${figure}, p50 against the aim`, unit: 'ms', value: p50, goal: aim }] : []),
    { bench, figure: `${figure}, p95`, unit: 'ms', value: percentile(sorted, 0.95), goal: null },
  ];
}

function starts(cold: number, warm: readonly number[]): Figure[] {
  const sorted = Float64Array.from(warm).toSorted();
  return [
    { bench, figure: 'start to listening, first (makes its database)', unit: 'ms', value: cold, goal: null },
    { bench, figure: 'start to listening, again, p50', unit: 'ms', value: percentile(sorted, 0.5), goal: null },
  ];
}

function memoryFigures(memory: { start: number | null; end: number | null }): Figure[] {
  const note = memory.end === null ? { note: 'no /proc here' } : {};
  return [
    { bench, figure: 'resident memory after the start', unit: 'MB', value: memory.start, goal: null, ...note },
    { bench, figure: 'resident memory after the run', unit: 'MB', value: memory.end, goal: null, ...note },
  ];
}

/** Of the process alone, without the database that it started; null where there is no /proc. */
async function residentMb(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}
