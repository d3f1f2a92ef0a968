// What every backend promises about jobs while all is well.
import { expect, it } from 'vitest';
import { aGate, aJob, aQueueName, recorder, sortByTask, sum } from './lab.ts';
import type { Lab } from './lab.ts';
import { recordingLog } from './recording-log.ts';
import { until } from './until.ts';

export function promiseJobs(lab: Lab): void {
  it('does a job once and forgets it', async () => {
    const queue = await lab.open();
    const { handler, done } = recorder();

    await queue.addBulk([aJob('a'), aJob('b', { kind: 'submit' })]);
    await queue.work(handler, { concurrency: 2 });
    await until('both are done', () => done.length === 2);

    await until('nothing is left', async () => sum(await queue.depth()) === 0);
    expect(sortByTask(done)).toEqual([
      { kind: 'refresh', taskId: 'a', attempt: 1 },
      { kind: 'submit', taskId: 'b', attempt: 1 },
    ]);
  });

  it('takes an empty list', async () => {
    const queue = await lab.open();

    await queue.addBulk([]);

    expect(await queue.depth()).toEqual({ waiting: 0, active: 0, delayed: 0 });
  });

  it('keeps a delayed job back until its time', async () => {
    const queue = await lab.open();
    const { handler, done } = recorder();
    const startedAt = Date.now();

    await queue.addBulk([aJob('later', { delayMs: 400 }), aJob('now')]);
    await queue.work(handler, { concurrency: 1 });
    await until('both are done', () => done.length === 2);

    expect(done.map((job) => job.taskId)).toEqual(['now', 'later']);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(395);
  });

  it('does the more urgent jobs first', async () => {
    const queue = await lab.open();
    const { handler, done } = recorder();

    await queue.addBulk([aJob('c', { priority: 9 }), aJob('b', { priority: 2 }), aJob('a')]);
    await queue.work(handler, { concurrency: 1 });
    await until('all are done', () => done.length === 3);

    expect(done.map((job) => job.taskId)).toEqual(['a', 'b', 'c']);
  });

  it('tries a failed job again, and counts its attempts', async () => {
    const queue = await lab.open();
    const { handler, done } = recorder(async (job) => {
      if (job.attempt < 3) throw new Error('not yet');
    });

    await queue.addBulk([aJob('a', { attempts: 5 })]);
    await queue.work(handler, { concurrency: 1 });
    await until('it succeeded', () => done.length === 3);

    await until('nothing is left', async () => sum(await queue.depth()) === 0);
    expect(done.map((job) => job.attempt)).toEqual([1, 2, 3]);
  });

  it('gives a job up after its attempts, says so, and frees its id for another request', async () => {
    const log = recordingLog();
    const queue = await lab.open({ log });
    let isBroken = true;
    const { handler, done } = recorder(async () => {
      if (isBroken) throw new Error('broken');
    });
    await queue.work(handler, { concurrency: 1 });
    await queue.addBulk([aJob('a', { attempts: 2 })]);
    await until('it is given up', () => log.lines.some((line) => line.message === 'job given up'));
    expect(done).toHaveLength(2);

    isBroken = false;
    await until('nothing is left', async () => sum(await queue.depth()) === 0);
    await queue.addBulk([aJob('a')]);

    await until('it is done', () => done.length === 3);
  });

  it('postpones a job for a handler that asks for it, without using an attempt', async () => {
    const queue = await lab.open();
    let calls = 0;
    const { handler, done } = recorder(async () => {
      calls += 1;
      return calls <= 3 ? { againAfterMs: 30 } : undefined;
    });

    await queue.addBulk([aJob('a', { attempts: 1 })]);
    await queue.work(handler, { concurrency: 1 });
    await until('it is done', () => done.length === 4);

    await until('nothing is left', async () => sum(await queue.depth()) === 0);
    expect(done.map((job) => job.attempt)).toEqual([1, 1, 1, 1]);
  });

  it('ignores a job whose id is waiting, delayed or running', async () => {
    const queue = await lab.open();
    const gate = aGate();
    const { handler, done } = recorder(async () => gate.opened);

    await queue.addBulk([aJob('waiting'), aJob('waiting'), aJob('delayed', { delayMs: 60_000 })]);
    await queue.addBulk([aJob('waiting'), aJob('delayed')]);
    expect(await queue.depth()).toEqual({ waiting: 1, active: 0, delayed: 1 });
    await queue.work(handler, { concurrency: 5 });
    await until('it runs', () => done.length === 1);
    await queue.addBulk([aJob('waiting'), aJob('other')]);
    await until('the other runs', () => done.length === 2);
    gate.open();

    await until('only the delayed one is left', async () => sum(await queue.depth()) === 1);
    expect(done.map((job) => job.taskId)).toEqual(['waiting', 'other']);
  });

  it('counts what waits, runs and is delayed, and prints it for Prometheus', async () => {
    const queue = await lab.open();
    const gate = aGate();
    const { handler, done } = recorder(async () => gate.opened);

    await queue.addBulk([aJob('a'), aJob('b'), aJob('c', { priority: 4 }), aJob('d', { delayMs: 60_000 })]);
    await queue.work(handler, { concurrency: 1 });
    await until('one runs', () => done.length === 1);

    expect(await queue.depth()).toEqual({ waiting: 2, active: 1, delayed: 1 });
    expect(await queue.metrics()).toMatch(/state="delayed"[^\n]*\} 1\n/);
    gate.open();
  });

  it('waits for the running job when it closes, and leaves the others', async () => {
    const queue = await lab.open();
    const gate = aGate();
    const events: string[] = [];
    const { handler, done } = recorder(async () => {
      await gate.opened;
      events.push('job ended');
    });
    await queue.addBulk([aJob('a'), aJob('b')]);
    const work = await queue.work(handler, { concurrency: 1 });
    await until('one runs', () => done.length === 1);

    const closing = work.close().then(() => events.push('closed'));
    await queue.ping();
    gate.open();
    await closing;

    expect(events).toEqual(['job ended', 'closed']);
    expect(await queue.depth()).toEqual({ waiting: 1, active: 0, delayed: 0 });
  });

  it('closes twice without complaint', async () => {
    const queue = await lab.open();
    const work = await queue.work(async () => {}, { concurrency: 1 });

    await Promise.all([work.close(), queue.close()]);
    await queue.close();

    await expect(queue.ping()).rejects.toThrow(/closed|after calling end/);
  });

  it('spreads 100 jobs over three workers without doing one twice', async () => {
    const name = aQueueName();
    const queues = [await lab.open({ name }), await lab.open({ name }), await lab.open({ name })];
    const { handler, done } = recorder();
    const ids = Array.from({ length: 100 }, (_, index) => `t${index}`);

    await Promise.all(queues.map(async (queue) => queue.work(handler, { concurrency: 5 })));
    await queues[0]?.addBulk(ids.map((id) => aJob(id)));
    await until('all are done', () => done.length >= 100);

    await until('nothing is left', async () => sum((await queues[0]?.depth()) ?? { waiting: 1 }) === 0);
    expect(done.map((job) => job.taskId).toSorted()).toEqual(ids.toSorted());
  });

  it.each([
    ['holds a colon', 'a:b', 'holds no colon'],
    ['is a whole number', '42', 'is not a whole number'],
    ['is empty', '', 'Too small'],
  ])('refuses a job id that %s', async (_what, jobId, reason) => {
    const queue = await lab.open();

    await expect(queue.addBulk([aJob('a', { jobId })])).rejects.toThrow(reason);

    expect(sum(await queue.depth())).toBe(0);
  });
}
