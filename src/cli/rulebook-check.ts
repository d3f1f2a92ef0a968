// countersign rulebook check: everything that is wrong with a rulebook, before anybody puts it in force.
import type { Command } from 'commander';
import { rulesOf } from '../domain/rulebook.ts';
import type { DocumentFault } from '../rules/document.ts';
import { lintRulebook, type LintFinding } from '../rules/lint.ts';
import { parseRulebook } from '../rules/parse.ts';
import { run, type CommandDeps, type ExitCode } from './command.ts';
import { faultLines, readText } from './rulebook-faults.ts';
import { plural } from './words.ts';

type Checked = {
  readonly file: string;
  readonly ok: boolean;
  readonly rules: number;
  readonly hash: string | null;
  /** Whether there was a configuration to compare the names of connections and groups with. */
  readonly compared: boolean;
  readonly faults: readonly DocumentFault[];
  readonly warnings: readonly DocumentFault[];
};

export function addRulebookCheck(rulebook: Command, deps: CommandDeps): void {
  rulebook
    .command('check')
    .argument('<file>', 'a rulebook in YAML')
    .option('--json', 'print one JSON object')
    .description('find faults, rules that never decide anything, and rules that approve too much')
    .addHelpText(
      'after',
      `
Changes nothing. A fault keeps the rulebook from being put in force: bad YAML, unknown kinds, amounts without a unit,
a live rule that does not say what, how much and to whom. A warning deserves a look: rules that can never apply, that
stand behind one that always decides before them, or that ask a group that does not exist; shadows that would be refused
as live; and canaries that object, because they let the rest of the share pass.
Exit code 0 without a finding, 1 with warnings, 2 with faults.

Examples:
  countersign rulebook check rulebook.yaml
  countersign rulebook check rulebook.yaml --json`,
    )
    .action((file: string, options: { json?: true }) =>
      run(deps, async () => {
        const checked = check(deps, file);
        if (options.json === true) deps.terminal.out(JSON.stringify(checked));
        else tell(deps, checked);
        return codeOf(checked);
      }),
    );
}

function check(deps: CommandDeps, file: string): Checked {
  const text = readText(file);
  const reading = parseRulebook(text);
  if (reading.kind === 'faults') {
    return { file, ok: false, rules: 0, hash: null, compared: false, faults: reading.faults, warnings: [] };
  }
  const { rulebook } = reading;
  const names = namesIn(deps);
  const found = lintRulebook({ rulebook, text, ...names });
  const only = (severity: LintFinding['severity']) => found.filter((finding) => finding.severity === severity);
  return {
    file,
    ok: found.length === 0,
    rules: rulesOf(rulebook).length,
    hash: rulebook.hash,
    compared: names.connections !== null,
    faults: only('fault'),
    warnings: only('warning'),
  };
}

/** A rulebook can be checked where no configuration is, for instance on the machine of whoever writes it. */
function namesIn(deps: CommandDeps) {
  const reading = deps.loadConfig();
  if (reading.kind === 'faults') return { connections: null, groups: null };
  const { connections, groups } = reading.config;
  return {
    connections: new Set(connections.map(({ name }) => name)),
    groups: new Set(groups.map(({ name }) => name)),
  };
}

function tell({ terminal }: CommandDeps, { file, rules, compared, faults, warnings }: Checked): void {
  if (faults.length > 0) {
    terminal.out(terminal.paint('red', `✗ ${plural(faults.length, 'fault')}: it cannot be put in force`));
    for (const line of faultLines(file, faults)) terminal.out(line);
  }
  if (warnings.length > 0) {
    terminal.out(terminal.paint('yellow', `! ${plural(warnings.length, 'warning')}`));
    for (const line of faultLines(file, warnings)) terminal.out(line);
  }
  if (faults.length === 0 && warnings.length === 0) {
    terminal.out(terminal.paint('green', `✓ ${plural(rules, 'rule')}, nothing to say against them.`));
  }
  if (!compared && rules > 0) {
    terminal.err('There is no faultless configuration here, so names of connections and groups were not compared.');
  }
}

function codeOf({ faults, warnings }: Checked): ExitCode {
  if (faults.length > 0) return 2;
  return warnings.length > 0 ? 1 : 0;
}
