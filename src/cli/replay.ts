// countersign replay: asks an old evaluation again, from what was stored, and compares the answers byte for byte.
import type { Command } from 'commander';
import { findByAnyId } from '../db/approvals.ts';
import { replayEvaluation, type Replay } from '../flow/replay-evaluation.ts';
import { runConfigured, type CommandDeps, type ExitCode } from './command.ts';
import { withContext, type Opened } from './open-context.ts';
import { printable } from './terminal.ts';
import { instant } from './words.ts';

type Options = { readonly evaluation?: string; readonly json?: true };

export function addReplay(program: Command, deps: CommandDeps): void {
  program
    .command('replay')
    .argument('<approval>', "our id, or the platform's")
    .option('--evaluation <id>', 'an older one, as the audit trail names it; left out: the newest')
    .option('--json', 'print one JSON object')
    .description('ask the rulebook of that time the same question again, and compare the answers')
    .addHelpText(
      'after',
      `
The text of the rulebook and the facts that it was asked about are stored with every evaluation. Exit code 0 when the
same answer comes, byte for byte; 1 when it is another one, or when it can't be asked again.

Examples:
  countersign replay ap-2b7rd-oorg2-8dl9qrlt9uo7ixb4
  countersign replay ap-2b7rd-oorg2-8dl9qrlt9uo7ixb4 --evaluation 0d9c7f0e-5a3b-4c61-9a55-2f4f1c1d7e10`,
    )
    .action((id: string, options: Options) =>
      runConfigured(deps, (config) => withContext(config, (opened) => replay(deps, opened, { id, options }))),
    );
}

async function replay(
  deps: CommandDeps,
  { ctx }: Opened,
  { id, options }: { id: string; options: Options },
): Promise<ExitCode> {
  const { terminal } = deps;
  const [row, ...others] = await findByAnyId(ctx.db, id);
  if (row === undefined || others.length > 0) {
    const several = others.length > 0 ? 'Several approvals are called' : 'No approval is called';
    terminal.err(`${several} ${printable(id)}.`);
    for (const each of row === undefined ? [] : [row, ...others]) terminal.err(`  ${each.id}  ${each.connection}`);
    return 1;
  }
  const result = await replayEvaluation(ctx, { approvalId: row.id, evaluationId: options.evaluation ?? null });
  if (options.json === true) terminal.out(JSON.stringify(result));
  else tell(deps, result);
  return result.kind === 'replayed' && result.difference === null ? 0 : 1;
}

function tell({ terminal }: CommandDeps, result: Replay): void {
  const { evaluation } = result;
  if (evaluation !== null) {
    terminal.out(`Evaluation ${evaluation.id}, at ${instant(evaluation.evaluatedAt)}`);
    const { verdict } = evaluation;
    const rule = verdict.kind === 'approve' ? ` by the rule ${printable(verdict.rule)}` : '';
    terminal.out(`  verdict: ${verdict.kind}${rule}`);
    for (const reason of verdict.reasons) terminal.out(`    ${printable(reason)}`);
    if (evaluation.rulebookHash !== null) terminal.out(`  rulebook: SHA-256 ${evaluation.rulebookHash}`);
  }
  if (result.kind === 'not-replayable') {
    terminal.out(terminal.paint('yellow', `! It cannot be asked again: ${result.why}.`));
    return;
  }
  const { difference, now } = result;
  if (difference === null) terminal.out(terminal.paint('green', '✓ The same answer, byte for byte.'));
  else {
    terminal.out(
      terminal.paint(
        'red',
        `✗ Another answer, first at ${difference.path === '' ? 'its start' : printable(difference.path)}:`,
      ),
    );
    terminal.out(`    then: ${printable(difference.stored)}`);
    terminal.out(`    now:  ${printable(difference.fresh)}`);
  }
  terminal.out(`  ${printable(now.finding.words)}`);
  for (const line of (now.finding.evidence['trace'] ?? '').split('\n')) terminal.out(`  ${printable(line)}`);
}
