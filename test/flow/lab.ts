// A laboratory for the flow: real PostgreSQL, a clock that the test moves, and a custody platform played by the test.
import type { Check } from '../../src/checks/check.ts';
import type { Config, ConfiguredRulebook } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import { auditOf, verifyAudit } from '../../src/db/audit-log.ts';
import { findApproval, type ApprovalRow } from '../../src/db/approvals.ts';
import { connect } from '../../src/db/connect.ts';
import type { Approval, PlatformDecision } from '../../src/domain/approval.ts';
import type { SubmissionOutcome } from '../../src/domain/decision.ts';
import type { VoterReading } from '../../src/domain/person.ts';
import type { TaskKind } from '../../src/domain/task.ts';
import { adoptConfiguration } from '../../src/flow/adopt-configuration.ts';
import { castVote } from '../../src/flow/cast-vote.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { createLogger } from '../../src/log.ts';
import type { Capabilities, PlatformConnection } from '../../src/platforms/platform.ts';
import { runTask } from '../../src/worker/worker.ts';
import { addTasks, takeDue } from '../../src/db/outbox.ts';
import {
  anApproval,
  aVotingRule,
  connection,
  everybody,
  hourMs,
  newRecipient,
  noon,
  serviceAccount,
} from '../builders.ts';
import { createTestDatabase } from '../database.ts';

export const auditKey = new TextEncoder().encode('k'.repeat(64));

const capabilities: Capabilities = {
  canVote: true,
  voteIdentity: 'service-account',
  reject: 'kills-activity',
  reasonMaxLength: 250,
  revocable: false,
  canListPending: true,
  thinWebhooks: false,
  callbackDeadlineMs: null,
  voteLifetimeMs: null,
  initiationCounts: false,
};

/** What the platform shows, and what it did with each decision that was sent. */
export type World = {
  readonly approvals: Map<string, Approval>;
  readonly sent: { approvalId: string; value: string; reason: string }[];
  /** The answers to the next decisions; `apply: false` answers without counting the vote. Default: accepted. */
  readonly answers: { outcome: SubmissionOutcome; apply: boolean }[];
  readable: 'yes' | 'unavailable' | 'unreadable';
  /** Called between the read before a decision and the decision, for races. */
  beforeDecide: (() => Promise<void>) | null;
};

export type Lab = Awaited<ReturnType<typeof openLab>>;

export async function openLab(overrides: Partial<Config> = {}, parts: { checks?: readonly Check[] } = {}) {
  const database = await createTestDatabase();
  const opened = connect(database.url, { max: 6 });
  const { db, sql } = opened;
  const clock = { now: noon };
  const world: World = { approvals: new Map(), sent: [], answers: [], readable: 'yes', beforeDecide: null };
  const voters = new Map<string, VoterReading>();
  const platform = playPlatform(world, clock);
  const config = aConfig(overrides);
  const ctx: Context = {
    config,
    log: createLogger('silent'),
    now: () => clock.now,
    db,
    auditKey,
    platforms: new Map([[connection, platform]]),
    checks: parts.checks ?? [],
    readVoter: async (user) => voters.get(user) ?? { kind: 'active' },
  };
  await adoptConfiguration(ctx);
  const lab = {
    ctx,
    db,
    sql,
    clock,
    world,
    voters,
    platform,
    /** Another process of the same deployment: same database, other configuration or checks. */
    process: (change: Partial<Context>): Context => ({ ...ctx, ...change }),
    /** The platform stops an approval and we hear of it. */
    arrive: async (approval: Approval = anApproval()): Promise<ApprovalRow> => {
      world.approvals.set(approval.id, approval);
      await addTasks(db, [{ kind: 'refresh', connection, platformId: approval.id }], clock.now);
      await lab.work();
      return lab.row(approval.id);
    },
    row: async (platformId: string = anApproval().id): Promise<ApprovalRow> => {
      const row = await findApproval(db, { connection, platformId });
      if (row === null) throw new Error(`no row for ${platformId}`);
      return row;
    },
    /** Does everything that is due, until nothing is; Slack is off. Returns the kinds in the order they ran. */
    work: async (): Promise<string[]> => lab.workAs({}),
    /** The same, where some kinds of tasks are done by another process. */
    workAs: async (processes: Partial<Record<TaskKind, Context>>): Promise<string[]> => {
      const ran: string[] = [];
      for (;;) {
        const due = await takeDue(db, { now: clock.now, leaseMs: 0, limit: 100 });
        if (due.length === 0) return ran;
        for (const task of due) {
          await runTask(processes[task.kind] ?? ctx, null, task.id);
          ran.push(task.kind);
          if (ran.length > 500) throw new Error(`work does not end: ${ran.slice(-10).join(', ')}`);
        }
      }
    },
    advance: async (ms: number): Promise<string[]> => {
      clock.now += ms;
      return lab.work();
    },
    vote: async (
      person: string,
      choice: 'approve' | 'deny' = 'approve',
      change: { fingerprint?: string; reason?: string | null; of?: string } = {},
    ) => {
      const row = await lab.row(change.of);
      return castVote(ctx, {
        approvalId: row.id,
        slackUser: `T0ACME/U0${person.toUpperCase()}`,
        choice,
        reason:
          change.reason === undefined ? (choice === 'deny' ? 'the vendor did not confirm it' : null) : change.reason,
        fingerprint: change.fingerprint ?? row.fingerprint ?? '',
        shownDigest: 'd'.repeat(64),
      });
    },
    events: async (platformId?: string): Promise<string[]> =>
      (await auditOf(db, (await lab.row(platformId)).id)).map((entry) => entry.event),
    close: async () => {
      const audit = await verifyAudit(db, auditKey);
      await opened.close();
      await database.drop();
      if (audit.kind === 'broken') throw new Error(`the audit chain is broken: ${audit.words}`);
    },
  };
  return lab;
}

