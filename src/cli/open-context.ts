// The database for commands that look or ask: the configured one, the one that a running process keeps, or our own.
import { resolve } from 'node:path';
import { checksFor } from '../checks/index.ts';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { readAuditKey } from '../db/audit-key.ts';
import { connect } from '../db/connect.ts';
import { findEmbedded, hasEmbedded, startEmbedded } from '../db/embedded.ts';
import { checkMigrations, pingDatabase } from '../db/readiness.ts';
import { createLogger } from '../log.ts';
import { connectPlatforms } from '../platforms/index.ts';
import { closedWorld } from '../sources/open-world.ts';

export type Reached = {
  readonly url: string;
  /** Where it was found, in words. */
  readonly where: string;
  close(): Promise<void>;
};

/** Throws, with what to do, when there is none. */
export async function reachDatabase(config: Pick<Config, 'databaseUrl' | 'dataDir'>): Promise<Reached> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl, where: 'DATABASE_URL', close: leaveAlone };
  const { dataDir } = config;
  if (!hasEmbedded(dataDir)) {
    throw new Error(`nothing has run here yet: there is no database in ${resolve(dataDir)}. ${startFirst}`);
  }
  const running = await findEmbedded({ dataDir });
  if (running !== null) {
    return { url: running.url, where: `embedded, of the running process ${running.owner.pid}`, close: leaveAlone };
  }
  const own = await startEmbedded({ dataDir });
  return { url: own.url, where: 'embedded, nothing else runs here now', close: async () => own.stop() };
}

/** What we did not start is not ours to stop. */
const leaveAlone = async (): Promise<void> => undefined;

const startFirst = 'Start it with `countersign start`, or set DATA_DIR or DATABASE_URL to where it runs.';

export type Opened = { readonly ctx: Context; readonly databaseUrl: string; readonly where: string };

/** Opens, acts, and closes again whatever happens. */
export async function withContext<Result>(config: Config, act: (opened: Opened) => Promise<Result>): Promise<Result> {
  const database = await reachDatabase(config);
  const connection = connect(database.url, { max: 4, name: 'countersign cli' });
  try {
    await checkReady(connection.db);
    const ctx: Context = {
      config,
      log: createLogger('warn', process.stderr),
      now: Date.now,
      db: connection.db,
      auditKey: await readAuditKey(config.auditKey, config.dataDir),
      platforms: connectPlatforms(config.connections, Date.now),
      checks: checksFor(closedWorld(config.checks)),
      readVoter: async () => ({ kind: 'unreachable', reason: 'the command line does not ask Slack' }),
    };
    return await act({ ctx, databaseUrl: database.url, where: database.where });
  } finally {
    await connection.close();
    await database.close();
  }
}

async function checkReady(db: Context['db']): Promise<void> {
  try {
    await pingDatabase(db);
  } catch (error) {
    throw new Error('the database does not answer. Check DATABASE_URL, and that PostgreSQL runs.', { cause: error });
  }
  try {
    await checkMigrations(db);
  } catch (error) {
    throw new Error('the database has not the tables of this version yet. Run `countersign migrate` first.', {
      cause: error,
    });
  }
}
