// The embedded default is killed and started again: nothing waits for the lease of a process that is known to be dead.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CrashPoint } from '../../src/flow/crash-points.ts';
import { organisation } from '../../src/sandbox/company.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { until } from '../queue/until.ts';
import { startChild, type Child } from './child.ts';
import { within } from './harness.ts';
import { ourCalls } from './judge.ts';
import { buildProgram } from './program.ts';
import { wire } from './wiring.ts';

/** The lease of a dead process's work is 30 s, and its attempt to send is believed to run for another 30 s. */
const recovery: readonly { readonly point: CrashPoint; readonly withinMs: number }[] = [
  { point: 'task-started', withinMs: 12_000 },
  { point: 'decision-sent', withinMs: 12_000 },
  // What the dead process may have sent gets ten seconds to show before it is sent again.
  { point: 'submission-started', withinMs: 22_000 },
];

describe('the embedded default, killed at', () => {
  it.for(recovery)('$point, goes on as soon as it runs again', { timeout: 180_000 }, async ({ point, withinMs }) => {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-restart-'));
    const sandbox = await startSandbox({ page: false });
    const children: Child[] = [];
    try {
      const { program, env } = await prepare(folder, sandbox);
      const start = (change: Record<string, string>): Child => {
        const child = startChild('countersign', program, { ...env, ...change });
        children.push(child);
        return child;
      };
      const first = start({ CRASH_AT: point, CRASH_MARKER: join(folder, 'crashes') });
      sandbox.connectBot(await within(60_000, 'it listens', first.listening));
      const { approvalId } = sandbox.custody.play('routine-payout');
      await within(60_000, `it reaches ${point}`, first.exited);

      const again = start({});
      sandbox.connectBot(await within(60_000, 'it listens again', again.listening));
      await until('the card says so', () => channelText(sandbox).includes('Approved automatically'), withinMs);

      const applied = ourCalls(sandbox.custody.ledger(), approvalId).filter((call) => call.applied);
      expect(applied).toHaveLength(1);
    } catch (error) {
      throw new Error(`it did not recover:\n${children.at(-1)?.output() ?? ''}`, { cause: error });
    } finally {
      await Promise.all(children.map(async (child) => child.stop()));
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function prepare(folder: string, sandbox: Sandbox): Promise<{ program: string; env: Record<string, string> }> {
  const env = await wire(folder, {
    custodyUrl: sandbox.custody.url,
    slackUrl: sandbox.slack.url,
    databaseUrl: null,
    redisUrl: null,
    // No sweep but the one at the start: it must not be what makes up for a lease.
    timing: { approveAfterSeconds: 1, denyAfterSeconds: 1, sweepSeconds: 60 },
  });
  return { program: await buildProgram(), env };
}

function channelText(sandbox: Sandbox): string {
  return JSON.stringify(sandbox.slack.state().channels.find(({ id }) => id === organisation.channel.id) ?? null);
}
