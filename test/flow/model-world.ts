// The model test's world: inputs, played on the real flow on two processes, each told to the judge as it was answered.
import type { Check } from '../../src/checks/check.ts';
import type { Context } from '../../src/context.ts';
import { addTasks, takeDue } from '../../src/db/outbox.ts';
import type { SwitchName } from '../../src/db/switches.ts';
import { castVote } from '../../src/flow/cast-vote.ts';
import { onCrashPoint, type CrashPoint } from '../../src/flow/crash-points.ts';
import { liftHolds } from '../../src/flow/lift-hold.ts';
import { retrySubmission } from '../../src/flow/retry-submission.ts';
import { sweep } from '../../src/flow/sweep.ts';
import { pause, resume } from '../../src/flow/switches.ts';
import { withdrawVote } from '../../src/flow/withdraw-vote.ts';
import { findApproval } from '../../src/db/approvals.ts';
import type { SubmissionOutcome } from '../../src/domain/decision.ts';
import type { PlatformConnection } from '../../src/platforms/platform.ts';
import { runTask } from '../../src/worker/worker.ts';
import {
  aFinding,
  anActivity,
  anApproval,
  aGroup,
  aPolicy,
  bob,
  connection,
  hourMs,
  serviceAccount,
} from '../builders.ts';
import { applyVote, type Lab } from './lab.ts';
import { heard, judgeSending, lifted, type Choice, type Judge, type Judged, type Memo } from './model-judge.ts';

export type Move =
  | {
      readonly kind: 'vote';
      readonly on: number;
      readonly user: string;
      readonly choice: Choice;
      readonly stale: boolean;
    }
  | { readonly kind: 'withdraw'; readonly on: number; readonly user: string }
  | { readonly kind: 'lift'; readonly on: number; readonly user: string }
  | { readonly kind: 'pause'; readonly person: string; readonly name: SwitchName }
  | { readonly kind: 'resume'; readonly person: string; readonly name: SwitchName };

export type Action =
  | Move
  | { readonly kind: 'arrive'; readonly on: number; readonly memo: Memo }
  | { readonly kind: 'mutate'; readonly on: number; readonly memo: Memo }
  | { readonly kind: 'elsewhere'; readonly on: number; readonly value: 'approved' | 'denied' }
  | { readonly kind: 'expire'; readonly on: number }
  | { readonly kind: 'answer'; readonly outcome: SubmissionOutcome; readonly apply: boolean }
  | { readonly kind: 'slack'; readonly user: string; readonly reading: 'active' | 'refused' | 'unreachable' }
  | { readonly kind: 'check'; readonly outcome: Judge['check'] }
  | { readonly kind: 'platform'; readonly readable: 'yes' | 'unavailable' | 'unreadable' }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'work'; readonly twice: boolean }
  | { readonly kind: 'crash'; readonly at: CrashPoint }
  | { readonly kind: 'retry'; readonly on: number }
  | { readonly kind: 'sweep' }
  /** Happens in the middle of the next check, or of the next sending. */
  | { readonly kind: 'meanwhile'; readonly during: 'check' | 'send'; readonly move: Move };

export const platformIds = ['ap-1', 'ap-2', 'ap-3'] as const;

export type Play = ReturnType<typeof openPlay>;

