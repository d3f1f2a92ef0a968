import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyAudit } from '../../src/db/audit-log.ts';
import { findApproval } from '../../src/db/approvals.ts';
import { onCrashPoint } from '../../src/flow/crash-points.ts';
import { adoptConfiguration } from '../../src/flow/adopt-configuration.ts';
import { sweep } from '../../src/flow/sweep.ts';
import { aVotingRule, carol, connection, everybody, hourMs, noon } from '../builders.ts';
import { auditKey, openLab, permissiveRulebook, type Lab } from './lab.ts';
import { quorumReachedAt, type Judge } from './model-judge.ts';
import { inputs, settings, type Settings } from './model-inputs.ts';
import { act, openPlay, type Action, type Play } from './model-world.ts';

const runs = Number(process.env['MODEL_RUNS'] ?? 60);
const seed = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(async () => {
  await lab.close();
});

it(
  `whatever happens, in any order, only what people or rules chose is sent, once (seed ${seed}, ${runs} runs)`,
  async () => {
    const tally = { approved: 0, denied: 0, automatic: 0 };
    await fc.assert(
      fc.asyncProperty(settings, inputs, async (chosen, actions) => {
        await empty();
        try {
          const play = await run(chosen, actions);
          for (const { sent } of play.judge.approvals.values()) {
            for (const { value, automatic } of sent)
              tally[value === 'denied' ? 'denied' : automatic ? 'automatic' : 'approved'] += 1;
          }
        } finally {
          onCrashPoint(null);
        }
      }),
      { seed, numRuns: runs, endOnFailure: process.env['MODEL_SHRINK'] === undefined },
    );
    process.stdout.write(`model: seed ${seed}, ${runs} runs, sent ${JSON.stringify(tally)}\n`);
    // A model in which nothing is ever sent proves nothing; few runs may happen to.
    const never = Object.entries(tally).filter(([, count]) => count === 0);
    expect(runs < 50 ? [] : never).toEqual([]);
  },
  60_000 + runs * 10_000,
);

function configOf(chosen: Settings) {
  const { quorum, denyQuorum, automation, budgetCount } = chosen;
  return {
    people: everybody.map((person) =>
      person.id === 'carol' ? { ...carol, slack: [...carol.slack, 'T0ACME/U0CAROL2'] } : person,
    ),
    groups: [aVotingRule({ automation, quorum, denyQuorum })],
    rulebook: permissiveRulebook,
    budgets: [
      {
        connection,
        per: 'connection',
        windowMs: 24 * hourMs,
        count: budgetCount,
        amount: { value: '100000000', currency: 'USD' },
      },
    ],
  } as const;
}

async function run(chosen: Settings, actions: readonly Action[]): Promise<Play> {
  const judge: Judge = {
    approvals: new Map(),
    refused: new Set(),
    approvalsOn: true,
    automationOn: true,
    check: chosen.automation ? 'pass' : 'flag',
    rules: { ...chosen, quorum: Math.max(chosen.quorum, chosen.platformQuorum) },
  };
  const config = { ...lab.ctx.config, ...configOf(chosen) };
  const play = openPlay(lab, { judge, config, platformQuorum: chosen.platformQuorum });
  await adoptConfiguration(play.ctx);
  const ended = new Map<string, string>();
  for (const step of [...arrivals, ...actions]) {
    await act(play, step);
    await look(play, ended, step);
  }
  await recover(play);
  await look(play, ended, 'at the end');
  await reconcile(play);
  return play;
}

/** As if nothing had ever happened; a database of its own for every run would take most of the time. */
async function empty(): Promise<void> {
  const tables = await lab.sql<{ name: string }[]>`
    select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`;
  await lab.sql.unsafe(`truncate ${tables.map(({ name }) => name).join(', ')} restart identity cascade`);
  lab.clock.now = noon;
  lab.world.approvals.clear();
  lab.world.answers.length = 0;
  lab.world.sent.length = 0;
  lab.world.readable = 'yes';
  lab.voters.clear();
}

const arrivals: readonly Action[] = [
  { kind: 'arrive', on: 0, memo: 'a' },
  { kind: 'work', twice: false },
];

/** After each step: no promise was broken, ends stay, and what we say is what the audit log says. */
async function look(play: Play, ended: Map<string, string>, step: unknown): Promise<void> {
  expect(play.faults, JSON.stringify(step)).toEqual([]);
  const rows = await lab.sql<{ id: string; state: string; ended: boolean; said: string | null }[]>`
    select platform_id as id, state, ended_at is not null as ended, (
      select event from audit_log where approval_id = approvals.id and event in ${lab.sql(stateEvents)}
      order by seq desc limit 1) as said
    from approvals`;
  for (const { id, state, ended: hasEnded, said } of rows) {
    expect(ended.get(id) ?? state, `${id} had ended`).toBe(state);
    expect(said ?? 'approval.received', `${id} by the audit log`).toBe(`approval.${state}`);
    if (!hasEnded) continue;
    ended.set(id, state);
    expect(state).toBe(lab.world.approvals.get(id)?.status);
  }
}

const stateEvents = [
  'unreadable',
  'pending',
  'deciding',
  'sending',
  'sent',
  'blocked',
  'approved',
  'denied',
  'expired',
].map((state) => `approval.${state}`);

/** The faults stop; the sweep goes on. */
async function recover(play: Play): Promise<void> {
  onCrashPoint(null);
  play.lab.world.answers.length = 0;
  play.lab.world.readable = 'yes';
  play.lab.voters.clear();
  play.judge.refused.clear();
  for (let round = 0; round < 6; round += 1) {
    await sweep(play.ctx);
    await act(play, { kind: 'advance', ms: 30_000 });
  }
}

/** Our state is the platform's, nothing that was chosen was lost, and every decision and vote has its audit row. */
async function reconcile(play: Play): Promise<void> {
  const { judge } = play;
  for (const [id, shown] of lab.world.approvals) {
    const row = await findApproval(lab.db, { connection, platformId: id });
    if (shown.status === 'pending') expect(row?.endedAt, id).toBeNull();
    else expect(row?.state, id).toBe(shown.status);
    const judged = judge.approvals.get(id);
    if (judged === undefined || judged.mayBeVoid || judged.sent.length > 0 || shown.status !== 'pending') continue;
    const isHeld = [...judged.said.values()].some(({ choice }) => choice === 'deny');
    const isOpen = judge.approvalsOn && judge.check !== 'stop' && row?.mayNotVote === null;
    if (isHeld || !isOpen || judged.expiresAt - lab.clock.now < hourMs) continue;
    expect(quorumReachedAt(judge, judged, judged.memo), `the quorum of ${id} was lost`).toBeNull();
  }
  expect(await verifyAudit(lab.db, auditKey)).toMatchObject({ kind: 'intact' });
  const [counts] = await lab.sql<Record<string, number>[]>`
    select (select count(*)::int from decisions) as decisions,
      (select count(*)::int from audit_log where event = 'decision.written') as written,
      (select count(*)::int from decisions where withdrawn_at is not null) as withdrawn,
      (select count(*)::int from audit_log where event = 'decision.withdrawn') as said`;
  expect(counts?.['written']).toBe(counts?.['decisions']);
  expect(counts?.['said']).toBe(counts?.['withdrawn']);
}
