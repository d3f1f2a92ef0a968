// countersign audit verify: is the audit log as it was written, and every evaluation that it speaks of?
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { verifyAudit, type AuditVerification } from '../db/audit-log.ts';
import type { EvaluationPart } from '../db/bound-evaluations.ts';
import { verifyEvaluations, type EvaluationFault, type EvaluationsVerification } from '../db/verify-evaluations.ts';
import { runConfigured, type CommandDeps, type ExitCode } from './command.ts';
import { withContext } from './open-context.ts';
import type { Terminal } from './terminal.ts';
import { plural } from './words.ts';

export function addAudit(program: Command, deps: CommandDeps): void {
  program
    .command('audit')
    .description('the audit log')
    .command('verify')
    .description('check that no row was edited, deleted, inserted or swapped, and no evaluation either')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Every decision and every change of state is one row, chained to the row before by a hash whose key is not in the
database. The head is what to write down elsewhere: a chain that was cut at its end is intact, but shorter.
Rows about evaluations hold the SHA-256 of what was stored: verdict, findings, facts and the rulebook's answer.
Exit code 1 when a row is bad, or an evaluation is not stored as its row says.

Examples:
  countersign audit verify
  countersign audit verify --json`,
    )
    .action((options: { json?: true }) =>
      runConfigured(deps, (config) => withContext(config, ({ ctx }) => verify(deps, ctx, options.json === true))),
    );
}

async function verify({ terminal }: CommandDeps, ctx: Context, asJson: boolean): Promise<ExitCode> {
  // One snapshot: the rows that evaluations are compared with are those that were verified.
  const { audit, evaluations } = await ctx.db.transaction(
    async (tx) => {
      const verified = await verifyAudit(tx, ctx.auditKey, (rows) => terminal.progress(`${rows} rows checked…`));
      // A broken chain vouches for nothing.
      if (verified.kind === 'broken') return { audit: verified, evaluations: null };
      const compared = await verifyEvaluations(tx, (rows) => terminal.progress(`${rows} evaluations checked…`));
      return { audit: verified, evaluations: compared };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
  terminal.progress('');
  if (asJson) terminal.out(JSON.stringify({ ...audit, evaluations }));
  else {
    tellAudit(terminal, audit);
    if (evaluations !== null) tellEvaluations(terminal, evaluations);
  }
  return audit.kind === 'intact' && evaluations?.faults === 0 ? 0 : 1;
}

function tellAudit(terminal: Terminal, audit: AuditVerification): void {
  if (audit.kind === 'broken') {
    terminal.out(terminal.paint('red', `✗ The audit log is not intact: ${audit.words}.`));
    terminal.out(
      `  First bad row: ${audit.seq}. Stop the service, keep a copy of the database, and compare it with a backup.\n` +
        '  If all rows are bad, check first that `audit.key` is the key that they were written with.',
    );
    return;
  }
  const { rows, head } = audit;
  terminal.out(terminal.paint('green', `✓ The audit log is intact: ${plural(rows, 'row')}.`));
  if (head !== null) terminal.out(`  Head: row ${head.seq}, ${head.mac}`);
}

function tellEvaluations(terminal: Terminal, evaluations: EvaluationsVerification): void {
  const { bound, unbound, faults, first } = evaluations;
  if (faults > 0) {
    const are = faults === 1 ? 'is' : 'are';
    terminal.out(terminal.paint('red', `✗ ${plural(faults, 'evaluation')} ${are} not stored as the log says:`));
    for (const fault of first) terminal.out(`  ${wordsOf(fault)}`);
    if (faults > first.length) terminal.out(`  and ${faults - first.length} more`);
    terminal.out('  Stop the service, keep a copy of the database, and compare it with a backup.');
  }
  if (bound > 0 || faults + unbound === 0) {
    const are = bound === 1 ? 'is' : 'are';
    terminal.out(terminal.paint('green', `✓ ${plural(bound, 'evaluation')} ${are} stored as the log says.`));
  }
  if (unbound === 0) return;
  const were = unbound === 1 ? 'was' : 'were';
  const words = `! ${plural(unbound, 'evaluation')} ${were} written before evaluations were bound: nothing vouches for what is stored.`;
  terminal.out(terminal.paint('yellow', words));
}

function wordsOf(fault: EvaluationFault): string {
  switch (fault.kind) {
    case 'altered':
      return `${fault.evaluationId} of approval ${fault.approvalId} (row ${fault.seq}): changed since, ${partsInWords(fault.parts)}`;
    case 'missing':
      return `${fault.evaluationId} of approval ${fault.approvalId} (row ${fault.seq}): not stored any more`;
    case 'not-recorded':
      return `${fault.evaluationId} of approval ${fault.approvalId}: no row speaks of it, so it was slipped in, or the log was cut at its end`;
    case 'unreadable':
      return `row ${fault.seq}: this version cannot read which evaluation it speaks of`;
  }
}

const partWords: Readonly<Record<EvaluationPart, string>> = {
  verdict: 'the verdict, or the approval, content, rulebook or time that it belongs to',
  findings: 'the findings of the checks',
  observation: 'the facts that the rulebook was asked about',
  rulebookAnswer: "the rulebook's answer",
};

/** For the terminal. */
export function partsInWords(parts: readonly EvaluationPart[]): string {
  return parts.map((part) => partWords[part]).join('; ');
}