export function openPlay(
  lab: Lab,
  { judge, config, platformQuorum }: { judge: Judge; config: Context['config']; platformQuorum: number },
) {
  const faults: string[] = [];
  const meanwhile: { check: Move[]; send: Move[] } = { check: [], send: [] };
  const approvalWith = (id: string, memo: Memo) => {
    const group = aGroup({ quorum: platformQuorum });
    const expiresAt = judge.approvals.get(id)?.expiresAt ?? lab.clock.now + 4 * hourMs;
    const activity = anActivity({ memo, price: { perToken: '0.9999', currency: 'USD', quotedAt: lab.clock.now } });
    return anApproval({ id, expiresAt, activity, policies: [aPolicy({ groups: [group] })] });
  };
  const played: PlatformConnection = {
    ...lab.platform,
    decide: async (input) => {
      const shown = lab.world.approvals.get(input.approvalId);
      const ours = shown?.decisions.some(({ account }) => account === serviceAccount) === true;
      const platformMemo = memoOf(shown?.activity.memo);
      const status = shown?.status ?? 'absent';
      faults.push(
        ...judgeSending(judge, {
          id: input.approvalId,
          value: input.value,
          platformMemo,
          platformStatus: status,
          ours,
          now: lab.clock.now,
        }),
      );
      for (const move of meanwhile.send.splice(0)) await makeMove(play, move);
      return lab.platform.decide(input);
    },
  };
  const check: Check = {
    name: 'world',
    title: 'World',
    needs: {},
    run: async () => {
      for (const move of meanwhile.check.splice(0)) await makeMove(play, move);
      return aFinding({ check: 'world', outcome: judge.check });
    },
  };
  const ctx = lab.process({ config, platforms: new Map([[connection, played]]), checks: [check] });
  const play = { lab, judge, ctx, other: { ...ctx }, faults, meanwhile, approvalWith };
  return play;
}

function memoOf(text: string | null | undefined): Memo {
  return text === 'b' || text === 'c' ? text : 'a';
}

function slackOf(user: string): string {
  return `T0ACME/U0${user.toUpperCase()}`;
}

/** `carol2` is another Slack account of Carol's. */
function personOf(user: string): string {
  return user === 'carol2' ? 'carol' : user;
}

async function makeMove(play: Play, move: Move): Promise<void> {
  const { judge, ctx } = play;
  if (move.kind === 'pause' || move.kind === 'resume') {
    const result =
      move.kind === 'pause'
        ? await pause(ctx, { personId: move.person, name: move.name, reason: 'odd' })
        : await resume(ctx, { personId: move.person, name: move.name });
    const isOn =
      result.kind === 'resumed' || result.kind === 'already-on'
        ? true
        : result.kind === 'paused' || result.kind === 'already-paused'
          ? false
          : null;
    if (isOn !== null && move.name === 'approvals') judge.approvalsOn = isOn;
    if (isOn !== null && move.name === 'automation') judge.automationOn = isOn;
    return;
  }
  const id = platformIds[move.on] ?? 'ap-1';
  const judged = judge.approvals.get(id);
  const row = await findApproval(ctx.db, { connection, platformId: id });
  if (judged === undefined || row === null) return;
  const slackUser = slackOf(move.user);
  if (move.kind === 'withdraw') {
    const result = await withdrawVote(ctx, { approvalId: row.id, slackUser });
    if (result.kind === 'withdrawn') judged.said.delete(personOf(move.user));
  } else if (move.kind === 'lift') {
    const result = await liftHolds(ctx, { approvalId: row.id, slackUser });
    if (result.kind === 'lifted' || result.kind === 'second-admin-needed') lifted(judged, personOf(move.user));
  } else await vote(play, judged, { ...move, approvalId: row.id, slackUser, shown: row.fingerprint });
}

/** People click again when Slack shows them an error. */
async function vote(
  play: Play,
  judged: Judged,
  move: Extract<Move, { kind: 'vote' }> & { approvalId: string; slackUser: string; shown: string | null },
): Promise<void> {
  const { ctx, lab } = play;
  const seen = await play.lab.sql<{ fingerprint: string; memo: string }[]>`
    select fingerprint, document -> 'activity' ->> 'memo' as memo from snapshots
    where approval_id = ${move.approvalId} order by fingerprint = ${move.shown ?? ''} desc, fingerprint`;
  const shown = move.stale ? seen.at(-1) : seen[0];
  const { approvalId, slackUser, choice } = move;
  const reason = choice === 'deny' ? 'not confirmed' : null;
  const cast = async () =>
    castVote(ctx, { approvalId, slackUser, choice, reason, fingerprint: shown?.fingerprint ?? '', shownDigest: 'd' });
  const at = lab.clock.now;
  let hadError = false;
  let result = await cast().catch(() => null);
  if (result === null) {
    hadError = true;
    result = await cast();
  }
  const isKept =
    hadError && result.kind === 'refused' && ['same-vote-already', 'decided-already'].includes(result.refusal.kind);
  if (result.kind === 'counted' || isKept)
    heard(judged, personOf(move.user), { choice, memo: memoOf(shown?.memo), at, slackUser });
}

