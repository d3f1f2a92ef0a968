// countersign start: one process of Countersign, until a signal stops it.
import type { Command } from 'commander';
import { createLogger } from '../log.ts';
import { startCountersign } from '../start.ts';
import { runConfigured, type CommandDeps } from './command.ts';
import { untilStopped } from './process.ts';

export function addStart(program: Command, deps: CommandDeps): void {
  program
    .command('start')
    .description('run Countersign until a signal stops it')
    .addHelpText(
      'after',
      `
Everything is configured by CONFIG_FILE and the environment; ROLE chooses what this process does:
  all       everything in one process (the default; the only one on the embedded database)
  web       webhooks and Slack's requests
  worker    reads, evaluates, submits
  migrate   brings the database up to date and ends

SIGTERM or SIGINT finish what runs and stop in under 20 seconds; a second one ends at once.

Examples:
  countersign start
  ROLE=web DATABASE_URL=postgres://… REDIS_URL=redis://… countersign start`,
    )
    .action(() =>
      runConfigured(deps, async (config, warnings) => {
        const log = createLogger(config.logLevel);
        for (const { file, line, path, words, remedy } of warnings)
          log.warn({ file, line, path, remedy }, `configuration: ${path} ${words}`);
        const starting = startCountersign(config, { log });
        // From here on a signal stops also what is only half started.
        const ending = untilStopped(log, {
          stop: async () => {
            const running = await starting.catch(() => null);
            await running?.stop();
          },
        });
        const running = await starting;
        if (config.role === 'migrate') {
          await running.stop();
          return 0;
        }
        return (await ending).clean ? 0 : 1;
      }),
    );
}