export function aConfig(overrides: Partial<Config> = {}): Config {
  return {
    role: 'all',
    host: '127.0.0.1',
    port: 0,
    dataDir: '.countersign',
    logLevel: 'silent',
    databaseUrl: null,
    redisUrl: null,
    slack: { enabled: false },
    connections: [
      {
        name: connection,
        platform: 'dfns',
        mode: 'vote',
        baseUrl: 'http://127.0.0.1',
        webhookSecrets: [],
        credentials: {},
        channel: 'C0APPROVALS',
      },
    ],
    people: everybody,
    admins: ['alice', 'dave'],
    groups: [aVotingRule({ automation: false })],
    budgets: [],
    timing: { approveAfterMs: 30_000, denyAfterMs: 60_000, personCoolingMs: 24 * hourMs, sweepMs: 30_000 },
    rulebook: null,
    checks: {
      sanctions: null,
      denylist: null,
      allowlist: null,
      screening: null,
      firstPayment: false,
      networkHistory: false,
      duplicatesWithinMs: null,
    },
    auditKey: null,
    hash: 'c'.repeat(64),
    ...overrides,
  };
}

/** Allows transfers of up to 1,000,000 USD to the usual recipient. */
export const permissiveRulebook = configuredRulebook(`
version: 1
rules:
  - id: routine
    title: Routine payouts
    stage: live
    when:
      - { kind: activity, in: [transfer] }
      - { kind: amount, atMost: 1000000 USD }
      - { kind: recipient, in: ['${newRecipient}'] }
`);

/** As the configuration names it; the first start puts it in force. */
export function configuredRulebook(text: string): ConfiguredRulebook {
  const reading = parseRulebook(text);
  if (reading.kind !== 'ok') throw new Error(JSON.stringify(reading));
  return { ...reading.rulebook, file: 'rulebook.yaml', text };
}

function playPlatform(world: World, clock: { now: number }): PlatformConnection {
  return {
    name: connection,
    platform: 'dfns',
    capabilities,
    serviceAccount,
    decideUrl: 'https://app.dfns.io/policies',
    submissionMs: 15_000,
    verify: () => ({ kind: 'rejected', reason: 'no-signature' }),
    readApproval: async (id) => {
      if (world.readable === 'unavailable')
        return { kind: 'unavailable', reason: 'the platform is down', retryAfterMs: null };
      if (world.readable === 'unreadable')
        return { kind: 'unreadable', reason: 'a field has a new form', document: '{}' };
      const approval = world.approvals.get(id);
      return approval === undefined ? { kind: 'absent' } : { kind: 'read', approval };
    },
    listPending: async () => ({
      kind: 'listed',
      ids: [...world.approvals.values()].filter((entry) => entry.status === 'pending').map((entry) => entry.id),
    }),
    decide: async ({ approvalId, value, reason }) => {
      await world.beforeDecide?.();
      world.sent.push({ approvalId, value, reason });
      const answer = world.answers.shift() ?? { outcome: { kind: 'accepted' }, apply: true };
      if (answer.apply) applyVote(world, approvalId, { account: serviceAccount, value, reason, decidedAt: clock.now });
      return answer.outcome;
    },
    listPolicies: async () => ({ kind: 'listed', policies: [] }),
    diagnose: async () => [],
    webhooks: null,
  };
}

/** Counts a vote as the platform would: one denial ends it, and every group needs its quorum. */
export function applyVote(world: World, approvalId: string, vote: PlatformDecision): void {
  const approval = world.approvals.get(approvalId);
  if (approval === undefined || approval.status !== 'pending') return;
  if (approval.decisions.some((decision) => decision.account === vote.account)) return;
  const decisions = [...approval.decisions, vote];
  const met = approval.policies
    .flatMap((policy) => policy.groups)
    .every((group) => {
      const { approvers } = group;
      const counted = decisions.filter(
        (decision) =>
          decision.value === 'approved' &&
          (approvers.kind === 'anyone' || approvers.accounts.includes(decision.account)),
      );
      return counted.length >= group.quorum;
    });
  const status = vote.value === 'denied' ? 'denied' : met ? 'approved' : 'pending';
  const statusText = { denied: 'Denied', approved: 'Approved', pending: 'Pending' }[status];
  world.approvals.set(approvalId, { ...approval, decisions, status, statusText });
}
