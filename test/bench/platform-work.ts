// Does the work that deliveries ask for, in the process that takes them: one request to the platform for each task.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../src/db/connect.ts';
import { failTask, finishTask, readTask, takeDue } from '../../src/db/outbox.ts';

const workers = 20;
const callDeadlineMs = 2000;

export function startWorking(db: Db, apiUrl: string): void {
  work(db, apiUrl).catch((error: unknown) => {
    process.stderr.write(`the work of the benchmark ended: ${String(error)}\n`);
    process.exit(1);
  });
}

async function work(db: Db, apiUrl: string): Promise<never> {
  for (;;) {
    const due = await takeDue(db, { now: Date.now(), leaseMs: 60_000, limit: workers });
    await Promise.all(due.map(async ({ id }) => doTask(db, apiUrl, id)));
    if (due.length === 0) await sleep(20);
  }
}

async function doTask(db: Db, apiUrl: string, id: number): Promise<void> {
  const task = await readTask(db, id);
  if (task === null) return;
  try {
    const response = await fetch(`${apiUrl}/policy-approvals/${id}`, { signal: AbortSignal.timeout(callDeadlineMs) });
    await response.json();
    await finishTask(db, task, Date.now());
  } catch (error) {
    await failTask(db, task, { error: String(error), retryAt: Date.now() + 1000 });
  }
}
