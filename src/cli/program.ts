// The commands of `countersign`, in the order in which an operator meets them.
import { Command } from 'commander';
import { addAudit } from './audit.ts';
import { addBacktest } from './backtest.ts';
import type { CommandDeps } from './command.ts';
import { addDemo } from './demo.ts';
import { addDoctor } from './doctor.ts';
import { addHistory } from './history.ts';
import { addMigrate } from './migrate.ts';
import { addPause } from './pause.ts';
import { addReplay } from './replay.ts';
import { addResume } from './resume.ts';
import { addRulebook } from './rulebook.ts';
import { addShow } from './show.ts';
import { addSimulate } from './simulate.ts';
import { addStart } from './start.ts';
import { addStatus } from './status.ts';
import { addWebhook } from './webhook.ts';

const commands = [
  addDemo,
  addStart,
  addMigrate,
  addDoctor,
  addWebhook,
  addStatus,
  addShow,
  addPause,
  addResume,
  addAudit,
  addRulebook,
  addReplay,
  addSimulate,
  addBacktest,
  addHistory,
];

export function createProgram(deps: CommandDeps): Command {
  const program = new Command('countersign')
    .description('The second signature on money that leaves a custody wallet.')
    .helpOption('-h, --help', 'what it does, with examples')
    .helpCommand(false)
    .showHelpAfterError('(add --help for examples)')
    .addHelpText(
      'after',
      `
Configuration comes from CONFIG_FILE (countersign.yaml) and the environment. Exit codes: 0 done, 1 not done or not in
order, 2 the configuration has faults; others are in a command's own help.

Examples:
  countersign demo
  countersign doctor
  countersign start`,
    );
  for (const add of commands) add(program, deps);
  return program;
}
