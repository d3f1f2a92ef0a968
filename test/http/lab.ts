// An intake as in production: the real server, the real verification, a real database.
import postgres from 'postgres';
import { connect } from '../../src/db/connect.ts';
import { createInbox, type Inbox, type InboxOptions } from '../../src/db/deliveries.ts';
import { createApp, type AppDeps } from '../../src/http/app.ts';
import { startHttp, type HttpServer } from '../../src/http/server.ts';
import type { DeliveryResult } from '../../src/http/webhooks.ts';
import { createLogger, type Logger } from '../../src/log.ts';
import { createTestDatabase } from '../database.ts';
import type { SignedDelivery } from './deliveries.ts';
import { aPlatform } from './platform.ts';

export type Lab = {
  url: string;
  port: number;
  server: HttpServer;
  inbox: Inbox;
  /** Looks at the database past the intake. */
  sql: postgres.Sql;
  results: [string | null, DeliveryResult][];
  logged: string[];
  post(delivery: SignedDelivery, path?: string): Promise<number>;
  stop(): Promise<void>;
};

export type LabOptions = {
  /** Another way to the same database. */
  via?: (url: string) => Promise<{ url: string; stop(): Promise<void> }>;
  inbox?: InboxOptions;
  app?: Partial<AppDeps>;
};

export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const database = await createTestDatabase();
  const way = (await options.via?.(database.url)) ?? { url: database.url, stop: async () => {} };
  const connection = connect(way.url);
  const sql = postgres(database.url, { max: 4, onnotice: () => {} });
  const logged: string[] = [];
  const log = aLog(logged);
  const inbox = createInbox(connection.sql, options.inbox);
  const results: Lab['results'] = [];
  const app = createApp(anAppDeps({ log, ...options.app }));
  const server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    platforms: new Map([['treasury', aPlatform('treasury')]]),
    now: Date.now,
    log,
    inbox,
    app,
    onDelivery: (name, result) => results.push([name, result]),
  });
  return {
    url: server.url,
    port: server.port,
    server,
    inbox,
    sql,
    results,
    logged,
    post: async ({ body, headers }, path = '/webhooks/treasury') => {
      const response = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) });
      await response.text();
      return response.status;
    },
    stop: async () => {
      await server.stop();
      await inbox.close();
      await connection.close();
      await way.stop();
      await sql.end();
      await database.drop();
    },
  };
}

export function anAppDeps(overrides: Partial<AppDeps> = {}): AppDeps {
  return {
    log: aLog([]),
    now: Date.now,
    probes: {},
    metrics: { contentType: 'text/plain', read: async () => '' },
    slack: null,
    ...overrides,
  };
}

export function aLog(lines: string[]): Logger {
  return createLogger('debug', { write: (line) => void lines.push(line) });
}

export async function storedIds({ sql }: Lab): Promise<string[]> {
  const rows = await sql<{ platform_id: string }[]>`select platform_id from deliveries order by id`;
  return rows.map((row) => row.platform_id);
}

export async function countTasks({ sql }: Lab): Promise<number> {
  const [row] = await sql<{ tasks: number }[]>`select count(*)::int as tasks from outbox`;
  return row?.tasks ?? -1;
}
