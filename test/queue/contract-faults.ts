// What every backend promises when processes, connections and jobs are lost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { aJob, aQueueName, recorder, sortByTask } from './lab.ts';
import type { Lab } from './lab.ts';
import { recordingLog } from './recording-log.ts';
import { until } from './until.ts';

const LOST_WORKER = fileURLToPath(new URL('lost-worker.ts', import.meta.url));

export function promiseSurvival(lab: Lab): void {
  it('gives the job of a killed worker process to another', async () => {
    const log = recordingLog();
    const name = aQueueName();
    const queue = await lab.open({ name, log });
    const { redisUrl, databaseUrl } = lab.server();
    const args = ['--import', 'tsx', LOST_WORKER, redisUrl ?? '', databaseUrl, name];
    const lost = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(lost, 'exit');
    let output = '';
    lost.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await queue.addBulk([aJob('a')]);
    await until('the process has the job', () => output.includes('took a'));
    const { handler, done } = recorder();

    lost.kill('SIGKILL');
    await exited;
    await queue.work(handler, { concurrency: 1 });

    await until('the job is done', () => done.length === 1);
    expect(log.lines).toContainEqual({ level: 'warn', message: 'job of a lost worker taken back' });
  });

  it('loses nothing that cannot be added again when it is flushed', async () => {
    const name = aQueueName();
    const queue = await lab.open({ name });
    const jobs = [aJob('a'), aJob('b', { priority: 3 }), aJob('c', { delayMs: 50 })];
    await queue.addBulk(jobs);
    await lab.server().flush(name);
    expect(await queue.depth()).toEqual({ waiting: 0, active: 0, delayed: 0 });
    const { handler, done } = recorder();

    await queue.work(handler, { concurrency: 1 });
    await queue.addBulk(jobs);

    await until('all are done', () => done.length === 3);
    expect(sortByTask(done).map((job) => job.taskId)).toEqual(['a', 'b', 'c']);
  });

  it('goes on after every connection was cut, and only logs it', async () => {
    const log = recordingLog();
    const queue = await lab.open({ log });
    const { handler, done } = recorder();
    await queue.work(handler, { concurrency: 2 });
    await queue.addBulk([aJob('before')]);
    await until('it works', () => done.length === 1);

    await lab.server().interrupt();
    await until('it takes jobs again', async () => {
      try {
        await queue.addBulk([aJob('after')]);
        return true;
      } catch {
        // What the caller of a queue that is away does: keep the row and ask again.
        return false;
      }
    });

    await until('the job is done', () => done.some((job) => job.taskId === 'after'));
    await queue.ping();
    expect(log.lines.some((line) => line.level !== 'info')).toBe(true);
  });
}
