// countersign resume: turns a switch on again; two admins, one after the other.
import { Argument, type Command } from 'commander';
import { switchNames, type SwitchName } from '../db/switches.ts';
import { resume } from '../flow/switches.ts';
import { runConfigured, type CommandDeps } from './command.ts';
import { withContext } from './open-context.ts';
import { switchAnswer } from './switch-answer.ts';

export function addResume(program: Command, deps: CommandDeps): void {
  program
    .command('resume')
    .description('turn approvals on again; the first admin asks, a second one agrees')
    .addArgument(new Argument('<what>', 'the switch to turn on').choices(switchNames))
    .requiredOption('--by <admin>', 'your id in `admins`; it goes into the audit log')
    .addHelpText(
      'after',
      `
The first admin's call only asks, and says so in the channel; nothing moves before a second admin agrees, here or in
Slack. Everything that waits is then evaluated afresh: a backlog is never let through.

Examples:
  countersign resume approvals --by alice
  countersign resume approvals --by dave`,
    )
    .action((name: SwitchName, options: { by: string }) =>
      runConfigured(deps, (config) =>
        withContext(config, async ({ ctx }) => {
          const result = await resume(ctx, { personId: options.by, name });
          const answer = switchAnswer(result, { name, by: options.by, people: config.people, admins: config.admins });
          (answer.done ? deps.terminal.out : deps.terminal.err)(answer.words);
          return answer.done ? 0 : 1;
        }),
      ),
    );
}
