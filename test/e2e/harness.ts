// A deployment for one test: the sandbox in this process, and the product in processes of its own that may be killed.
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findApproval, type ApprovalRow } from '../../src/db/approvals.ts';
import { verifyAudit } from '../../src/db/audit-log.ts';
import { connect, type Connection } from '../../src/db/connect.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { until } from '../queue/until.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { startChild, type Child } from './child.ts';
import { buildProgram } from './program.ts';
import { auditKey, connection, quick, wire, type Timing } from './wiring.ts';

export type DeploymentOptions = {
  readonly redisUrl?: string;
  readonly timing?: Partial<Timing>;
  readonly sandbox?: SandboxOptions;
  /** Not migrated: the processes find nothing. */
  readonly emptyDatabase?: boolean;
};

export type Role = 'all' | 'web' | 'worker';

/** `crashAt`: a crash point, or `point#2` for the second time that it is reached. */
export type StartOptions = { readonly role?: Role; readonly crashAt?: string };

export type Deployment = {
  readonly sandbox: Sandbox;
  readonly db: Connection['db'];
  readonly sql: Connection['sql'];
  /** Where webhooks and clicks go; the same, whichever processes run. */
  readonly url: string;
  start(name: string, options?: StartOptions): Promise<Child>;
  /** Started, but perhaps never listening: it may be told to die before. */
  launch(name: string, options?: StartOptions): Child;
  /** The crash points at which processes of this deployment have died. */
  crashes(): readonly string[];
  row(approvalId: string): Promise<ApprovalRow | null>;
  /** Resolves when a webhook about it was stored: from then on the product has heard of it. */
  heard(approvalId: string): Promise<void>;
};

export type OpenDeployment = Deployment & {
  logs(): string;
  /** Kills what runs, and fails when the audit chain that it leaves behind is broken. */
  close(): Promise<void>;
};

/** Long enough for a machine that does ten other things. */
const startMs = 120_000;

/** Gives the test its deployment, and takes everything down afterwards; on a failure the processes' logs are shown. */
export async function withDeployment(
  options: DeploymentOptions,
  act: (deployment: Deployment) => Promise<void>,
): Promise<void> {
  const deployment = await openDeployment(options);
  try {
    await act(deployment);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(`${words}\n${deployment.logs()}`, { cause: error });
  } finally {
    await deployment.close();
  }
}

/** For a file whose tests share one deployment. */
export async function openDeployment(options: DeploymentOptions = {}): Promise<OpenDeployment> {
  const program = await buildProgram();
  const folder = await mkdtemp(join(tmpdir(), 'countersign-e2e-'));
  const database = await createTestDatabase({ isEmpty: options.emptyDatabase === true });
  const opened = connect(database.url, { max: 2, name: 'test' });
  const balancer = await startBalancer();
  const sandbox = await startSandbox({ page: false, botUrl: balancer.url, ...options.sandbox });
  const children: Child[] = [];
  const env = await wire(folder, {
    custodyUrl: sandbox.custody.url,
    slackUrl: sandbox.slack.url,
    databaseUrl: database.url,
    redisUrl: options.redisUrl ?? null,
    timing: { ...quick, ...options.timing },
  });
  const parts = { folder, program, env, opened, balancer, sandbox, children };
  return {
    ...deploymentOf(parts),
    logs: () => children.map((child) => `--- ${child.name} (${child.pid})\n${child.output().slice(-3000)}`).join('\n'),
    close: async () => takeDown({ ...parts, database }),
  };
}

type Parts = {
  readonly folder: string;
  readonly opened: Connection;
  readonly balancer: Balancer;
  readonly sandbox: Sandbox;
  readonly children: Child[];
};

function deploymentOf(parts: Parts & { program: string; env: Record<string, string> }): Deployment {
  const { folder, program, env, opened, balancer, sandbox, children } = parts;
  const marker = join(folder, 'crashes');
  const launch = (name: string, { role = 'all', crashAt }: StartOptions = {}): Child => {
    const crash = crashAt === undefined ? {} : { CRASH_AT: crashAt, CRASH_MARKER: marker };
    const child = startChild(name, program, { ...env, ROLE: role, ...crash });
    children.push(child);
    if (role !== 'worker') serve(child, balancer);
    return child;
  };
  return {
    sandbox,
    db: opened.db,
    sql: opened.sql,
    url: balancer.url,
    launch,
    start: async (name, options) => {
      const child = launch(name, options);
      await within(startMs, `${name} listens`, child.listening);
      return child;
    },
    crashes: () =>
      existsSync(marker)
        ? readFileSync(marker, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
        : [],
    row: async (approvalId) => findApproval(opened.db, { connection, platformId: approvalId }),
    heard: async (approvalId) =>
      until(`we hear of ${approvalId}`, async () => {
        const rows = await opened.sql`select 1 from deliveries where platform_id = ${approvalId} limit 1`;
        return rows.length > 0;
      }),
  };
}

/** Behind the one address as long as it runs. */
function serve(child: Child, balancer: Balancer): void {
  child.listening.then(
    (url) => {
      if (!child.isRunning()) return;
      balancer.add(url);
      void child.exited.then(() => balancer.remove(url));
    },
    () => {
      // It died before it listened: nothing to serve.
    },
  );
}

async function takeDown(parts: Parts & { database: TestDatabase }): Promise<void> {
  await Promise.all(parts.children.map(async (child) => child.kill()));
  const audit = await verifyAudit(parts.opened.db, new TextEncoder().encode(auditKey));
  await parts.sandbox.stop();
  await parts.balancer.stop();
  await parts.opened.close();
  await parts.database.drop();
  await rm(parts.folder, { recursive: true, force: true });
  if (audit.kind === 'broken') throw new Error(`the audit chain is broken: ${audit.words}`);
}

export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms in vain until ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