export async function act(play: Play, action: Action): Promise<void> {
  const { lab, judge, ctx } = play;
  const { world } = lab;
  const id = 'on' in action ? (platformIds[action.on] ?? 'ap-1') : 'ap-1';
  const shown = world.approvals.get(id);
  switch (action.kind) {
    case 'arrive':
      if (shown === undefined) {
        judge.approvals.set(id, {
          memo: action.memo,
          said: new Map(),
          sent: [],
          mayBeVoid: false,
          expiresAt: lab.clock.now + 4 * hourMs,
        });
        world.approvals.set(id, play.approvalWith(id, action.memo));
      }
      return addTasks(lab.db, [{ kind: 'refresh', connection, platformId: id }], lab.clock.now);
    case 'mutate': {
      const judged = judge.approvals.get(id);
      if (shown === undefined || judged === undefined || shown.status !== 'pending') return;
      judged.mayBeVoid = true;
      judged.memo = action.memo;
      world.approvals.set(id, { ...play.approvalWith(id, action.memo), decisions: shown.decisions });
      return;
    }
    case 'elsewhere':
      return applyVote(world, id, {
        account: Object.values(bob.accounts).flat()[0] ?? '',
        value: action.value,
        reason: null,
        decidedAt: null,
      });
    case 'expire':
      if (shown?.status === 'pending') world.approvals.set(id, { ...shown, status: 'expired', statusText: 'Expired' });
      return;
    case 'answer':
      world.answers.push({ outcome: action.outcome, apply: action.apply });
      return;
    case 'slack':
      return readSlack(play, action);
    case 'check':
      judge.check = action.outcome;
      return;
    case 'platform':
      world.readable = action.readable;
      return;
    case 'advance':
      lab.clock.now += action.ms;
      return work(play, false);
    case 'work':
      return work(play, action.twice);
    case 'crash':
      return crashOnce(action.at);
    case 'retry': {
      const row = await findApproval(lab.db, { connection, platformId: id });
      if (row !== null) await retrySubmission(ctx, { approvalId: row.id, personId: 'alice' });
      return;
    }
    case 'sweep':
      await sweep(ctx);
      return;
    case 'meanwhile':
      play.meanwhile[action.during].push(action.move);
      return;
    case 'vote':
    case 'withdraw':
    case 'lift':
    case 'pause':
    case 'resume':
      return makeMove(play, action);
  }
}

function readSlack({ lab, judge }: Play, action: Extract<Action, { kind: 'slack' }>): void {
  const slackUser = slackOf(action.user);
  judge.refused.delete(slackUser);
  if (action.reading === 'active') lab.voters.delete(slackUser);
  else if (action.reading === 'unreachable') lab.voters.set(slackUser, { kind: 'unreachable', reason: 'timeout' });
  else {
    lab.voters.set(slackUser, { kind: 'refused', reason: 'deactivated' });
    judge.refused.add(slackUser);
    for (const judged of judge.approvals.values()) judged.mayBeVoid = true;
  }
}

function crashOnce(at: CrashPoint): void {
  onCrashPoint((name) => {
    if (name !== at) return;
    onCrashPoint(null);
    throw new Error(`the process is gone (${at})`);
  });
}

function ignoreCrash(error: unknown): void {
  if (!(error instanceof Error) || !error.message.startsWith('the process is gone')) throw error;
}

/** What is due, on one process or on both at the same time; a process that is gone leaves its job to the next one. */
async function work({ lab, ctx, other }: Play, twice: boolean): Promise<void> {
  const processes: readonly Context[] = twice ? [ctx, other] : [ctx];
  for (let round = 0; round < 60; round += 1) {
    const due = await takeDue(lab.db, { now: lab.clock.now, leaseMs: 0, limit: 100 });
    if (due.length === 0) return;
    const runs = due.flatMap((task) => processes.map((process) => async () => runTask(process, null, task.id)));
    if (twice) await Promise.allSettled(runs.map(async (run) => run()));
    else for (const run of runs) await run().catch(ignoreCrash);
  }
  throw new Error('work does not end');
}
