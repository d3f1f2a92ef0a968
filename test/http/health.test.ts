import { afterEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import { checkMigrations, pingDatabase } from '../../src/db/readiness.ts';
import { createApp, type AppDeps } from '../../src/http/app.ts';
import { remembered, type Probes } from '../../src/http/health.ts';
import { startHttp, type HttpServer } from '../../src/http/server.ts';
import { createTestDatabase } from '../database.ts';
import { aLog, anAppDeps } from './lab.ts';

let server: HttpServer | null = null;

afterEach(async () => {
  await server?.stop();
  server = null;
});

async function setUp(deps: Partial<AppDeps>): Promise<void> {
  server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    platforms: new Map(),
    now: Date.now,
    log: aLog([]),
    inbox: { store: async () => 'stored', close: async () => {} },
    app: createApp(anAppDeps(deps)),
  });
}

async function get(path: string): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(`${server?.url}${path}`);
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text, headers: response.headers };
}

const works = async (): Promise<void> => {};
const fails = async (): Promise<never> => {
  throw new Error('postgres://countersign:canary-password@db/countersign refused');
};

describe('/readyz', () => {
  it('says ready when every part works', async () => {
    await setUp({ probes: { database: works, queue: works } });

    expect(await get('/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ok', failing: [], parts: { database: 'ok', queue: 'ok' } },
    });
  });

  it.each(['database', 'queue', 'slack', 'migrations', 'draining'])('names the part that fails: %s', async (part) => {
    const probes: Probes = { database: works, queue: works, slack: works, migrations: works, draining: works };
    await setUp({ probes: { ...probes, [part]: fails } });

    const { status, body } = await get('/readyz');

    expect(status).toBe(503);
    expect(body).toMatchObject({ status: 'failing', failing: [part], parts: { [part]: 'failed' } });
    expect(JSON.stringify(body)).not.toContain('canary');
  });

  it('does not wait for ever for a part that hangs', async () => {
    await setUp({ probes: { database: works, queue: async () => new Promise(() => {}) } });

    expect(await get('/readyz')).toMatchObject({ status: 503, body: { parts: { queue: 'no answer' } } });
  });

  it('asks an expensive part once a minute, also when it failed', async () => {
    let now = 0;
    let calls = 0;
    const probe = remembered(
      async () => {
        calls += 1;
        throw new Error('no');
      },
      { ms: 60_000, now: () => now },
    );

    for (now of [0, 1000, 59_999, 60_000, 61_000]) await probe().catch(() => {});

    expect(calls).toBe(2);
  });
});

it('says live whatever else is broken', async () => {
  await setUp({ probes: { database: fails } });

  expect(await get('/livez')).toMatchObject({ status: 200, body: { status: 'ok' } });
});

it('answers 404 for everything else, and names no framework', async () => {
  await setUp({});

  for (const path of ['/', '/webhooks', '/slack/events', '/livez/x', '/admin']) {
    const { status, body, headers } = await get(path);
    expect([path, status, body, headers.get('x-powered-by')]).toEqual([path, 404, 'not found', null]);
  }
});

it('shows nobody what went wrong inside', async () => {
  await setUp({ metrics: { contentType: 'text/plain', read: fails } });

  expect(await get('/metrics')).toMatchObject({ status: 500, body: 'internal error' });
});

async function look(isEmpty: boolean, act: (connection: Connection) => Promise<void>): Promise<void> {
  const database = await createTestDatabase({ isEmpty });
  const connection = connect(database.url);
  try {
    await act(connection);
  } finally {
    await connection.close();
    await database.drop();
  }
}

describe('the database', () => {
  it('is ready when all migrations of this version are there', async () => {
    await look(false, async ({ db }) => {
      await expect(pingDatabase(db)).resolves.toBeUndefined();
      await expect(checkMigrations(db)).resolves.toBeUndefined();
    });
  });

  it('is not ready when one is missing, or all', async () => {
    await look(false, async ({ db, sql }) => {
      await sql`update drizzle.__drizzle_migrations set created_at = created_at - 1`;
      await expect(checkMigrations(db)).rejects.toThrow('failed to find all migrations');
    });
    await look(true, async ({ db }) => {
      await expect(checkMigrations(db)).rejects.toThrow('Failed query');
    });
  });
});
