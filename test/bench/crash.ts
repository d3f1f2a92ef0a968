// Acknowledged but lost: PostgreSQL crashes three times at full load, and every 200 must still have its row and its task.
import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { until } from '../queue/until.ts';
import { startChild } from './children.ts';
import type { BenchOptions, Figure } from './figures.ts';
import { startGround, type Ground } from './ground.ts';
import { askForLoad, portSchema, type ServerOrder } from './orders.ts';

const crashes = 3;

export async function benchCrash({ isQuick, say }: BenchOptions): Promise<Figure[]> {
  const ground = await startGround();
  const order: ServerOrder = {
    mode: 'ours',
    databaseUrl: ground.databaseUrl,
    redisUrl: null,
    apiUrl: 'http://127.0.0.1:9',
    isWorking: false,
  };
  const server = await startChild('./intake-server.ts', order);
  const load = await startChild('./load.ts', null);
  try {
    const { port } = portSchema.parse(server.first);
    const seconds = isQuick ? 12 : 30;
    const loading = askForLoad(load, { port, connections: 64, seconds, prepared: 1000, rate: null, withIds: true });
    const endAt = Date.now() + seconds * 1000;
    for (let crash = 1; crash <= crashes; crash += 1) {
      await untilStoring(ground);
      await killBackend(ground);
      await until('the database has crashed', async () => (await countCrashes(ground)) >= crash);
      say(`crash ${crash} of ${crashes}`);
    }
    await untilStoring(ground);
    if (Date.now() > endAt) throw new Error('the load was over before the last crash');
    const result = await loading;
    say(`${result.acknowledged} acknowledged, ${result.refused} refused, ${result.broken} broken`);
    const { lost, doubled } = await compare(ground, result.ids);
    const bench = 'crash';
    return [
      {
        bench,
        figure: 'crashes at full load',
        value: await countCrashes(ground),
        goal: { sign: '>=', value: crashes },
      },
      { bench, figure: 'acknowledged', value: result.acknowledged, goal: null },
      { bench, figure: 'acknowledged but lost', value: lost, goal: { sign: '=', value: 0 } },
      { bench, figure: 'stored twice', value: doubled, goal: { sign: '=', value: 0 } },
    ];
  } finally {
    await load.stop();
    await server.stop();
    await ground.stop();
  }
}

/** Full load means that rows come in, also after the crash before. */
async function untilStoring(ground: Ground): Promise<void> {
  const target = (await countRows(ground)) + 500;
  await until('the intake stores', async () => (await countRows(ground)) > target, 60_000);
}

async function countRows(ground: Ground): Promise<number> {
  try {
    const [row] = await ground.sql<{ rows: number }[]>`select count(*)::int as rows from deliveries`;
    return row?.rows ?? 0;
  } catch {
    // The database is still recovering: nothing can have been stored.
    return 0;
  }
}

/** One process killed the hard way: the server throws all memory away and starts again from its journal. */
async function killBackend(ground: Ground): Promise<void> {
  const victim = postgres(ground.databaseUrl, { max: 1, onnotice: () => {} });
  const [row] = await victim<{ pid: number }[]>`select pg_backend_pid() as pid`;
  if (row === undefined) throw new Error('no backend');
  process.kill(row.pid, 'SIGKILL');
  await victim.end({ timeout: 1 });
}

async function countCrashes(ground: Ground): Promise<number> {
  const log = await readFile(ground.databaseLog, 'utf8');
  return log.split('all server processes terminated; reinitializing').length - 1;
}

async function compare(ground: Ground, ids: readonly string[]): Promise<{ lost: number; doubled: number }> {
  const rows = await ground.sql<{ platform_id: string; has_task: boolean }[]>`
    select platform_id, exists (select from outbox where key = 'refresh/treasury/' || platform_id) as has_task
    from deliveries`;
  const kept = new Set(rows.filter((row) => row.has_task).map((row) => row.platform_id));
  return {
    lost: ids.filter((id) => !kept.has(id)).length,
    doubled: rows.length - new Set(rows.map((row) => row.platform_id)).size,
  };
}
