// countersign replay: asks an old evaluation again, from what was stored, and compares the answers byte for byte.
import type { Command } from 'commander';
import { findByAnyId } from '../db/approvals.ts';
import { replayEvaluation, type Replay, type ReplayBinding } from '../flow/replay-evaluation.ts';
import { partsInWords } from './audit.ts';
import { runConfigured, type CommandDeps, type ExitCode } from './command.ts';
import { withContext, type Opened } from './open-context.ts';
import { printable, type Colour, type Terminal } from './terminal.ts';
import { instant } from './words.ts';

type Options = { readonly evaluation?: string; readonly json?: true };

export function addReplay(program: Command, deps: CommandDeps): void {
  program
    .command('replay')
    .argument('<approval>', "our id, or the platform's")
    .option('--evaluation <id>', 'an older one, as the audit trail names it; left out: the newest')
    .option('--json', 'print one JSON object')
    .description('is an evaluation stored as it was written, and does the rulebook of that time give the same answer?')
    .addHelpText(
      'after',
      `
The text of the rulebook and the facts that it was asked about are stored with every evaluation, and the audit log holds
the SHA-256 of what was stored: first the log is verified, then what is stored is compared with it, then the rulebook is
asked. Exit code 0 when everything is stored as the log says and the same answer comes, byte for byte; 1 when something
is not, or can't be asked again; 3 when the same answer comes, but the evaluation was written before evaluations were
bound to the log, so that nothing vouches for what is stored.

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
  const result = await replayEvaluation(ctx, { approvalId: row.id, evaluationId: options.evaluation ?? null }, (rows) =>
    terminal.progress(`${rows} rows of the audit log checked…`),
  );
  terminal.progress('');
  if (options.json === true) terminal.out(JSON.stringify(result));
  else tell(deps, result);
  return exitCodeOf(result);
}

function exitCodeOf(result: Replay): ExitCode {
  if (result.kind !== 'replayed' || result.difference !== null) return 1;
  if (result.binding.kind === 'bound') return 0;
  return result.binding.kind === 'unbound' ? 3 : 1;
}

function tell({ terminal }: CommandDeps, result: Replay): void {
  const { evaluation, binding } = result;
  if (evaluation !== null) {
    const { evaluatedAt } = evaluation;
    // PostgreSQL knows times at infinity, and a tampered row may hold one.
    const at = Number.isFinite(evaluatedAt) ? instant(evaluatedAt) : 'no time';
    terminal.out(`Evaluation ${evaluation.id}, at ${at}`);
    const { verdict } = evaluation;
    const rule = verdict.kind === 'approve' ? ` by the rule ${printable(verdict.rule)}` : '';
    terminal.out(`  verdict: ${verdict.kind}${rule}`);
    for (const reason of verdict.reasons) terminal.out(`    ${printable(reason)}`);
    if (evaluation.rulebookHash !== null) terminal.out(`  rulebook: SHA-256 ${printable(evaluation.rulebookHash)}`);
  }
  if (binding !== null) {
    const { colour, words } = bindingWords(binding);
    terminal.out(terminal.paint(colour, words));
  }
  if (result.kind === 'not-replayable') {
    terminal.out(terminal.paint('yellow', `! It cannot be asked again: ${result.why}.`));
    return;
  }
  tellAnswer(terminal, result);
}

function tellAnswer(terminal: Terminal, result: Extract<Replay, { kind: 'replayed' }>): void {
  const { binding, difference, now } = result;
  if (difference !== null) {
    const place = difference.path === '' ? 'its start' : printable(difference.path);
    terminal.out(terminal.paint('red', `✗ Another answer, first at ${place}:`));
    terminal.out(`    then: ${printable(difference.stored)}`);
    terminal.out(`    now:  ${printable(difference.fresh)}`);
  } else if (binding.kind === 'bound') terminal.out(terminal.paint('green', '✓ The same answer, byte for byte.'));
  else terminal.out(terminal.paint('yellow', '! The same answer, byte for byte, which proves nothing by itself.'));
  terminal.out(`  ${printable(now.finding.words)}`);
  for (const line of (now.finding.evidence['trace'] ?? '').split('\n')) terminal.out(`  ${printable(line)}`);
}

function bindingWords(binding: ReplayBinding): { readonly colour: Colour; readonly words: string } {
  switch (binding.kind) {
    case 'bound':
      return { colour: 'green', words: `✓ Stored as row ${binding.seq} of the audit log says.` };
    case 'altered': {
      const words = `✗ Not stored as row ${binding.seq} of the audit log says. Changed since: ${partsInWords(binding.parts)}.`;
      return { colour: 'red', words };
    }
    case 'unbound': {
      const words = `! Written before evaluations were bound to the audit log (row ${binding.seq}): nothing vouches for what is stored.`;
      return { colour: 'yellow', words };
    }
    case 'not-recorded':
      return {
        colour: 'red',
        words: '✗ No row of the audit log speaks of it: it was slipped in, or the log was cut at its end.',
      };
    case 'log-broken': {
      const words = `✗ The audit log is not intact, so it vouches for nothing: ${binding.words}. See \`countersign audit verify\`.`;
      return { colour: 'red', words };
    }
  }
}
