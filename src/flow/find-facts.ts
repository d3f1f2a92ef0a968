// What evaluation and submission judge by: findings of every check and the rulebook's answer, on one reading.
import { z } from 'zod';
import { runChecks } from '../checks/run-checks.ts';
import type { Context } from '../context.ts';
import { paidRecipients } from '../db/snapshots.ts';
import type { Approval } from '../domain/approval.ts';
import type { Finding } from '../domain/finding.ts';
import { reachVerdict, type Verdict } from '../domain/verdict.ts';
import type { PlatformConnection } from '../platforms/platform.ts';
import { rulebookFinding } from '../rules/finding.ts';

export type Facts = { readonly findings: readonly Finding[]; readonly verdict: Verdict };

export async function findFacts(
  ctx: Pick<Context, 'config' | 'db' | 'now' | 'checks'>,
  input: {
    approvalId: string;
    connection: string;
    approval: Approval;
    platform: Pick<PlatformConnection, 'serviceAccount'>;
  },
): Promise<Facts> {
  const { approval } = input;
  const now = ctx.now();
  const needsRecipients = ctx.checks.some((check) => check.needs.includes('known-recipients'));
  const { network } = approval.activity;
  const knownRecipients =
    needsRecipients && network !== null
      ? await paidRecipients(ctx.db, { connection: input.connection, network, except: input.approvalId })
      : [];
  const checked = await runChecks(ctx.checks, {
    approval,
    serviceAccount: input.platform.serviceAccount,
    knownRecipients: [...knownRecipients, ...listedRecipients(ctx.config.rulebook)],
    now,
  });
  const { finding, rule } = rulebookFinding(ctx.config.rulebook, approval, now);
  const findings = [...checked, finding];
  return { findings, verdict: reachVerdict({ findings, required: ctx.checks.map((check) => check.name), rule }) };
}

/** An address that the rulebook names is as known as one that was paid: a look-alike of it is a look-alike. */
function listedRecipients(rulebook: Context['config']['rulebook']): readonly string[] {
  const conditions = rulebook?.rules.flatMap((rule) => rule.when) ?? [];
  return conditions.flatMap((condition) => {
    const listed = condition.kind === 'recipient' ? members.safeParse(condition['in']) : null;
    return listed?.success === true ? listed.data.values : [];
  });
}

/** A list of values after its name was resolved, as `rules/names.ts` leaves it. */
const members = z.object({ values: z.array(z.string()) });
