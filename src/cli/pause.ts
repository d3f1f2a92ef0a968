// countersign pause: turns a switch off; anybody in `people` may.
import { Argument, type Command } from 'commander';
import { switchNames, type SwitchName } from '../db/switches.ts';
import { pause } from '../flow/switches.ts';
import { runConfigured, type CommandDeps } from './command.ts';
import { withContext } from './open-context.ts';
import { switchAnswer } from './switch-answer.ts';

export function addPause(program: Command, deps: CommandDeps): void {
  program
    .command('pause')
    .description('stop approvals from here, on every process, in seconds')
    .addArgument(
      new Argument('[what]', 'automation: only what no person approved; approvals: everything').choices(switchNames),
    )
    .requiredOption('--by <person>', 'your id in `people`; it goes into the audit log')
    .requiredOption('--reason <text>', 'why; everybody reads it')
    .addHelpText(
      'after',
      `
Without a name it stops everything (approvals). Decisions that wait out their pause are taken back; what was already
sent is not. Rejecting still works. It is announced in the channel, and two admins must resume.

Examples:
  countersign pause --by alice --reason "phishing mail to the treasury team"
  countersign pause automation --by bob --reason "wrong supplier list"`,
    )
    .action((what: SwitchName | undefined, options: { by: string; reason: string }) =>
      runConfigured(deps, (config) =>
        withContext(config, async ({ ctx }) => {
          const name = what ?? 'approvals';
          const reason = options.reason.trim();
          if (reason === '') {
            deps.terminal.err('Nothing was changed: say why with --reason.');
            return 1;
          }
          const result = await pause(ctx, { personId: options.by, name, reason });
          const answer = switchAnswer(result, { name, by: options.by, people: config.people, admins: config.admins });
          (answer.done ? deps.terminal.out : deps.terminal.err)(answer.words);
          return answer.done ? 0 : 1;
        }),
      ),
    );
}
