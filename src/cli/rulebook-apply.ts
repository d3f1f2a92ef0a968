// countersign rulebook apply: puts a rulebook in force on every process, or says why not.
import type { Command } from 'commander';
import type { Config } from '../config.ts';
import { applyRulebook, type ApplyResult } from '../flow/apply-rulebook.ts';
import { runConfigured, type CommandDeps, type ExitCode } from './command.ts';
import { withContext } from './open-context.ts';
import { faultLines, readText } from './rulebook-faults.ts';
import { printable } from './terminal.ts';
import { plural } from './words.ts';

type Options = { readonly by: string; readonly allowWeaker?: true; readonly json?: true };

export function addRulebookApply(rulebook: Command, deps: CommandDeps): void {
  rulebook
    .command('apply')
    .argument('<file>', 'a rulebook in YAML')
    .requiredOption('--by <person>', 'your id in `people`; it goes into the audit log')
    .option('--allow-weaker', 'although it may approve more than the one in force; only an admin may')
    .option('--json', 'print one JSON object')
    .description('put a rulebook in force, on every process, at its next evaluation')
    .addHelpText(
      'after',
      `
It is refused whole when it has a fault, and the one in force stays. It is compared with the one in force: what is not
provably narrower counts as weaker, and needs an admin who says --allow-weaker. Rules that fell back to shadow after a
rejection count again. It is stored with its text, audited, and announced in the channel; the file is not read again.
Exit code 1 when it was not applied, 2 when it has faults.

Examples:
  countersign rulebook apply rulebook.yaml --by alice
  countersign rulebook apply rulebook.yaml --by alice --allow-weaker`,
    )
    .action((file: string, options: Options) =>
      runConfigured(deps, (config) =>
        withContext(config, async ({ ctx }) => {
          const text = readText(file);
          const asked = { text, personId: options.by, allowWeaker: options.allowWeaker === true };
          const result = await applyRulebook(ctx, asked);
          if (options.json === true) deps.terminal.out(JSON.stringify(result));
          else tell(deps, result, { file, by: options.by, config });
          return codeOf(result);
        }),
      ),
    );
}

function codeOf(result: ApplyResult): ExitCode {
  if (result.kind === 'faults') return 2;
  return result.kind === 'applied' || result.kind === 'already-in-force' ? 0 : 1;
}

function tell(
  { terminal }: CommandDeps,
  result: ApplyResult,
  { file, by, config }: { file: string; by: string; config: Config },
): void {
  switch (result.kind) {
    case 'applied': {
      const isOff = config.rulebook === null;
      terminal.out(terminal.paint('green', `✓ Rulebook #${result.id} is ${isOff ? 'stored' : 'in force'}.`));
      for (const words of result.weaker) terminal.out(`  ${terminal.paint('yellow', '!')} ${printable(words)}`);
      for (const words of result.changes) terminal.out(`  ${printable(words)}`);
      if (isOff)
        terminal.err('The configuration has no `rulebook`, so that none is in force: write it to use this one.');
      return;
    }
    case 'already-in-force':
      terminal.out(`It is in force already, as rulebook #${result.id}; nothing was changed.`);
      return;
    case 'faults':
      terminal.err(`Nothing was changed: the rulebook has ${plural(result.faults.length, 'fault')}.`);
      for (const line of faultLines(file, result.faults)) terminal.err(line);
      return;
    case 'weaker':
      terminal.err('Nothing was changed: it may approve what the one in force leaves to people.');
      for (const words of result.weaker) terminal.err(`  ${printable(words)}`);
      terminal.err(`If that is meant, an admin (${config.admins.join(', ')}) applies it with --allow-weaker.`);
      return;
    case 'refused':
      terminal.err(refusalWords(result.reason, printable(by), config));
  }
}

function refusalWords(
  reason: Extract<ApplyResult, { kind: 'refused' }>['reason'],
  by: string,
  { people, admins }: Config,
): string {
  return reason === 'unknown-person'
    ? `Nothing was changed: "${by}" is not the id of anybody in \`people\` (${people.map(({ id }) => id).join(', ')}).`
    : `Nothing was changed: "${by}" is not an admin, and it is weaker than the one in force. Admins: ${admins.join(', ')}.`;
}
