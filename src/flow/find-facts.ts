// What evaluation and submission judge by: findings of every check and the rulebook's answer, on one reading.
import { runChecks } from '../checks/run-checks.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import type { RulebookRecord } from '../db/evaluations.ts';
import type { Approval } from '../domain/approval.ts';
import type { Finding } from '../domain/finding.ts';
import type { Observation } from '../domain/rulebook.ts';
import { reachVerdict, type Verdict } from '../domain/verdict.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { observe, prepareToObserve, reserveAndObserve, type Asked } from './observe.ts';
import { readNeeds } from './read-needs.ts';
import { askRulebook, rulebookInForce, type RulebookInForce } from './rulebook-in-force.ts';

export type Facts = {
  readonly findings: readonly Finding[];
  readonly verdict: Verdict;
  readonly judged: JudgedBy;
};

/** The rulebook that was asked, what about, and its answer; kept with the evaluation. */
export type JudgedBy = RulebookRecord & { readonly rulebook: RulebookInForce };

/** What takes time to find out: the checks' findings, and which rulebook is to be asked. */
export type Looked = {
  readonly asked: Asked & { readonly approvalId: string };
  readonly checked: readonly Finding[];
  readonly required: readonly string[];
};

type FactsContext = Pick<Context, 'config' | 'db' | 'log' | 'now' | 'checks'>;

type FactsInput = {
  readonly approvalId: string;
  readonly connection: string;
  readonly approval: Approval;
  readonly platform: Pick<PlatformConnection, 'serviceAccount'>;
};

/** A look: what is decided on it is judged again by `reserveAndJudge`. */
export async function findFacts(ctx: FactsContext, input: FactsInput): Promise<Facts> {
  const looked = await lookAround(ctx, input);
  return judge(looked, await observe(ctx.db, looked.asked));
}

export async function lookAround(ctx: FactsContext, input: FactsInput): Promise<Looked> {
  const { approval, approvalId, connection } = input;
  const at = ctx.now();
  const inForce = await rulebookInForce(ctx, ctx.db);
  const rulebook = inForce.kind === 'in-force' ? inForce.rulebook : null;
  const needs = await readNeeds(ctx, { approvalId, connection, approval, rulebook });
  const { serviceAccount } = input.platform;
  const checked = await runChecks(ctx.checks, { ...needs, connection, approval, serviceAccount, now: at });
  const asked = { connection, approval, approvalId, at, rulebook: inForce };
  await prepareToObserve(ctx.db, asked);
  return { asked, checked, required: ctx.checks.map((check) => check.name) };
}

/**
 * In the transaction that decides: what the approval would spend is reserved first, and taken back by the caller when
 * nothing is decided, so nobody else can spend what the rulebook was told is left.
 */
export async function reserveAndJudge(
  tx: Db,
  looked: Looked,
): Promise<{ readonly facts: Facts; readonly reserved: number | null }> {
  const { observation, reserved } = await reserveAndObserve(tx, looked.asked);
  return { facts: judge(looked, observation), reserved };
}

function judge({ asked, checked, required }: Looked, observation: Observation): Facts {
  const { finding, rule, answer } = askRulebook(asked.rulebook, observation);
  const findings = [...checked, finding];
  return {
    findings,
    verdict: reachVerdict({ findings, required, rule }),
    judged: { rulebook: asked.rulebook, observation: answer === null ? null : observation, rulebookAnswer: answer },
  };
}
