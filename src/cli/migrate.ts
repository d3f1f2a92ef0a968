// countersign migrate: brings the database up to date and ends.
import type { Command } from 'commander';
import { createLogger } from '../log.ts';
import { startCountersign } from '../start.ts';
import { runConfigured, type CommandDeps } from './command.ts';

export function addMigrate(program: Command, deps: CommandDeps): void {
  program
    .command('migrate')
    .description('bring the database up to date and end')
    .addHelpText(
      'after',
      `
Safe to run from several places at once: they take turns. \`countersign start\` does the same by itself, so this is
for deployments that want it as a step of its own. It also adopts the configuration, as every start does.

Examples:
  countersign migrate
  DATABASE_URL=postgres://… countersign migrate`,
    )
    .action(() =>
      runConfigured(deps, async (config) => {
        const running = await startCountersign(
          { ...config, role: 'migrate' },
          { log: createLogger('warn', process.stderr) },
        );
        await running.stop();
        deps.terminal.out('The database is up to date.');
        return 0;
      }),
    );
}
