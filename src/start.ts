// One process of Countersign: configuration in, the parts of its role started in order, stopped in reverse.
import { checksFor } from './checks/index.ts';
import type { World } from './checks/world.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { readAuditKey } from './db/audit-key.ts';
import { connect, type Connection } from './db/connect.ts';
import { createInbox } from './db/deliveries.ts';
import { startEmbedded } from './db/embedded.ts';
import { readFigures } from './db/figures.ts';
import { migrate } from './db/migrate.ts';
import { checkMigrations, pingDatabase } from './db/readiness.ts';
import { adoptConfiguration } from './flow/adopt-configuration.ts';
import { createApp } from './http/app.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { startHttp } from './http/server.ts';
import { createLogger, type Logger } from './log.ts';
import { connectPlatforms } from './platforms/index.ts';
import { migrateQueue } from './queue/postgres.ts';
import { openQueue, type Queue } from './queue/queue.ts';
import { openSlack, type Slack } from './slack/app.ts';
import { closedWorld, openWorld } from './sources/open-world.ts';
import { startRelay } from './worker/relay.ts';
import { startSweeping } from './worker/schedules.ts';
import { startWorker } from './worker/worker.ts';

export type Running = {
  readonly ctx: Context;
  /** Null for a role that does not listen. */
  readonly url: string | null;
  readonly databaseUrl: string;
  /** Idempotent; under 20 s: what runs is finished or released, what is left is found by the next start. */
  stop(): Promise<void>;
};

const workerConcurrency = 10;

/** Parts in the order in which they started; stopping goes the other way. */
type Parts = { readonly name: string; readonly stop: () => Promise<void> }[];

export async function startCountersign(config: Config, options: { log?: Logger } = {}): Promise<Running> {
  const log = options.log ?? createLogger(config.logLevel);
  const parts: Parts = [];
  let stopping: Promise<void> | null = null;
  const stop = async () => (stopping ??= stopParts(parts, log));
  try {
    return await startParts(config, log, parts, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(config: Config, log: Logger, parts: Parts, stop: () => Promise<void>): Promise<Running> {
  const databaseUrl = await openDatabase(config, log, parts);
  await migrate(databaseUrl);
  if (config.redisUrl === null) await migrateQueue(databaseUrl);
  const connection = connect(databaseUrl);
  parts.push({ name: 'database', stop: async () => connection.close() });
  const talks = config.role === 'migrate' ? null : await openTalks(config, log, parts, { connection, databaseUrl });
  const ctx: Context = {
    config,
    log,
    now: Date.now,
    db: connection.db,
    auditKey: await readAuditKey(config.auditKey, config.dataDir),
    platforms: connectPlatforms(config.connections, Date.now),
    checks: checksFor(await openLists(config, log, parts)),
    readVoter: talks?.slack?.readVoter ?? (async () => ({ kind: 'unreachable', reason: 'Slack is off' })),
  };
  const adoption = await adoptConfiguration(ctx);
  log.info({ role: config.role, adoption: adoption.kind, changes: adoption.changes.length }, 'configuration adopted');
  if (talks === null) return { ctx, url: null, databaseUrl, stop };

  const { queue, slack } = talks;
  if (config.role !== 'web') {
    const worker = await startWorker(ctx, { queue, slack: slack?.tasks(ctx) ?? null, concurrency: workerConcurrency });
    parts.push({ name: 'worker', stop: async () => worker.close() });
    const relay = await startRelay(ctx, { queue, listen: connection.sql });
    parts.push({ name: 'relay', stop: async () => relay.close() });
    const sweeping = startSweeping(ctx);
    parts.push({ name: 'sweep', stop: async () => sweeping.close() });
  }
  const url = await startWeb(ctx, parts, { connection, ...talks });
  log.info({ url, role: config.role, queue: queue.backend }, 'countersign started');
  return { ctx, url, databaseUrl, stop };
}

/** What a process talks to and through; a migration needs none of it. */
type Talks = { readonly queue: Queue; readonly metrics: Metrics; readonly slack: Slack | null };

async function openTalks(
  config: Config,
  log: Logger,
  parts: Parts,
  { connection, databaseUrl }: { connection: Connection; databaseUrl: string },
): Promise<Talks> {
  const queue = await openQueue({ redisUrl: config.redisUrl, databaseUrl, log });
  parts.push({ name: 'queue', stop: async () => queue.close() });
  const metrics = createMetrics({
    log,
    readFigures: async () => readFigures(connection.db, Date.now()),
    readQueueDepth: async () => queue.depth(),
  });
  const slack = config.slack.enabled
    ? openSlack({ slack: config.slack, log, now: Date.now, onError: metrics.countSlackError })
    : null;
  return { queue, metrics, slack };
}

/** Every role answers probes and metrics; only `web` and `all` take webhooks and what Slack sends. */
async function startWeb(ctx: Context, parts: Parts, deps: Talks & { connection: Connection }): Promise<string> {
  const { config, log, now, db } = ctx;
  const { connection, queue, slack, metrics } = deps;
  const takesRequests = config.role !== 'worker';
  const draining = { value: false };
  // Not Slack: while it is down, webhooks must still be taken, and nothing is sent on Slack votes anyway.
  const probes = {
    database: async () => pingDatabase(db),
    migrations: async () => checkMigrations(db),
    queue: async () => queue.ping(),
    process: async () => {
      if (draining.value) throw new Error('draining');
    },
  };
  const app = createApp({ log, now, probes, metrics, slack: takesRequests ? (slack?.door(ctx) ?? null) : null });
  if (slack !== null) {
    if (takesRequests) slack.connect(ctx);
    parts.push({ name: 'slack', stop: async () => slack.stop() });
  }
  const inbox = createInbox(connection.sql);
  parts.push({ name: 'inbox', stop: async () => inbox.close() });
  const http = await startHttp({
    // A worker knows no connection by name, so that every webhook that reaches it is refused alike.
    platforms: takesRequests ? ctx.platforms : new Map(),
    now,
    log,
    inbox,
    app,
    host: config.host,
    port: config.port,
    onDelivery: metrics.countDelivery,
    onRequest: metrics.observeRequest,
  });
  parts.push({ name: 'http', stop: async () => http.stop() });
  parts.push({
    name: 'readiness',
    stop: async () => {
      draining.value = true;
    },
  });
  return http.url;
}

/** Only processes that evaluate read lists; the operator's own must be whole, or nothing starts. */
async function openLists(config: Config, log: Logger, parts: Parts): Promise<World> {
  if (config.role === 'web' || config.role === 'migrate') return closedWorld(config.checks);
  const opened = await openWorld(config.checks, { dataDir: config.dataDir, now: Date.now, log });
  parts.push({ name: 'lists', stop: async () => opened.stop() });
  const { world, faults } = opened;
  if (faults.length > 0) throw new Error(`failed to read the lists of \`checks\`: ${faults.join('\n')}`);
  return world;
}

async function openDatabase(config: Config, log: Logger, parts: Parts): Promise<string> {
  if (config.databaseUrl !== null) return config.databaseUrl;
  const embedded = await startEmbedded({ dataDir: config.dataDir, log });
  parts.push({ name: 'embedded database', stop: async () => embedded.stop() });
  return embedded.url;
}

async function stopParts(parts: Parts, log: Logger): Promise<void> {
  for (const part of parts.toReversed()) {
    try {
      await part.stop();
    } catch (error) {
      log.error({ err: error, part: part.name }, 'part did not stop cleanly');
    }
  }
  log.info('countersign stopped');
}
