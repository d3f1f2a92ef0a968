// countersign rulebook: check a file, put it in force, show what is in force, and import a platform's policies.
import type { Command } from 'commander';
import type { CommandDeps } from './command.ts';
import { addRulebookApply } from './rulebook-apply.ts';
import { addRulebookCheck } from './rulebook-check.ts';
import { addRulebookImport } from './rulebook-import.ts';
import { addRulebookShow } from './rulebook-show.ts';

export function addRulebook(program: Command, deps: CommandDeps): void {
  const rulebook = program.command('rulebook').description('when automation may approve: check, apply, show, import');
  addRulebookCheck(rulebook, deps);
  addRulebookApply(rulebook, deps);
  addRulebookShow(rulebook, deps);
  addRulebookImport(rulebook, deps);
}
