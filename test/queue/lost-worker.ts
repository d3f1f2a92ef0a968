// A worker process that takes a job and never finishes it, to be killed by a test.
import { openQueue } from '../../src/queue/queue.ts';

const [redisUrl = '', databaseUrl = '', name = ''] = process.argv.slice(2);
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const queue = await openQueue({
  redisUrl: redisUrl === '' ? null : redisUrl,
  databaseUrl,
  name,
  log: silent,
  lockMs: 1000,
  stalledCheckMs: 500,
});
await queue.work(
  async (job) => {
    process.stdout.write(`took ${job.taskId}\n`);
    await new Promise(() => {});
  },
  { concurrency: 1 },
);
