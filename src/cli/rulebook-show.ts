// countersign rulebook show: the rulebook in force, who put it there, and which of its rules fell back to shadow.
import type { Command } from 'commander';
import { demotionsOf, listRulebooks, readRulebook } from '../db/rulebooks.ts';
import { rulebookInForce } from '../flow/rulebook-in-force.ts';
import { runConfigured, type CommandDeps, type ExitCode } from './command.ts';
import { withContext, type Opened } from './open-context.ts';
import { printable, table } from './terminal.ts';
import { instant } from './words.ts';

type Options = { readonly history?: true; readonly id?: string; readonly text?: true; readonly json?: true };

export function addRulebookShow(rulebook: Command, deps: CommandDeps): void {
  rulebook
    .command('show')
    .option('--history', 'list every rulebook that was ever put in force')
    .option('--id <number>', 'this one of the history, instead of the one in force')
    .option('--text', 'print its text and nothing else, to save and to apply again')
    .option('--json', 'print one JSON object')
    .description('the rulebook in force: who applied it and when, its text, and rules that fell back to shadow')
    .addHelpText(
      'after',
      `
Exit code 1 when none is in force.

Examples:
  countersign rulebook show
  countersign rulebook show --history
  countersign rulebook show --id 3 --text > rulebook.yaml`,
    )
    .action((options: Options) =>
      runConfigured(deps, (config) =>
        withContext(config, (opened) => (options.history === true ? history : show)(deps, opened, options)),
      ),
    );
}

async function show({ terminal }: CommandDeps, { ctx }: Opened, options: Options): Promise<ExitCode> {
  const inForce = await rulebookInForce(ctx, ctx.db);
  const id = options.id === undefined ? (inForce.kind === 'in-force' ? inForce.id : null) : Number(options.id);
  const row = id === null || !Number.isSafeInteger(id) ? null : await readRulebook(ctx.db, id);
  if (row === null) {
    const why = inForce.kind === 'in-force' ? `there is no rulebook #${options.id ?? ''}` : inForce.why;
    if (options.json === true) terminal.out(JSON.stringify({ inForce: false, why }));
    else terminal.err(`Nothing to show: ${why}.${inForce.kind === 'in-force' ? '' : ' Nothing is automatic.'}`);
    return 1;
  }
  const isInForce = inForce.kind === 'in-force' && inForce.id === row.id;
  const fallen = await demotionsOf(ctx.db, row.id);
  if (options.json === true) terminal.out(JSON.stringify({ ...row, inForce: isInForce, fallen }));
  else if (options.text === true) terminal.out(row.text.replace(/\n$/, ''));
  else {
    const standing = isInForce ? terminal.paint('green', 'in force') : terminal.paint('dim', 'not in force');
    terminal.out(`Rulebook #${row.id}, ${standing}`);
    terminal.out(`  applied by ${printable(row.appliedBy)} at ${instant(row.appliedAt)}, SHA-256 ${row.hash}`);
    for (const words of row.weaker) terminal.out(`  ${terminal.paint('yellow', '!')} weaker: ${printable(words)}`);
    for (const { ruleId, why, at } of fallen) {
      const words = `${printable(ruleId)} fell back to shadow at ${instant(at)}: ${printable(why)}`;
      terminal.out(`  ${terminal.paint('yellow', '!')} ${words}`);
    }
    terminal.out();
    for (const line of row.text.replace(/\n$/, '').split('\n')) terminal.out(printable(line));
  }
  return 0;
}

async function history({ terminal }: CommandDeps, { ctx }: Opened, options: Options): Promise<ExitCode> {
  const [inForce, rows] = await Promise.all([rulebookInForce(ctx, ctx.db), listRulebooks(ctx.db)]);
  const current = inForce.kind === 'in-force' ? inForce.id : null;
  if (options.json === true) {
    terminal.out(JSON.stringify(rows.map((row) => ({ ...row, inForce: row.id === current }))));
    return current === null ? 1 : 0;
  }
  const cells = rows.map(({ id, appliedAt, appliedBy, hash, weaker }) => [
    `#${id}${id === current ? ' *' : ''}`,
    instant(appliedAt),
    printable(appliedBy),
    hash.slice(0, 12),
    weaker.length === 0 ? '' : `weaker: ${weaker.map(printable).join('; ')}`,
  ]);
  for (const line of table([['ID', 'APPLIED', 'BY', 'SHA-256', ''], ...cells])) terminal.out(line);
  if (inForce.kind !== 'in-force') terminal.err(`None is in force: ${inForce.why}.`);
  else terminal.out('* is in force.');
  return current === null ? 1 : 0;
}
