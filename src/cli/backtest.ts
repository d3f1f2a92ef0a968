// countersign backtest: what a draft rulebook would have approved of what really came, and what people did with it.
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { asLive, backtest, type Backtest } from '../flow/backtest.ts';
import { runConfigured, type CommandDeps, type ExitCode } from './command.ts';
import { describeBacktest } from './describe-backtest.ts';
import { withContext } from './open-context.ts';
import { createProgress } from './progress.ts';
import { readRulebookFile, type NamedRulebook } from './read-rulebook.ts';
import { rulebookInQuestion } from './rulebook-in-question.ts';
import { printable } from './terminal.ts';

type Options = {
  readonly days: string;
  readonly rulebook?: string;
  readonly connection?: string;
  readonly limit: string;
  readonly asLive?: true;
  readonly json?: true;
};

const help = `
Every approval that was first seen in that time is asked again, on the data that was kept with each of its evaluations
and with what the checks said then. What was spent before is summed from the history as it is now (\`countersign history
import\`). A rulebook approves an approval when it does so at any of its evaluations, as automation does not wait.
Budgets, switches, and what other groups on the platform ask for are no part of it. Nothing is written.

Totals come first, then the differences, worst first: what the draft approves though a person rejected it.

Exit codes: 0 done, 1 not done, 2 the configuration or the rulebook has faults, 3 the draft would have approved what a
person rejected.

Examples:
  countersign backtest --days 30 --rulebook draft.yaml
  countersign backtest --rulebook imported.yaml --as-live
  countersign backtest --days 90 --connection treasury --rulebook draft.yaml --json`;

export function addBacktest(program: Command, deps: CommandDeps): void {
  program
    .command('backtest')
    .description('what a draft rulebook would have approved of the last weeks')
    .option('--days <n>', 'how far back, at most 3650', '30')
    .option('--rulebook <file>', 'the draft; the one in force when left out')
    .option('--connection <name>', 'only this connection')
    .option('--as-live', 'judge the draft as if every rule of it were live')
    .option('--limit <n>', 'differences to list of each kind', '20')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action((options: Options) =>
      runConfigured(deps, (config) => withContext(config, ({ ctx }) => act(deps, ctx, options))),
    );
}

async function act(deps: CommandDeps, ctx: Context, options: Options): Promise<ExitCode> {
  const { terminal } = deps;
  const days = countOf(options.days, { flag: '--days', least: 1, most: 3650 });
  const keep = countOf(options.limit, { flag: '--limit', least: 0, most: 100_000 });
  const connection = options.connection ?? null;
  if (connection !== null && !ctx.config.connections.some(({ name }) => name === connection)) {
    const known = ctx.config.connections.map(({ name }) => name).join(', ');
    throw new Error(`no connection is called "${printable(connection)}". Configured: ${known}.`);
  }
  const inForce = await rulebookInQuestion(ctx);
  const draft = options.rulebook === undefined ? null : readRulebookFile(options.rulebook);
  if (draft?.kind === 'faults') {
    for (const line of draft.lines) terminal.err(printable(line));
    return 2;
  }
  const named = asJudged(draft?.named ?? inForce, options.asLive === true);
  if (named === null) throw new Error('no rulebook is in force. Name a draft with --rulebook <file>.');
  const progress = createProgress(terminal, 'approvals');
  const result = await backtest(ctx, {
    draft: named.rulebook,
    inForce,
    days,
    connection,
    keep,
    onProgress: progress.tell,
  });
  progress.end();
  if (options.json === true)
    terminal.out(JSON.stringify({ rulebook: { name: named.name, hash: named.rulebook.hash }, ...result }));
  else
    for (const line of describeBacktest({ result, named, days, people: ctx.config.people, terminal }))
      terminal.out(line);
  return exitCodeOf(result);
}

function exitCodeOf({ counts }: Backtest): ExitCode {
  return counts['approves-rejected'] > 0 ? 3 : 0;
}

function asJudged(named: NamedRulebook | null, allLive: boolean): NamedRulebook | null {
  const live = named === null || !allLive ? null : asLive(named.rulebook);
  return named === null || live === null ? named : { ...named, rulebook: live, name: `${named.name}, all live` };
}

function countOf(text: string, { flag, least, most }: { flag: string; least: number; most: number }): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new Error(`${flag} ${printable(text)} is not a whole number from ${least} to ${most}.`);
}
