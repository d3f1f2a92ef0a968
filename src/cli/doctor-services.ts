// What `doctor` asks the database and the queue.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type postgres from 'postgres';
import type { Config } from '../config.ts';
import { connect, type Connection } from '../db/connect.ts';
import { checkMigrations, pingDatabase } from '../db/readiness.ts';
import { readSwitches } from '../db/switches.ts';
import { createLogger } from '../log.ts';
import type { Diagnosis } from '../platforms/platform.ts';
import { openQueue } from '../queue/queue.ts';
import { wordsOf } from './command.ts';
import { judgeClock, judgeRulebook, judgeSwitches } from './doctor-configuration.ts';
import { fault, ok, splitRemedy, warning, type Section } from './doctor-report.ts';
import { reachDatabase } from './open-context.ts';
import { lookAtRulebook } from './rulebook-look.ts';

/** Older ones lack what the migrations use. */
const oldestPostgres = 140_000;

export async function examineServices(config: Config): Promise<readonly Section[]> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl === null && !existsSync(dataDir)) {
    const words = `embedded, and nothing has run in ${resolve(dataDir)} yet`;
    const line = warning('database', words, 'The first `countersign start` makes it; then run this again.');
    return [{ title: 'Database', lines: [line] }];
  }
  const reached = await reachDatabase(config).catch((error: unknown) => wordsOf(error));
  if (typeof reached === 'string') {
    return [{ title: 'Database', lines: [unreachable(reached)] }];
  }
  const connection = connect(reached.url, { max: 2, name: 'countersign doctor' });
  try {
    const database = await examineDatabase(connection, reached.where);
    const queue = await examineQueue({ redisUrl: config.redisUrl, databaseUrl: reached.url });
    const isReady = database.every((line) => line.outcome !== 'fault');
    return [
      { title: 'Database', lines: database },
      { title: 'Queue', lines: queue },
      ...(isReady
        ? [
            { title: 'Switches', lines: judgeSwitches(await readSwitches(connection.db)) },
            { title: 'Rulebook', lines: judgeRulebook(config, await lookAtRulebook(config, connection.db)) },
          ]
        : []),
    ];
  } finally {
    await connection.close();
    await reached.close();
  }
}

function unreachable(text: string): Diagnosis {
  const { words, remedy } = splitRemedy(text, 'Check DATABASE_URL, and that PostgreSQL runs and lets this machine in.');
  return fault('database', words, remedy);
}

async function examineDatabase({ db, sql }: Connection, where: string): Promise<readonly Diagnosis[]> {
  try {
    await pingDatabase(db);
  } catch (error) {
    return [unreachable(`does not answer (${wordsOf(error)})`)];
  }
  return [await examineVersion(sql, where), await examineMigrations(db), await examineClock(sql)];
}

async function examineVersion(sql: postgres.Sql, where: string): Promise<Diagnosis> {
  const [row] = await sql<{ version: string; number: string }[]>`
    select current_setting('server_version') as version, current_setting('server_version_num') as number`;
  const words = `PostgreSQL ${row?.version ?? 'of an unknown version'}, ${where}`;
  if (Number(row?.number ?? 0) >= oldestPostgres) return ok('database', words);
  return fault('database', `${words}, is too old`, 'Upgrade PostgreSQL to 14 or later.');
}

async function examineMigrations(db: Connection['db']): Promise<Diagnosis> {
  try {
    await checkMigrations(db);
    return ok('migrations', 'all are there');
  } catch {
    // Whatever the reason, running them is the answer, and running them again is harmless.
    const remedy = 'Run `countersign migrate`; `countersign start` does it too.';
    return fault('migrations', 'the tables of this version are not all there', remedy);
  }
}

async function examineClock(sql: postgres.Sql): Promise<Diagnosis> {
  const [row] = await sql<{ now: number }[]>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`;
  return judgeClock(Date.now(), row?.now ?? 0);
}

async function examineQueue(options: { redisUrl: string | null; databaseUrl: string }): Promise<readonly Diagnosis[]> {
  const name = options.redisUrl === null ? 'queue in PostgreSQL' : 'queue in Redis';
  try {
    const queue = await openQueue({ ...options, log: createLogger('silent') });
    try {
      const { waiting, active, delayed } = await queue.depth();
      return [ok(name, `${waiting} waiting, ${active} active, ${delayed} delayed`)];
    } finally {
      await queue.close();
    }
  } catch (error) {
    const otherwise =
      options.redisUrl === null
        ? 'Run `countersign migrate`; `countersign start` does it too.'
        : 'Check REDIS_URL, or unset it to keep the queue in PostgreSQL.';
    const { words, remedy } = splitRemedy(wordsOf(error), otherwise);
    return [fault(name, words, remedy)];
  }
}
